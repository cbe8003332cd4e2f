#!/bin/bash
# demo.sh: one container in a virtual machine of its own, with Debian's busybox as its root file system.
set -euo pipefail
cd "$(dirname "$0")/.."
runtime=$PWD/build/bin/kata-runtime
place=$(mktemp -d)
id=demo-$$
trap '"$runtime" --root "$place/state" delete --force "$id"; rm -rf "$place"' EXIT

mkdir -p "$place"/bundle/rootfs/{bin,dev,proc,sys,tmp,etc,root}
cp /bin/busybox "$place/bundle/rootfs/bin/"
chroot "$place/bundle/rootfs" /bin/busybox --install -s /bin
echo 'root:x:0:0:root:/root:/bin/sh' >"$place/bundle/rootfs/etc/passwd"
echo 'root:x:0:' >"$place/bundle/rootfs/etc/group"
"$runtime" spec --bundle "$place/bundle"
node -e '
  const [file] = process.argv.slice(1);
  const fs = require("fs");
  const spec = JSON.parse(fs.readFileSync(file));
  spec.process.terminal = false;
  spec.hostname = "in-the-vm";
  spec.process.args = ["sh", "-c", `
    echo "kernel    $(uname -r)"
    echo "hostname  $(hostname)"
    echo "user      $(id)"
    echo; echo "its processes:"; ps
    echo; echo "its mounts:"; cat /proc/mounts
    exit 42`];
  fs.writeFileSync(file, JSON.stringify(spec));
' "$place/bundle/config.json"

echo "--- the host"
echo "kernel    $(uname -r)"
echo "hostname  $(uname -n)"
echo
echo "--- a container: kata-runtime run"
status=0
"$runtime" --root "$place/state" run --bundle "$place/bundle" "$id" || status=$?
echo
echo "exit status $status (the container's own: 42)"
[ "$status" = 42 ]
