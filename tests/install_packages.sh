#!/bin/sh
# What the tests need beside Python, as Debian's packages: a browser and its letters, an office, a database server.
# Installs what is missing where root or sudo may; otherwise says in one line what to run.
set -eu
missing=
for package in chromium fonts-liberation libreoffice-calc postgresql; do
    test "$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null)" = installed ||
        missing="$missing $package"
done
test -n "$missing" || exit 0
as_root=
if test "$(id -u)" != 0; then
    as_root='sudo --non-interactive'
    if ! $as_root true 2>/dev/null; then
        echo "make test needs more: sudo apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi
fi
echo "Installing$missing (about a minute)"
$as_root apt-get update --quiet=2
$as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install --quiet=2 --yes --no-install-recommends $missing >/dev/null
