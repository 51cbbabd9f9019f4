#!/usr/bin/env bash
# Installs Chromium for the tests of the page where it is missing and that is possible; else says why not.
set -euo pipefail
command -v chromium >/dev/null && exit 0
cannot() {
    echo "Chromium is not installed, and $1: the tests that need it will be skipped (with CI set: they fail)" >&2
    exit 0
}
command -v apt-get >/dev/null || cannot "only apt-get is used to install it"
as_root=(env)
if [[ $EUID -ne 0 ]]; then
    sudo -n true 2>/dev/null || cannot "this user may not install it"
    as_root=(sudo -n env)
fi
echo "installing Chromium for the tests" >&2
apt_get=("${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -qq)
"${apt_get[@]}" update || true
"${apt_get[@]}" install -y --no-install-recommends chromium fonts-noto-cjk >/dev/null || cannot "apt-get failed"
