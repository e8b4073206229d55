#!/bin/sh
# The agent's command line on this till. Root becomes the service's own user, so that it leaves no files that the service can't read.
set -eu
: "${TILLBRIDGE_DATA:=/var/lib/tillbridge-agent}"
export TILLBRIDGE_DATA
home=/usr/lib/tillbridge-agent
# the environment of the service: certificates and the proxy count for enrolling as well
if [ -r /etc/default/tillbridge-agent ]; then
  set -a
  . /etc/default/tillbridge-agent
  set +a
fi
cd "$TILLBRIDGE_DATA" 2>/dev/null || cd /
if [ "$(id -u)" = 0 ]; then
  exec setpriv --reuid=tillbridge --regid=tillbridge --init-groups -- "$home/node" "$home/bin/tillbridge-agent.mjs" "$@"
fi
exec "$home/node" "$home/bin/tillbridge-agent.mjs" "$@"
