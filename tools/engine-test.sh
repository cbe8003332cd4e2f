#!/bin/bash
# engine-test.sh [FILE...]: tests with real engines (test/engines/*.engine.ts), in mount, network, pid and cgroup namespaces of their
# own. KATA_TEST_CONTAINERD=debian (what the system has), trixie or sid says which containerd, KATA_TEST_DOCKER=bookworm which
# Debian's Docker, KATA_TEST_PROBES how often a pod is probed (once a second; 120 is two minutes).
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" = --inside ]; then
  shift
  ip link set lo up
  umount -R -l /sys # Podman unmounts what is below it for a user namespace, and fails at what is there but covered
  mount -t sysfs sysfs /sys
  mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup
  while read -r controller _ _ enabled; do
    [[ $controller != \#* && $enabled = 1 ]] || continue
    mkdir "/sys/fs/cgroup/$controller"
    mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller" || rmdir "/sys/fs/cgroup/$controller"
  done </proc/cgroups
  if [ -z "$(ls /sys/fs/cgroup)" ]; then mount -t cgroup2 cgroup2 /sys/fs/cgroup; fi
  if [ -e /sys/fs/cgroup/memory ]; then # runc looks for its containers in it, where there is cgroup v1
    mkdir /sys/fs/cgroup/systemd
    mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
  fi
  mount -t tmpfs -o mode=755 tmpfs /run
  mkdir -p /run/netns /run/lock
  mount --make-rshared /
  # not exec: process 1 inherits orphans and must reap them
  node --import tsx --test --test-concurrency=1 --test-reporter=spec "$@"
  exit
fi

tools/setup.sh run test engines
KATA_CRI_PROTO=$(tools/debian-beside.sh sid golang-k8s-cri-api-dev)/usr/share/gocode/src/k8s.io/cri-api/pkg/apis/runtime/v1/api.proto
export KATA_CRI_PROTO
case ${KATA_TEST_CONTAINERD:-debian} in
  debian) KATA_CONTAINERD=$(command -v containerd) ;;
  *) KATA_CONTAINERD=$(tools/debian-beside.sh "$KATA_TEST_CONTAINERD" containerd)/usr/bin/containerd ;;
esac
export KATA_CONTAINERD
docker=${KATA_TEST_DOCKER:-bookworm} docker_packages=(docker.io)
[ "$docker" = bookworm ] || docker_packages+=(docker-cli) # of its own since trixie
KATA_DOCKER=$(tools/debian-beside.sh "$docker" "${docker_packages[@]}")
export KATA_DOCKER
KATA_PROMETHEUS=$(tools/debian-beside.sh bookworm prometheus)/usr/bin
export KATA_PROMETHEUS
[ $# -gt 0 ] || set -- test/engines/*.engine.ts
unshare --mount --net --pid --fork --kill-child --mount-proc --propagation private "$0" --inside "$@"
