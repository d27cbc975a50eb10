#!/bin/sh
# Runs inside name spaces of its own (mounts, processes), where the folders of 389 Directory Server are nobody else's:
# makes an instance with a certificate of its own CA, and serves it.
# Arguments: folder, plain port, TLS port, administrator's password.
set -eu
folder=$1 port=$2 secure_port=$3 password=$4

for place in /etc/dirsrv /var/lib/dirsrv /var/log/dirsrv /run/dirsrv /run/lock; do
  mkdir -p "$folder$place" "$place"
  cp -a "$place/." "$folder$place/"
  chown --reference="$place" "$folder$place"
  mount --bind "$folder$place" "$place"
done
# Else it would be started by an init system that may not be there.
sed 's/^with_systemd.*/with_systemd = 0/' /usr/share/dirsrv/inf/defaults.inf >"$folder/defaults.inf"
mount --bind "$folder/defaults.inf" /usr/share/dirsrv/inf/defaults.inf

cat >"$folder/instance.inf" <<END
[general]
config_version = 2
full_machine_name = localhost
strict_host_checking = False
start = False
selinux = False
[slapd]
instance_name = test
port = $port
secure_port = $secure_port
root_password = $password
self_sign_cert = True
[backend-userroot]
suffix = dc=example,dc=org
sample_entries = no
END
dscreate from-file "$folder/instance.inf" 2>&1
cp /etc/dirsrv/slapd-test/ca.crt "$folder/ca.pem"
chmod 644 "$folder/ca.pem"
# The plugin that writes memberOf is wanted, the one that refuses names outside ASCII is not.
awk '/^dn: /{on = /^dn: cn=MemberOf Plugin,/; off = /^dn: cn=7-bit check,/}
  on && /^nsslapd-pluginEnabled:/{$2 = "on"} off && /^nsslapd-pluginEnabled:/{$2 = "off"} {print}' \
  /etc/dirsrv/slapd-test/dse.ldif >"$folder/dse.ldif"
cat "$folder/dse.ldif" >/etc/dirsrv/slapd-test/dse.ldif
touch "$folder/ready"
# Not exec: it changes its user, and would then outlive who started it. The shell is the first process of the name space.
ns-slapd -D /etc/dirsrv/slapd-test -i /run/dirsrv/slapd-test.pid -d 0
