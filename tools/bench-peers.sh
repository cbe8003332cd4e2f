#!/bin/bash
# bench-peers.sh: prints a directory with Debian's runc, crun and gVisor, fetched on first use. They are unpacked, not
# installed: whatever the system has stays as it is.
source "$(dirname "$0")/cache.sh"

peers=(runc crun runsc)
versions=()
for peer in "${peers[@]}"; do
  version=$(apt_candidate "$peer")
  [ -n "$version" ] || { apt_lists || fail "package lists: cannot be read"; version=$(apt_candidate "$peer"); }
  [ -n "$version" ] || fail "package $peer: unknown to apt"
  versions+=("$version")
done
entry=$cache/peers-$(uname -m)-$(hash_of "${versions[@]}")
if [ ! -d "$entry" ]; then
  new=$(scratch)
  trap 'rm -rf "$new"' EXIT
  cd "$new"
  mkdir result
  for i in "${!peers[@]}"; do
    say "fetching ${peers[i]} ${versions[i]}"
    apt_fetch "${peers[i]}" "${versions[i]}"
    dpkg-deb -x "${peers[i]}"_*.deb unpacked
    install -m 755 "$(find unpacked -type f -name "${peers[i]}" -path '*bin*')" result/
  done
  keep result "$entry"
fi
echo "$entry"
