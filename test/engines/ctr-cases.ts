/** Faults that users of engines met with other runtimes (docs/cases.md), as scripts over ctr(1): what the peer prints is right. */
import type { Feature } from "./features.ts";

/** `member NAME`: the process of that name among those of the row's container; the container's own where there is none. */
const member = `
  member() {
    local pid
    for pid in $(find /sys/fs/cgroup -path "*/$name*" -name cgroup.procs -exec cat {} + | sort -un); do
      if grep -qs "^$1" /proc/$pid/comm; then echo $pid; return; fi
    done
    engine task ls | awk -v name=$name '$1 == name { print $2 }'
  }
  rerun() { open engine task rm $name 2>&1 | grep -o 'exit code'; engine task start -d $name; inside echo again; }`;

const cgroup = "--mount type=cgroup,src=cgroup,dst=/sys/fs/cgroup,options=ro";

export const ctrCases: readonly Feature[] = [
  {
    name: "memory in a task's metrics is what the container sees, and CPU that it uses is counted",
    script: `
      run -d ${cgroup} $image $name sh -c "x=\\$(head -c 8000000 /dev/zero | tr '\\\\0' a); while sleep .1; do :; done"
      value() { engine task metrics $name | awk -v a=$1 -v b=$2 '$1 == a || $1 == b { print $2 }'; }
      seen() { inside sh -c 'cat /sys/fs/cgroup/memory.current /sys/fs/cgroup/memory/memory.usage_in_bytes 2>/dev/null'; }
      agrees() {
        local told=$(value memory.usage_in_bytes memory.usage) real=$(seen)
        [ $told -gt 7500000 ] && [ $((told * 10)) -gt $((real * 8)) ] && [ $((told * 10)) -lt $((real * 12)) ]
      }
      eventually agrees && echo agrees
      before=$(value cpuacct.usage cpu.usage_usec); grows() { [ $(value cpuacct.usage cpu.usage_usec) -gt $before ]; }
      eventually grows && echo grows`,
    shows: /^agrees\ngrows$/,
  },
  {
    name: "a second container with an id that is taken is refused, and the first goes on; of four at once one is made",
    script: `
      start; start 2>&1 | grep -o 'already exists' | head -n 1; inside echo ok; clean >/dev/null 2>&1
      for i in 1 2 3 4; do start 2>/dev/null && echo >>$dir/made & done; wait; wc -l <$dir/made; inside echo ok`,
    shows: /^already exists\nok\n1\nok$/,
  },
  {
    name: "the same id in another namespace of containerd is another container",
    script: `
      start; inside touch /mine
      way() { engine images $1 --help | grep -o -e --local | head -n 1; } # from containerd 2 on
      other() { engine --namespace $name "$@"; }
      engine images export $(way export) $dir/image $image; other images import $(way import) $dir/image >/dev/null
      elsewhere() { other run --runtime $runtime "$@"; }
      elsewhere -d $image $name sleep 1000; open other task exec --exec-id e $name sh -c 'ls /mine 2>/dev/null || echo another'
      other task rm -f $name; other container rm $name; inside ls /mine; status
      other images rm $(other images ls -q) >/dev/null`,
    shows: /^another\n\/mine\nRUNNING$/,
  },
  {
    name: "run --rm prints nothing of its own; nothing is left in /run, and no mount",
    script: `
      once() { open run --rm $image $name true 2>&1; echo $?; }
      host() { find /run -path /run/kata-containers-reserve -prune -o -print; cat /proc/mounts; }
      once; before=$(host | wc -l); for i in 1 2 3 4 5 6 7 8 9; do once; done
      same() { [ $(host | wc -l) = $before ]; }
      eventually same; engine containers ls -q | grep -c "^$name$"`,
    shows: /^(0\n){10}0$/,
  },
  {
    name: "files are copied in and out by tar and an exec, as kubectl does, and no mount stays",
    script: `
      before=$(wc -l </proc/mounts); start; head -c 1000000 /dev/urandom >$dir/f
      tar -C $dir -cf - f | engine task exec --exec-id in $name tar -C /tmp -xf -
      mkdir $dir/out; open engine task exec --exec-id out $name tar -C /tmp -cf - f | tar -C $dir/out -xf -
      cmp $dir/f $dir/out/f && echo copied; clean >/dev/null 2>&1; echo $(($(wc -l </proc/mounts) - before))`,
    shows: /^copied\n0$/,
  },
  {
    name: "the machine is killed: the task has stopped, starts again, and is removed at once",
    script: `${member}
      start; kill -9 $(member qemu-system); eventually is STOPPED; rerun
      kill -9 $(member qemu-system); engine task rm -f $name >/dev/null 2>&1; status; engine container rm $name; echo $?`,
    shows: /^exit code\nagain\n0$/,
  },
  {
    name: "the share's daemon is killed: no access hangs, the task has stopped and starts again",
    script: `${member}
      start; kill -9 $(member virtiofsd); inside ls / >/dev/null 2>&1 && echo listed; eventually is STOPPED; rerun`,
    shows: /^exit code\nagain$/,
  },
];
