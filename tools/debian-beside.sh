#!/bin/bash
# debian-beside.sh SUITE PACKAGE...: prints a directory with these packages of another Debian suite, fetched on first use.
# They are unpacked, not installed, and apt's own lists are not touched.
source "$(dirname "$0")/cache.sh"
[ $# -ge 2 ] || fail "needs a suite and packages"
suite=$1
shift
entry=$cache/beside-$suite-$(hash_of "$(uname -m)" "$@")
if [ ! -d "$entry" ]; then
  new=$(scratch)
  trap 'rm -rf "$new"' EXIT
  mkdir -p "$new"/{lists/partial,archives/partial,sources,result,fetched}
  mirror=$(find /etc/apt -name '*.list' -o -name '*.sources' | xargs -r grep -hoE 'https?://[^ ]+' | grep -v security | sort -u | head -n 1 || true)
  [ -n "$mirror" ] || fail "no Debian mirror in /etc/apt"
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' \
    "$mirror" "$suite" >"$new/sources/beside.sources"
  options=("${apt_options[@]}" -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$new/sources"
    -o "Dir::State::lists=$new/lists" -o "Dir::Cache::archives=$new/archives" -o "Dir::Cache::pkgcache=" -o "Dir::Cache::srcpkgcache=")
  say "fetching $* of Debian $suite"
  apt-get "${options[@]}" update >&2
  cd "$new/fetched"
  apt-get "${options[@]}" download "$@" >&2
  for package in *.deb; do dpkg-deb -x "$package" "$new/result"; done
  ls ./*.deb >"$new/result/packages"
  keep "$new/result" "$entry"
fi
echo "$entry"
