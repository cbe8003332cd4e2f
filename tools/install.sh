#!/bin/bash
# install.sh DESTDIR PREFIX: copies what was built. The other names are links to the one program, as in build/bin.
set -euo pipefail
cd "$(dirname "$0")/.."
destination=$1 prefix=$2
bin=$destination$prefix/bin
share=$destination$prefix/share/kata-containers
etc=$destination/etc/kata-containers
for needed in build/bin/kata-runtime build/share/kata-containers/{vmlinux,initrd} build/etc/kata-containers/configuration.toml; do
  [ -e "$needed" ] || { echo "install $needed: not built" >&2; exit 1; }
done
install -d "$bin" "$share" "$etc"
install -m 755 build/bin/kata-runtime "$bin/kata-runtime"
ln -sfn kata-runtime "$bin/containerd-shim-kata-v2"
ln -sfn kata-runtime "$bin/kata-monitor"
install -m 644 build/share/kata-containers/{vmlinux,initrd} "$share/"
completions=(bash-completion/completions/kata-runtime zsh/site-functions/_kata-runtime fish/vendor_completions.d/kata-runtime.fish)
for file in man/man8/{kata-runtime,kata-monitor}.8 "${completions[@]}"; do
  install -D -m 644 "build/share/$file" "$destination$prefix/share/$file"
done
install -d "$destination$prefix/share/doc/kata-containers"
install -m 644 LICENSE NOTICE "$destination$prefix/share/doc/kata-containers/"
install -m 644 monitor/grafana-dashboard.json "$share/"
# a configuration that somebody has changed is theirs
if [ -e "$etc/configuration.toml" ]; then
  cmp -s build/etc/kata-containers/configuration.toml "$etc/configuration.toml" || install -m 644 build/etc/kata-containers/configuration.toml "$etc/configuration.toml.new"
else
  install -m 644 build/etc/kata-containers/configuration.toml "$etc/configuration.toml"
fi
