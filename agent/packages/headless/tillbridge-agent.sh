#!/bin/sh
# The agent's command line on this till. Root becomes the service's own user, so that it leaves no files that the service can't read.
set -eu
: "${TILLBRIDGE_DATA:=/var/lib/tillbridge-agent}"
export TILLBRIDGE_DATA
home=/usr/lib/tillbridge-agent
# the environment of the service: certificates and the proxy count for enrolling as well
# read as systemd reads it, never run: a $ or & in a password is that character
if [ -r /etc/default/tillbridge-agent ]; then
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line#"${line%%[![:space:]]*}"}
    line=${line%"${line##*[![:space:]]}"}
    name=${line%%=*}
    case $line in [A-Za-z_]*=*) ;; *) continue ;; esac
    case $name in *[!A-Za-z0-9_]*) continue ;; esac
    value=${line#*=}
    case $value in
      \"*\") value=${value#\"} value=$(printf '%s' "${value%\"}" | sed 's/\\\([\\"$`]\)/\1/g') ;;
      \'*\') value=${value#\'} value=${value%\'} ;;
      *) value=$(printf '%s' "$value" | sed 's/^[[:space:]]*//; s/\\\(.\)/\1/g') ;;
    esac
    export "$name=$value"
  done </etc/default/tillbridge-agent
fi
# paths in agent.json are those of the service; a file named here is looked for where this was called
export TILLBRIDGE_FROM="$PWD"
cd "$TILLBRIDGE_DATA" 2>/dev/null || cd /
if [ "$(id -u)" = 0 ]; then
  exec setpriv --reuid=tillbridge --regid=tillbridge --init-groups -- "$home/node" "$home/bin/tillbridge-agent.mjs" "$@"
fi
exec "$home/node" "$home/bin/tillbridge-agent.mjs" "$@"
