#!/bin/bash
# fetch-kernel.sh: prints the directory of Debian's own kernel for the guest, fetched on first use:
# {vmlinux,config,version,modules/,modules.list,modules.demand}. The package is unpacked, not installed.
source "$(dirname "$0")/cache.sh"

# newest_kept: when apt cannot be asked (no network), a kernel that is there already will do
newest_kept() { find "$cache" -maxdepth 1 -name 'kernel-debian-*' -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-; }

image=$(pinned kernel.image)
version=$(apt_candidate "$image")
if [ -z "$version" ]; then
  apt_lists || { kept=$(newest_kept); [ -n "$kept" ] || fail "package lists: cannot be read"; say "using $kept"; echo "$kept"; exit 0; }
  version=$(apt_candidate "$image")
fi
[ -n "$version" ] || fail "package $image: unknown to apt"

entry=$cache/kernel-debian-$(uname -m)-$(hash_of "$version" "@$project/guest/modules.list" "@$project/tools/kernel-modules.ts")
if [ ! -d "$entry" ]; then
  # the package of the plain name is empty and depends on the one of this very release
  package=$(apt-cache "${apt_options[@]}" show "$image=$version" | sed -n 's/^Depends: *\(linux-image-[^ ,]*\).*/\1/p' | head -n 1)
  new=$(scratch)
  trap 'rm -rf "$new"' EXIT
  cd "$new"
  say "fetching $package $version"
  apt_fetch "$package" "$version"
  dpkg-deb -x ./*.deb unpacked
  mkdir result
  cp unpacked/boot/config-* result/config
  node --import "file://$project/node_modules/tsx/dist/loader.mjs" "$project/tools/extract-vmlinux.ts" unpacked/boot/vmlinuz-* result/vmlinux
  node --import "file://$project/node_modules/tsx/dist/loader.mjs" "$project/tools/kernel-modules.ts" \
    "$project/guest/modules.list" unpacked/lib/modules/* result
  echo "${package#linux-image-} $package=$version" >result/version
  keep result "$entry"
fi
echo "$entry"
