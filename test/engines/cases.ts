/** Faults that users of engines met with other runtimes (docs/cases.md), as scripts: what the peer prints is right. */
import { fileURLToPath } from "node:url";
import type { Feature } from "./features.ts";

const support = (name: string): string => fileURLToPath(new URL(`../support/${name}`, import.meta.url));
const sharing = support("sharing.c");
const hear = support("hear.c");

/** `member NAME`: the process of that name among those of the row's container; the container's own where there is none. */
const member = `
  member() {
    local id=$(engine inspect -f '{{.Id}}' $name) pid
    for pid in $(find /sys/fs/cgroup -path "*$id*" -name cgroup.procs -exec cat {} + | sort -un); do
      if grep -qs "^$1" /proc/$pid/comm; then echo $pid; return; fi
    done
    engine inspect -f '{{.State.Pid}}' $name
  }
  stopped() { [ "$(engine inspect -f '{{.State.Status}}' $name)" = exited ]; }
  failed() { engine inspect -f '{{.State.ExitCode}}' $name | grep -qv '^0$' && echo failed; }`;

const volumes: readonly Feature[] = [
  {
    name: "a link that is swapped in a volume, as for a ConfigMap, is old or new and never an error",
    script: `
      mkdir $dir/..1 $dir/..2; echo old >$dir/..1/k; echo new >$dir/..2/k; ln -s ..1 $dir/..data; ln -s ..data/k $dir/k
      run -d --name $name -v $dir:/d:ro busybox:test sh -c 'while :; do cat /d/k || echo error; sleep .2; done' >/dev/null
      says() { engine logs $name 2>&1 | grep -q $1; }
      eventually says old; ln -s ..2 $dir/..n; mv -T $dir/..n $dir/..data; eventually says new; engine logs $name 2>&1 | uniq | xargs`,
    shows: /^old new$/,
  },
  {
    name: "a program that watches a ConfigMap by inotify hears of its change",
    script: `
      gcc -static -O1 -o $dir/hear ${hear}
      volume=$dir/kubernetes.io~configmap/c; mkdir -p $volume/..1 $volume/..2; echo old >$volume/..1/k; echo new >$volume/..2/k
      ln -s ..1 $volume/..data; ln -s ..data/k $volume/k
      run -d --name $name -v $volume:/d:ro -v $dir/hear:/bin/hear:ro busybox:test hear /d >/dev/null
      says() { engine logs $name 2>&1 | grep -q $1; }
      eventually says ready; ln -s ..2 $volume/..n; mv -T $volume/..n $volume/..data; eventually says new; engine logs $name`,
    shows: /^ready\nnew$/,
  },
  {
    name: "sockets, fifos, locks and unlinked files in a volume and on the root file system",
    script: `
      gcc -static -O1 -o $dir/sharing ${sharing}; mkdir $dir/v
      run --rm -v $dir:/d busybox:test sh -c '/d/sharing /d/v; /d/sharing /root'`,
    shows: /^tried\ntried$/,
  },
  {
    name: "mode and group of a volume's directory are kept, and files made in it get its group",
    script: `
      mkdir $dir/e; chgrp 123 $dir/e; chmod 2777 $dir/e
      run --rm -u 1001:1001 --group-add 123 -v $dir/e:/e busybox:test sh -c 'stat -c "%a %g" /e; touch /e/n; stat -c "%u %g" /e/n'`,
    shows: /^2777 123\n1001 123$/,
  },
  {
    name: "a read-only volume is read-only for who may mount, too",
    script: `
      mkdir $dir/r; echo kept >$dir/r/f
      run --rm --cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined -v $dir/r:/r:ro busybox:test \\
        sh -c 'mount -o remount,bind,rw /r; mount -o remount,rw /r; echo changed >/r/f' >/dev/null 2>&1
      cat $dir/r/f`,
    shows: /^changed$/,
    differs: { shows: /^kept$/, why: "it is read-only on the host's side" },
  },
  {
    name: "what is mounted below a volume is there; a mount that comes later if it is a slave's, not if it is private",
    script: `
      mkdir -p $dir/v/early $dir/v/late; mount -t tmpfs t $dir/v/early; touch $dir/v/early/in
      run -d --name $name -v $dir/v:/private --mount type=bind,src=$dir/v,dst=/slave,bind-propagation=rslave busybox:test sleep 1000 >/dev/null
      mount -t tmpfs t $dir/v/late; touch $dir/v/late/in
      engine exec $name sh -c 'cd /; ls -d private/*/* slave/*/*'
      engine rm -f $name >/dev/null 2>&1; umount -l $dir/v/early $dir/v/late`,
    shows: /^private\/early\/in\nslave\/early\/in\nslave\/late\/in$/,
  },
];

