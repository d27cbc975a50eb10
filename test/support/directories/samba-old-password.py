"""Adds a user whose password was set long ago, which no client may write: straight into the database, before it is served.

Arguments: name, password, DN of the folder of users.
"""

import sys

import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

# DSDB_CONTROL_PASSWORD_BYPASS_LAST_SET_OID: pwdLastSet is taken as it is written.
BYPASS_LAST_SET = "local_oid:1.3.6.1.4.1.7165.4.3.20:0"
THE_YEAR_2020 = "132223104000000000"

name, password, folder = sys.argv[1:]
settings = LoadParm()
settings.load_default()
database = SamDB(url="/var/lib/samba/private/sam.ldb", session_info=system_session(), lp=settings)
dn = "CN=State %s,%s" % (name, folder)
database.add(
    {
        "dn": dn,
        "objectClass": "user",
        "sAMAccountName": name,
        "userPrincipalName": "%s@corp.example.org" % name,
        "unicodePwd": ('"%s"' % password).encode("utf-16-le"),
        "userAccountControl": "512",
    }
)
change = ldb.Message(ldb.Dn(database, dn))
change["pwdLastSet"] = ldb.MessageElement(THE_YEAR_2020, ldb.FLAG_MOD_REPLACE, "pwdLastSet")
database.modify(change, controls=[BYPASS_LAST_SET])
