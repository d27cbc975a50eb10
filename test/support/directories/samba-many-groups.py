"""Adds a user who is in very many groups, one of which has as many members: straight into the database, in one transaction.

Arguments: name and password of the user, how many, DN of the domain.
"""

import sys

from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

name, password, many, domain = sys.argv[1:]
settings = LoadParm()
settings.load_default()
database = SamDB(url="/var/lib/samba/private/sam.ldb", session_info=system_session(), lp=settings)
folder = "OU=Many,%s" % domain
user = "CN=%s,%s" % (name, folder)
database.transaction_start()
database.add({"dn": folder, "objectClass": "organizationalUnit"})
database.add(
    {
        "dn": user,
        "objectClass": "user",
        "sAMAccountName": name,
        "unicodePwd": ('"%s"' % password).encode("utf-16-le"),
        "userAccountControl": "512",
    }
)
groups = ["CN=many %d,%s" % (at, folder) for at in range(int(many))]
for at, group in enumerate(groups):
    database.add({"dn": group, "objectClass": "group", "sAMAccountName": "many %d" % at, "member": user})
database.add({"dn": "CN=of many,%s" % folder, "objectClass": "group", "sAMAccountName": "of many", "member": [user] + groups})
database.transaction_commit()
