#!/bin/sh
# Makes .venv and installs bodega into it, editable, with the extras named by the first argument (server, dev).
# Needs a Python >= 3.11 and a package registry. PYTHON= chooses the interpreter, VENV= another folder.
set -eu

extras=$1
venv=${VENV:-.venv}
: "${PYTHON:=}"

say() { printf '%s\n' "bodega: $*" >&2; }

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# Debian's python3 comes without ensurepip; then "python -m venv" fails half way.
makes_environments() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

find_python() {
    found=
    for candidate in $PYTHON python3 python3.14 python3.13 python3.12 python3.11; do
        is_new_enough "$candidate" || continue
        makes_environments "$candidate" && { printf '%s' "$candidate"; return; }
        found=${found:-$candidate}
    done
    [ -n "$found" ] || { say "no Python >= 3.11 found; name one with PYTHON="; exit 1; }
    add_ensurepip "$found"
    printf '%s' "$found"
}

add_ensurepip() {
    name=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing $name, which $1 lacks"
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$name"; } >&2
    else
        say "$1 has no ensurepip; install $name (Debian, Ubuntu) or name another Python with PYTHON="
        exit 1
    fi
}

# What a few tests attack with and stand behind; without them those tests are skipped, and say so.
add_suite_tools() {
    missing=
    for program in nginx strace zsh fish; do
        command -v "$program" >/dev/null || missing="$missing $program"
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing$missing for the suite"
        # RUNLEVEL=1: a server that is installed is not started.
        # shellcheck disable=SC2086 # several names
        { apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends $missing; } >&2 || say "not installed:$missing"
    else
        say "tests that need$missing are skipped"
    fi
}

# One that was left half made has no pip.
if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    say "making $venv with $("$python" --version)"
    "$python" -m venv "$venv"
fi

case $extras in
    server) wanted='.[server]' ;;
    dev) wanted='.[dev,peers]' ;;
    *) say "no such set: $extras"; exit 2 ;;
esac
say "installing $wanted into $venv"
"$venv/bin/python" -m pip install -q --disable-pip-version-check -e "$wanted"

[ "$extras" != dev ] || add_suite_tools

touch "$venv/.ready-$extras"
# Who has the tools of development has the server, too.
[ "$extras" != dev ] || touch "$venv/.ready-server"
