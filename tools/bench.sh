#!/bin/bash
# bench.sh [OPTION...]: tools/bench.ts where its peers can run, then tools/bench-memory.ts and tools/bench-pod.ts; SCALE=50 (`make bench SCALE=50`)
# shows how it grows. crun refuses a host on which cgroup v2 owns a
# controller beside v1 hierarchies: there, in a private mount namespace, each controller gets a v1 hierarchy.
set -euo pipefail
cd "$(dirname "$0")/.."

v1_everywhere() {
  mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup
  local controller enabled
  while read -r controller _ _ enabled; do
    [[ $controller != \#* && $enabled = 1 ]] || continue
    mkdir "/sys/fs/cgroup/$controller"
    mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller"
  done </proc/cgroups
  mkdir /sys/fs/cgroup/systemd
  mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
}

if [ "${KATA_BENCH_INSIDE:-}" = 1 ]; then
  v1_everywhere
elif grep -qs . /sys/fs/cgroup/unified/cgroup.controllers; then
  exec unshare --mount --propagation private env KATA_BENCH_INSIDE=1 "$0" "$@"
fi
node --import tsx tools/bench.ts "$@"
echo
node --import tsx tools/bench-memory.ts
echo
node --import tsx tools/bench-pod.ts
[ "${SCALE:-0}" = 0 ] || node --import tsx tools/bench-memory.ts --scale "$SCALE"
