#!/usr/bin/env bash
# pythons.sh VENV: the Python tests on every other Python that is installed, each in a venv of its own. What needs a
# server was tested on the first.
set -euo pipefail
venv=$1
wheel=("$venv"/wheel/*.whl)
of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'; }
own=$(of "$venv/bin/python")

# The programs of that version: on the PATH, or where pyenv keeps them.
found() {
    for python in "$(type -P "python$1" || true)" "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python; do
        if [[ -x $python && $(of "$python" 2>/dev/null) == "$1" ]]; then
            echo "$python"
            return
        fi
    done
}

for version in 3.11 3.12 3.13; do
    if [[ $version == "$own" ]]; then
        continue
    fi
    python=$(found "$version")
    if [[ -z $python ]]; then
        echo "SKIPPED on Python $version: it is not installed"
        continue
    fi
    echo "Python $version"
    "$python" -m venv "$venv/$version"
    "$venv/$version/bin/python" -m pip install --quiet --disable-pip-version-check \
        --requirement requirements-dev.txt "${wheel[@]}"
    "$venv/$version/bin/python" -m pytest -q -n 2 -p no:cacheprovider -k 'not mariadb and not redis'
done
