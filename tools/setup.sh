#!/bin/bash
# setup.sh [--list] GROUP...: installs the Debian packages of these groups of versions.json, saying which; does and
# says nothing when all are there. With --list it only names what is missing and fails if anything is.
set -euo pipefail
cd "$(dirname "$0")/.."

only_list=
if [ "${1:-}" = --list ]; then only_list=1; shift; fi
command -v node >/dev/null || { echo "setup: node is missing; version 20.11 or later is needed" >&2; exit 1; }
wanted=$(node -p 'const { setup } = JSON.parse(require("fs").readFileSync("versions.json", "utf8"));
  process.argv.slice(1).flatMap((group) => { if (!setup[group]) throw new Error(`setup: no group ${group}`); return setup[group]; }).join("\n")' "$@")
present=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null | sed -n 's/^ii  *//p' | sort -u)
missing=$(comm -23 <(sort -u <<<"$wanted") <(echo "$present"))
[ -n "$missing" ] || exit 0

packages=$(tr '\n' ' ' <<<"$missing")
if [ -n "$only_list" ]; then
  echo "Debian packages are missing: $packages" >&2
  echo "'make setup' installs them" >&2
  exit 1
fi
[ "$(id -u)" = 0 ] || { echo "setup: run as root to install: $packages" >&2; exit 1; }
echo "setup: installing Debian packages: $packages" >&2
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # one word a package
install_all() { apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends $packages >/dev/null; }
apt-get -qq update >&2
install_all
