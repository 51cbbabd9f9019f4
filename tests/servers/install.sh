#!/usr/bin/env bash
# Installs MariaDB with Galera, and Redis, for the tests where they are missing and that is possible; else says why not. The service that
# the packages bring is not started: the tests start servers of their own.
set -euo pipefail
PATH=$PATH:/usr/sbin:/usr/local/sbin
is_complete() {
    local name
    for name in mariadbd mariadb-install-db rsync openssl redis-server; do
        command -v "$name" >/dev/null || return 1
    done
    ls /usr/lib*/galera*/libgalera_smm.so >/dev/null 2>&1
}
is_complete && exit 0
cannot() {
    echo "MariaDB or Redis is not installed, and $1: the tests that need it will be skipped (with CI set: they fail)" >&2
    exit 0
}
command -v apt-get >/dev/null || cannot "only apt-get is used to install them"
as_root=(env)
if [[ $EUID -ne 0 ]]; then
    sudo -n true 2>/dev/null || cannot "this user may not install them"
    as_root=(sudo -n env)
fi
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod +x "$policy"
fi
echo "installing MariaDB, Galera and Redis for the tests" >&2
apt_get=("${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -qq)
"${apt_get[@]}" update || true
"${apt_get[@]}" install -y --no-install-recommends mariadb-server galera-4 rsync openssl redis-server >/dev/null || cannot "apt-get failed"