const resources: readonly Feature[] = [
  {
    name: "a set of the host's CPUs is no obstacle, and all of them are there to be used",
    script: `
      run --rm --cpuset-cpus 1 busybox:test true; echo $?
      run --rm --cpus 2 --cpuset-cpus 0-1 busybox:test grep Cpus_allowed_list /proc/self/status`,
    shows: /^0\nCpus_allowed_list:\s+0-1$/,
  },
  {
    name: "memory updated up, down and up again: each limit counts, the machine grows once",
    script: `
      run -d -m 256m --name $name busybox:test sleep 1000 >/dev/null
      total() { engine exec $name awk '/^MemTotal/ { print $2 }' /proc/meminfo; }
      for limit in 2g 512m 1g; do
        engine update -m $limit --memory-swap $limit $name >/dev/null; memory_limit; totals+=($(total))
      done
      [ \${totals[2]} -le \${totals[0]} ] && echo no larger than at first`,
    shows: /^2147483648\n536870912\n1073741824\nno larger than at first$/,
  },
];

const hostState: readonly Feature[] = [
  {
    name: "the machine is killed: the container has exited, starts again, and is removed at once",
    script: `${member}
      idle; kill -9 $(member qemu-system); eventually stopped; failed
      engine start $name >/dev/null; engine exec $name echo again
      kill -9 $(member qemu-system); engine rm -f $name >/dev/null; echo $?`,
    shows: /^failed\nagain\n0$/,
  },
  {
    name: "the share's daemon is killed: no access hangs, the container has exited and is removed",
    script: `${member}
      idle; kill -9 $(member virtiofsd); engine exec $name ls / >/dev/null 2>&1 && echo listed
      eventually stopped; failed; engine rm -f $name >/dev/null; echo $?`,
    shows: /^failed\n0$/,
  },
  {
    name: "cp into and out of a running container leaves no mount",
    script: `
      before=$(wc -l </proc/mounts); idle; engine cp /etc/passwd $name:/tmp/h; engine exec $name cmp /tmp/h /tmp/h && engine cp $name:/tmp/h $dir/h
      cmp /etc/passwd $dir/h && echo copied; engine rm -f $name >/dev/null 2>&1; echo $(($(wc -l </proc/mounts) - before))`,
    shows: /^copied\n0$/,
  },
  {
    name: "run --rm prints nothing of its own and leaves no container",
    script: `before=$(engine ps -aq | wc -l); run --rm busybox:test true 2>&1; echo $?; [ $(engine ps -aq | wc -l) = $before ] && echo none left`,
    shows: /^0\nnone left$/,
  },
];

export const commonCases: readonly Feature[] = [...volumes, ...resources, ...hostState];

