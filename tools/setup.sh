#!/usr/bin/env bash
# Install what the Makefile needs. One argument:
#   core, dev   the virtual environment .venv, with the package and, for dev, its test tools
#   java        a Java runtime for Spark, where this user may install one
#   tshark      the reader of captures that ours is compared with, where this user may install it
#   packs       real resource packs of Chromium for the tests, into build/packs (150 MB, for soak)
#   goaccess    the access-log analyser the benchmark compares with, where this user may install it
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
VENV=.venv
LOCK=.venv.lock

say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$*"; exit 2; }

# Run a command as root, directly or by a sudo that asks nothing; fail where neither is possible.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif sudo -n true 2>/dev/null; then sudo -n "$@"
    else return 1; fi
}

# Install Debian packages, quietly; fail where that is not possible.
debian() {
    command -v apt-get >/dev/null || return 1
    say "installing $* with apt-get"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null || return 1
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq install -y --no-install-recommends "$@" >/dev/null
}

# Print the Python to use: the oldest supported one first, as the tested versions were pinned on it.
python_found() {
    local name
    for name in ${TRUETALLY_PYTHON:-python3.11 python3.12 python3.13 python3}; do
        if command -v "$name" >/dev/null &&
            "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    stop "no Python 3.11 or later found. Next: install it (Debian 12: apt-get install python3)."
}

make_venv() {
    [ -x "$VENV/bin/pip" ] && "$VENV/bin/python" -c '' 2>/dev/null && return
    local python
    python=$(python_found)
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        debian python3-venv ||
            stop "$python cannot make virtual environments. Next: apt-get install python3-venv."
    fi
    rm -rf "$VENV"
    say "making $VENV with $python"
    "$python" -m venv "$VENV"
}

# core or dev: install the list, then leave a stamp newer than pyproject.toml.
python_packages() {
    local stamp="$VENV/.$1" target="."
    [ "$1" = dev ] && target=".[dev,spark]"
    exec 9>"$LOCK"
    flock 9
    if [ -e "$stamp" ] && [ "$stamp" -nt pyproject.toml ] && [ "$stamp" -nt constraints.txt ]; then
        touch "$stamp"
        return
    fi
    make_venv
    say "installing the Python packages ($1)"
    "$VENV/bin/python" -m pip install --disable-pip-version-check --quiet \
        --constraint constraints.txt --editable "$target"
    touch "$stamp"
}

# True where the Java that Spark would start is version 17 or later.
java_ready() {
    local java="${JAVA_HOME:+$JAVA_HOME/bin/}java" major
    major=$("$java" -version 2>&1 | sed -n '1s/.*version "\([0-9]*\).*/\1/p') || return 1
    [ "${major:-0}" -ge 17 ]
}

# Two wheels of CEF (packs of version 4 and 5) and Debian's Chromium (gzip and Brotli entries).
real_packs() {
    local into=build/packs
    mkdir -p "$into"
    cef_wheel 57.0 win32 27 && cef_wheel 66.1 win_amd64 3.7 || return 1
    [ -e "$into/chromium/usr" ] && return
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    (cd "$into" && apt-get -qq download chromium-common) || return 1
    dpkg-deb -x "$into"/chromium-common_*.deb "$into/chromium" && rm "$into"/chromium-common_*.deb
}

cef_wheel() {
    ls "build/packs/cefpython3-$1-"*.whl >/dev/null 2>&1 ||
        "$VENV/bin/python" -m pip download --disable-pip-version-check --quiet --no-deps \
            --only-binary=:all: --platform "$2" --python-version "$3" --dest build/packs \
            "cefpython3==$1"
}

case "${1:-}" in
core | dev) python_packages "$1" ;;
java)
    java_ready || debian default-jre-headless ||
        say "no Java 17 or later, and it cannot be installed here: the tests of Spark are skipped." \
            "Next: apt-get install default-jre-headless."
    ;;
tshark)
    command -v tshark >/dev/null || debian tshark ||
        say "no tshark, and it cannot be installed here: that comparison is skipped." \
            "Next: apt-get install tshark."
    ;;
packs) real_packs || say "some packs cannot be downloaded here: their tests are skipped." ;;
goaccess)
    command -v goaccess >/dev/null || debian goaccess ||
        say "no GoAccess, and it cannot be installed here: that comparison is left out." \
            "Next: apt-get install goaccess."
    ;;
*) stop "expected one of core, dev, java, tshark, packs, goaccess; found '${1:-}'" ;;
esac
