#!/bin/bash
# build-kernel.sh: prints the directory of the tuned guest kernel {vmlinux,config,version}, built on first use.
# Debian's linux-source with guest/kernel/ARCH.config over allnoconfig: no modules, a few minutes on two cores.
source "$(dirname "$0")/cache.sh"

arch=$(uname -m)
fragment=$project/guest/kernel/$arch.config
[ -f "$fragment" ] || fail "kernel $arch: no $fragment"
source_package=$(pinned kernel.source)
version=$(apt_candidate "$source_package")
[ -n "$version" ] || { apt_lists; version=$(apt_candidate "$source_package"); }
[ -n "$version" ] || fail "package $source_package: unknown to apt"

entry=$cache/kernel-tuned-$arch-$(hash_of "$version" "@$fragment" "@$project/tools/build-kernel.sh")
if [ ! -d "$entry" ]; then
  for tool in gcc make flex bison bc dpkg-deb xz lz4; do
    command -v "$tool" >/dev/null || fail "build kernel: $tool is missing; 'make kernel' installs it"
  done
  new=$(scratch)
  trap 'rm -rf "$new"' EXIT
  cd "$new"
  say "fetching $source_package $version"
  apt_fetch "$source_package" "$version"
  dpkg-deb --fsys-tarfile "$source_package"_*.deb | tar -xf - --wildcards '*.tar.xz' && rm ./*.deb
  mkdir sources build result
  tar -C sources --strip-components 1 -xf usr/src/*.tar.xz && rm -r usr

  # the same sources and fragment give the same bytes
  export KBUILD_BUILD_USER=kata KBUILD_BUILD_HOST=build KBUILD_BUILD_TIMESTAMP='1970-01-01 00:00:00 UTC' KBUILD_BUILD_VERSION=1
  kbuild=(make -C sources O="$new/build" -s)
  KCONFIG_ALLCONFIG=$fragment "${kbuild[@]}" allnoconfig >build.log 2>&1 || { tail -n 20 build.log >&2; fail "configure kernel"; }
  while IFS== read -r option value; do
    if [ "$value" = n ]; then grep -q "^$option=" build/.config && say "kernel option $option: selected by others"; continue; fi
    grep -qx "$option=$value" build/.config || fail "kernel option $option=$value: lost; what it depends on is missing in $fragment"
  done < <(grep '^CONFIG_' "$fragment")
  say "building kernel $version with $(nproc) jobs, some minutes"
  "${kbuild[@]}" -j"$(nproc)" vmlinux >>build.log 2>&1 || { tail -n 20 build.log >&2; fail "build kernel"; }
  strip --strip-all -o result/vmlinux build/vmlinux
  cp build/.config result/config
  echo "$("${kbuild[@]}" kernelrelease) $source_package=$version" >result/version
  keep result "$entry"
fi
echo "$entry"