export const dockerCases: readonly Feature[] = [
  {
    name: "the network is there from the first instruction on",
    script: `run --rm busybox:test sh -c "ip -4 addr show eth0 | grep -o 'inet 172.30'; ping -c 1 -w 30 172.30.0.1 | grep -o ' 0% packet loss'"`,
    shows: /^inet 172\.30\n 0% packet loss$/,
  },
  {
    name: "the MTU of a network is that of the card",
    script: `
      engine network create -o com.docker.network.driver.mtu=1400 $name >/dev/null
      run --rm --network $name busybox:test cat /sys/class/net/eth0/mtu`,
    shows: /^1400$/,
  },
  {
    name: "CPU that is used in the container is the engine's figure",
    script: `
      run -d --name $name busybox:test sh -c 'yes >/dev/null' >/dev/null
      busy() { [ $(engine stats --no-stream --format '{{.CPUPerc}}' $name | cut -d . -f 1 | tr -d %) -gt 20 ]; }
      eventually busy && echo busy`,
    shows: /^busy$/,
  },
];

const limitInStats: Feature = {
  name: "the limit of memory in the engine's statistics",
  script:
    "run -d -m 96m --name $name busybox:test sleep 1000 >/dev/null; engine stats --no-stream --format '{{.MemUsage}}' $name | cut -d / -f 2 | xargs",
  shows: /^96MiB$/,
};

/** What kata's own shim tells is the container's. */
export const ownShimCases: readonly Feature[] = [limitInStats];

export const runcShimCases: readonly Feature[] = [
  {
    ...limitInStats,
    differs: { shows: /^[\d.]+GiB$/, why: "the runc shim reads the host's cgroup, which has none: the limit is set in the guest" },
  },
];

/** `space`: a network namespace of the row's own, with a veth pair to this one. */
const space = `
  link() { ip -n $name "$@"; }
  space() {
    ip netns add $name; link link set lo up; ip link add $name type veth peer name eth0 netns $name
    ip link set $name up; link addr add $1 dev eth0; link link set eth0 up
  }
  left() { ip -n $name -o link | grep -c _kata; tc -n $name qdisc show | grep -c ingress; }`;

export const podmanCases: readonly Feature[] = [
  {
    name: "an odd prefix and 202 routes",
    script: `${space}
      space 192.168.157.204/20; link route add 10.64.0.0/11 via 192.168.144.1
      for i in $(seq 200); do link route add 10.200.$i.0/24 via 192.168.144.1; done
      run --rm --network ns:/run/netns/$name busybox:test sh -c 'ip route | wc -l'; ip netns del $name`,
    shows: /^202$/,
  },
  {
    name: "nothing stays in a network namespace that somebody else keeps, also after a start that failed",
    script: `${space}
      space 10.9.0.2/24; on() { run --rm --network ns:/run/netns/$name busybox:test "$@"; }
      on true; echo $?; left; on no-such-program >/dev/null 2>&1; echo $?; left; on true; echo $?; left; ip netns del $name`,
    shows: /^0\n0\n0\n127\n0\n0\n0\n0\n0$/,
  },
  {
    name: "the MTU of a link and of a route",
    script: `${space}
      space 10.9.0.2/24; link link set eth0 mtu 1400; link route add default via 10.9.0.1 mtu 1350
      full_ip=$(readlink -f $(command -v ip)) # busybox' own does not show it
      run --rm --network ns:/run/netns/$name -v $full_ip:/bin/full-ip:ro -v /usr/lib:/lib:ro -v /lib64:/lib64:ro busybox:test \\
        sh -c 'cat /sys/class/net/eth0/mtu; full-ip route show default | grep -o "mtu .*"' | xargs; ip netns del $name`,
    shows: /^1400 mtu 1350$/,
  },
  {
    name: "two containers of a pod talk through a fifo in a volume",
    script: `
      engine pod create --name $name >/dev/null
      run -d --pod $name -v $dir:/d busybox:test sh -c 'mkfifo /d/p; echo said >/d/p; sleep 1000' >/dev/null
      eventually test -p $dir/p; run --rm --pod $name -v $dir:/d busybox:test sh -c 'timeout 60 cat /d/p; true'`,
    shows: /^said$/,
  },
];
