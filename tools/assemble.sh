#!/bin/bash
# assemble.sh: puts the kernel, the initrd and the default configuration beside the programs in build/.
# The kernel is the tuned one when `make kernel` has made it, else Debian's.
set -euo pipefail
cd "$(dirname "$0")/.."

share=build/share/kata-containers
etc=build/etc/kata-containers
mkdir -p "$share" "$etc"
ts() { node --import tsx "$@"; }

if [ -e build/kernel.tuned ] && [ -d "$(cat build/kernel.tuned)" ]; then
  kernel=$(cat build/kernel.tuned)
else
  kernel=$(tools/fetch-kernel.sh)
fi
cp --remove-destination "$kernel/vmlinux" "$share/vmlinux"

if [ -e build/guest/kata-agent ]; then ts tools/initrd.ts build/guest/kata-agent "$kernel" "$share/initrd"; fi
if [ -e tools/config-template.ts ]; then
  ts tools/config-template.ts >"$etc/configuration.toml.new"
  mv "$etc/configuration.toml.new" "$etc/configuration.toml"
fi
ts tools/versions-used.ts "$kernel" >build/versions-used.json
echo "built $share with kernel $(cat "$kernel/version")" >&2
