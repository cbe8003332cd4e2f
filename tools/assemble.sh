#!/bin/bash
# assemble.sh [OUT]: puts the kernel, the initrd, the default configuration and the manual beside the programs in OUT (build).
# The kernel is the tuned one when `make kernel` has made it, else Debian's.
set -euo pipefail
cd "$(dirname "$0")/.."

out=${1:-build}
share=$out/share/kata-containers
etc=$out/etc/kata-containers
mkdir -p "$share" "$etc"
ts() { node --import tsx "$@"; }

if [ -e build/kernel.tuned ] && [ -d "$(cat build/kernel.tuned)" ]; then
  kernel=$(cat build/kernel.tuned)
else
  kernel=$(tools/fetch-kernel.sh)
fi
cp --remove-destination "$kernel/vmlinux" "$share/vmlinux"

if [ -e "$out/guest/kata-agent" ]; then ts tools/initrd.ts "$out/guest/kata-agent" "$kernel" "$share/initrd"; fi
if [ -e tools/config-template.ts ]; then
  ts tools/config-template.ts >"$etc/configuration.toml.new"
  mv "$etc/configuration.toml.new" "$etc/configuration.toml"
fi
mkdir -p "$out/share/man/man8" "$out"/share/{bash-completion/completions,zsh/site-functions,fish/vendor_completions.d}
ts tools/man.ts kata-runtime >"$out/share/man/man8/kata-runtime.8"
ts tools/man.ts kata-monitor >"$out/share/man/man8/kata-monitor.8"
ts tools/completion.ts bash >"$out/share/bash-completion/completions/kata-runtime"
ts tools/completion.ts zsh >"$out/share/zsh/site-functions/_kata-runtime"
ts tools/completion.ts fish >"$out/share/fish/vendor_completions.d/kata-runtime.fish"
ts tools/versions-used.ts "$kernel" >"$out/versions-used.json"
echo "built $share with kernel $(cat "$kernel/version")" >&2
