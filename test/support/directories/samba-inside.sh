#!/bin/sh
# Runs inside name spaces of its own (mounts, network, processes), where Samba's fixed folders and ports are nobody
# else's: makes a domain, serves it, and lets the outside in through two sockets of the file system.
# Arguments: folder, node, this folder, administrator's password, name and password of a user with an old password; then, if
# there is to be one, name and password of a user in many groups, and how many.
set -eu
folder=$1 node=$2 here=$3 password=$4 old_name=$5 old_password=$6

for place in /var/lib/samba /etc/samba /run/samba /var/cache/samba /var/log/samba; do
  mkdir -p "$folder$place" "$place"
  mount --bind "$folder$place" "$place"
done
mkdir -p /var/lib/samba/private
ip link set lo up

samba-tool domain provision --use-rfc2307 --realm=CORP.EXAMPLE.ORG --domain=CORP --server-role=dc --dns-backend=NONE \
  --adminpass="$password" --option="interfaces=lo" --option="bind interfaces only=yes" \
  --option="tls keyfile=$folder/server.key" --option="tls certfile=$folder/server.pem" --option="tls cafile=$folder/ca.pem" 2>&1
# Its passwords are checked by the LDAP server itself: nothing else of a domain controller is needed.
sed -i 's/^\tserver services.*/\tserver services = ldap/' /etc/samba/smb.conf

# Not any python3 on the path: the one that Debian's modules are for.
/usr/bin/python3 "$here/samba-old-password.py" "$old_name" "$old_password" "CN=Users,DC=corp,DC=example,DC=org" 2>&1
[ $# -lt 9 ] || /usr/bin/python3 "$here/samba-many-groups.py" "$7" "$8" "$9" "DC=corp,DC=example,DC=org" 2>&1

"$node" "$here/forward.ts" "$folder/ldap.sock" 389 &
"$node" "$here/forward.ts" "$folder/ldaps.sock" 636 &
samba -F --no-process-group -M single
