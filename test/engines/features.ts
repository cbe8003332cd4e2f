/** Everyday features of engines, one shell script each; `Engine.script` says what it has. */
export interface Feature {
  readonly name: string;
  readonly script: string;
  /** What the other runtime's output has. kata's is to be the same to the letter. */
  readonly shows: RegExp;
  /** The output has names of its own in it: kata's has to match too, no more. */
  readonly own?: true;
  /** What kata's has instead, and why. */
  readonly differs?: { readonly shows: RegExp; readonly why: string };
}

export const everyday: readonly Feature[] = [
  { name: "run --rm", script: "run --rm busybox:test echo hello", shows: /^hello$/ },
  { name: "exit status", script: "run --rm busybox:test sh -c 'exit 41'; echo $?", shows: /^41$/ },
  { name: "run -i", script: "echo typed | run --rm -i busybox:test cat", shows: /^typed$/ },
  { name: "run -t", script: "run --rm -t busybox:test sh -c 'test -t 1 && echo terminal'", shows: /^terminal/ },
  {
    name: "-d, logs",
    script: "run -d --name $name busybox:test echo logged >/dev/null; engine wait $name; engine logs $name",
    shows: /^0\nlogged$/,
  },
  { name: "exec", script: "idle; engine exec -e A=b -u 1000 -w /tmp $name sh -c 'echo $A; id -u; pwd'", shows: /^b\n1000\n\/tmp$/ },
  {
    name: "attach",
    script: "run -d --name $name busybox:test sh -c 'sleep 3; echo late' >/dev/null; engine attach $name",
    shows: /^late$/,
  },
  {
    name: "cp",
    script:
      "idle; echo there >$dir/in; engine cp $dir/in $name:/tmp/f; engine exec $name sh -c 'echo back >>/tmp/f'; engine cp $name:/tmp/f $dir/out; cat $dir/out",
    shows: /there\nback$/,
  },
  {
    name: "commit",
    script: "idle; engine exec $name touch /made; engine commit $name made:$name >/dev/null; run --rm made:$name ls /made",
    shows: /^\/made$/,
  },
  { name: "diff", script: "run --name $name busybox:test touch /srv/made; engine diff $name", shows: /^A \/srv\/made$/m },
  { name: "top", script: "idle; engine top $name | wc -l", shows: /^2$/ },
  { name: "stats", script: "idle; engine stats --no-stream --format '{{.Name}}' $name | wc -l", shows: /^1$/ },
  {
    name: "update",
    script: "idle; engine update --memory 128m --memory-swap 128m $name >/dev/null; memory_limit",
    shows: /^134217728$/,
  },
  {
    name: "pause, unpause",
    script:
      "idle; engine pause $name >/dev/null; engine inspect -f '{{.State.Status}}' $name; engine unpause $name >/dev/null; engine exec $name echo goes on",
    shows: /^paused\ngoes on$/,
  },
  { name: "kill", script: "idle; engine kill -s KILL $name >/dev/null; engine wait $name", shows: /^137$/ },
  {
    name: "stop, start, restart",
    script:
      "run -d --name $name busybox:test sh -c 'trap \"exit 7\" TERM; sleep 1000 & wait' >/dev/null; sleep 1; engine stop -t 30 $name >/dev/null; engine inspect -f '{{.State.ExitCode}}' $name; engine start $name >/dev/null; sleep 1; engine restart -t 30 $name >/dev/null; engine inspect -f '{{.State.Status}}' $name",
    shows: /^7\nrunning$/,
  },
  {
    name: "restart policy",
    script:
      "run -d --restart on-failure:2 --name $name busybox:test false >/dev/null; for i in $(seq 120); do [ $(engine inspect -f '{{.State.Status}}{{.RestartCount}}' $name) = exited2 ] && break; sleep 1; done; engine inspect -f '{{.State.Status}} {{.RestartCount}}' $name",
    shows: /^exited 2$/,
  },
  {
    name: "volumes",
    script:
      "run --rm -v $name:/v busybox:test sh -c 'echo kept >/v/f'; run --rm -v $name:/v:ro busybox:test sh -c 'cat /v/f; touch /v/g 2>/dev/null || echo read-only'",
    shows: /^kept\nread-only$/,
  },
  {
    name: "bind, tmpfs",
    script:
      'echo host >$dir/f; run --rm -v $dir:/d --mount type=tmpfs,destination=/t,tmpfs-size=1m busybox:test sh -c \'cat /d/f; df -k /t | tail -n 1 | tr -s " " | cut -d " " -f 2\'',
    shows: /^host\n1024$/,
  },
  { name: "--user", script: "run --rm --user 1000:5 busybox:test id", shows: /uid=1000\(user\) gid=5\(tty\)/ },
  { name: "--read-only", script: "run --rm --read-only busybox:test touch /f 2>&1", shows: /Read-only file system/ },
  {
    name: "--cap-drop, --cap-add",
    script: "run --rm --cap-drop ALL --cap-add NET_RAW busybox:test grep CapEff /proc/self/status",
    shows: /0000000000002000$/,
  },
  {
    name: "no-new-privileges",
    script: "run --rm --security-opt no-new-privileges busybox:test grep NoNewPrivs /proc/self/status",
    shows: /1$/,
  },
  {
    name: "--ulimit",
    script: "run --rm --ulimit nofile=123:456 --ulimit nproc=512:512 busybox:test sh -c 'ulimit -Sn; ulimit -Hn'",
    shows: /^123\n456$/,
  },
  { name: "--sysctl", script: "run --rm --sysctl net.ipv4.ip_forward=0 busybox:test cat /proc/sys/net/ipv4/ip_forward", shows: /^0$/ },
  {
    name: "--pids-limit",
    script: "run --rm --pids-limit 5 busybox:test sh -c 'for i in 1 2 3 4 5 6 7 8; do sleep 1 & done' 2>&1 | grep -o \"can't fork\"",
    shows: /^can't fork$/,
  },
  {
    name: "--shm-size",
    script: 'run --rm --shm-size 2m busybox:test sh -c \'df -k /dev/shm | tail -n 1 | tr -s " " | cut -d " " -f 2\'',
    shows: /^2048$/,
  },
  {
    name: "--hostname, --dns",
    script: "run --rm --hostname named --dns 10.1.2.3 busybox:test sh -c 'hostname; grep ^nameserver /etc/resolv.conf'",
    shows: /^named\nnameserver 10\.1\.2\.3$/,
  },
  {
    name: "-p",
    script:
      "run -d -p 127.0.0.1:$port:80 --name $name busybox:test sh -c 'echo served >/srv/index.html; httpd -f -p 80 -h /srv' >/dev/null; for i in $(seq 60); do busybox wget -qO- http://127.0.0.1:$port/ && break; sleep 1; done",
    shows: /^served$/,
  },
  { name: "-m", script: "run -d -m 96m --name $name busybox:test sleep 1000 >/dev/null; memory_limit", shows: /^100663296$/ },
  {
    name: "--cpus",
    script:
      "run --rm --cpus 0.5 busybox:test sh -c 'cd /sys/fs/cgroup; cat cpu.max cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us 2>/dev/null' | xargs",
    shows: /^50000 100000$/,
  },
  {
    name: "--init",
    script: "run --rm --init busybox:test cat /proc/1/comm; engine ps -aq | wc -l",
    shows: /^(docker-init|podman-init|tini|catatonit)/,
  },
  {
    name: "--device",
    script: "run --rm --device /dev/full:/dev/filled busybox:test sh -c 'test -c /dev/filled && echo x >/dev/filled' 2>&1",
    shows: /No space left on device/,
  },
  {
    name: "--security-opt seccomp=",
    script:
      'echo \'{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}\' >$dir/p; run --rm --security-opt seccomp=$dir/p busybox:test mkdir /q 2>&1',
    shows: /Operation not permitted/,
  },
  {
    name: "events",
    script:
      "idle; engine kill -s KILL $name >/dev/null; engine wait $name; events | grep -xE 'create|start|kill|die|died' | sort -u | xargs",
    shows: /^137\ncreate (die|died) kill start$/,
  },
  {
    name: "build with RUN",
    script:
      "printf 'FROM busybox:test\\nCOPY f /srv/f\\nRUN echo made by RUN >>/srv/f && echo someone:x:77:77::/:/bin/sh >>/etc/passwd\\nUSER someone\\nRUN id -un >/tmp/who\\nCMD cat /srv/f /tmp/who\\n' >$dir/Dockerfile; echo copied >$dir/f; build -t $name:made $dir >$dir/log 2>&1 || cat $dir/log; run --rm $name:made",
    shows: /^copied\nmade by RUN\nsomeone$/,
  },
  {
    name: "save, load",
    script:
      "engine tag busybox:test $name:made; engine save -o $dir/i $name:made >/dev/null 2>&1; engine rmi $name:made >/dev/null; engine load -i $dir/i >/dev/null 2>&1; run --rm $name:made echo loaded",
    shows: /^loaded$/,
  },
  {
    name: "networks, names",
    script:
      "engine network create $name >/dev/null; run -d --network $name --network-alias db --name $name busybox:test sleep 1000 >/dev/null; run --rm --network $name busybox:test ping -c 1 -w 30 db | grep -o ' 0% packet loss'",
    shows: /^0% packet loss$/,
  },
];

export const dockerFeatures: readonly Feature[] = [
  {
    name: "-it, size of the terminal",
    script:
      'idle; terminal "engine exec -it $name sh -c \'until stty size 2>/dev/null | grep -x \\"43 132\\"; do sleep 1; done\'" | grep -o "43 132"',
    shows: /^43 132$/,
  },
  {
    name: "-m, OOMKilled",
    script:
      "run -d -m 64m --memory-swap 64m --name $name busybox:test tail /dev/zero >/dev/null; engine wait $name; engine inspect -f '{{.State.OOMKilled}}' $name",
    shows: /^137\ntrue$/,
  },
  {
    name: "healthcheck",
    script:
      "run -d --health-cmd 'test -e /bin/sh' --health-interval 1s --name $name busybox:test sleep 1000 >/dev/null; for i in $(seq 60); do [ $(engine inspect -f '{{.State.Health.Status}}' $name) = healthy ] && break; sleep 1; done; engine inspect -f '{{.State.Health.Status}}' $name",
    shows: /^healthy$/,
  },
];

export const podmanFeatures: readonly Feature[] = [
  {
    name: "-m, killed",
    script: "run -d -m 64m --memory-swap 64m --name $name busybox:test tail /dev/zero >/dev/null; engine wait $name",
    shows: /^137$/,
  },
  {
    name: "healthcheck",
    script:
      "run -d --health-cmd 'test -e /tmp/well' --health-retries 1 --name $name busybox:test sleep 1000 >/dev/null; engine healthcheck run $name; engine exec $name touch /tmp/well; engine healthcheck run $name && engine inspect -f '{{.State.Health.Status}}' $name",
    shows: /^unhealthy\nhealthy$/,
  },
  {
    name: "pod create, run --pod",
    script:
      "engine pod create --name $name -p $port:80 >/dev/null; run -d --pod $name busybox:test sh -c 'echo served >/srv/index.html; httpd -f -p 80 -h /srv' >/dev/null; run --rm --pod $name busybox:test sh -c 'for i in $(seq 60); do wget -qO- http://127.0.0.1/ && break; sleep 1; done'; busybox wget -qO- http://127.0.0.1:$port/",
    shows: /^served\nserved$/,
  },
  {
    name: "pod stop, start, ps",
    script:
      "engine pod create --name $name >/dev/null; run -d --pod $name busybox:test sleep 1000 >/dev/null; engine pod stop -t 0 $name >/dev/null; engine pod inspect $name | jq -r .State; engine pod start $name >/dev/null; engine pod inspect $name | jq -r .State; engine ps --filter pod=$name -q | wc -l",
    shows: /^Exited\nRunning\n2$/,
  },
  {
    name: "pod create --uidmap",
    script:
      "engine pod create --name $name --uidmap 0:100000:65536 --gidmap 0:100000:65536 >/dev/null; for i in 1 2; do run -d --pod $name --name $name-$i busybox:test sleep 1000 >/dev/null; done; for i in 1 2; do engine exec $name-$i readlink /proc/self/ns/user; done | sort -u | wc -l; engine exec $name-2 sh -c \"tr -s ' ' </proc/self/uid_map; touch /tmp/made; stat -c %u /tmp/made /bin/busybox /proc/1\"",
    shows: /^1\n 0 100000 65536\n0\n0\n0$/,
  },
  {
    name: "pod create --userns=auto",
    script:
      "printf 'containers:1000000:1000000\\n' >$dir/ids; mount --bind $dir/ids /etc/subuid && mount --bind $dir/ids /etc/subgid; engine pod create --name $name --userns=auto:size=5000 >/dev/null; for i in 1 2; do run -d --pod $name --name $name-$i busybox:test sleep 1000 >/dev/null; done; for i in 1 2; do engine exec $name-$i readlink /proc/self/ns/user; done | sort -u | wc -l; engine exec $name-2 sh -c \"tr -s ' ' </proc/self/uid_map; touch /tmp/made; stat -c %u /tmp/made /bin/busybox /proc/1\"; umount -l /etc/subuid /etc/subgid",
    shows: /^1\n 0 1000000 5000\n0\n0\n0$/,
  },
  {
    name: "play kube",
    script:
      'printf \'apiVersion: v1\\nkind: Pod\\nmetadata: {name: %s}\\nspec:\\n  containers:\\n  - {name: one, image: "localhost/busybox:test", command: [sh, -c, "echo shared >/v/f; sleep 1000"], volumeMounts: [{name: v, mountPath: /v}]}\\n  - {name: two, image: "localhost/busybox:test", command: [sleep, "1000"], volumeMounts: [{name: v, mountPath: /v}]}\\n  volumes: [{name: v, emptyDir: {}}]\\n\' $name >$dir/pod.yaml; engine play kube $dir/pod.yaml >/dev/null; eventually engine exec $name-two test -s /v/f; engine exec $name-two cat /v/f; engine play kube --down $dir/pod.yaml >/dev/null; engine ps -aq --filter pod=$name | wc -l',
    shows: /^shared\n0$/,
  },
  {
    name: "generate kube",
    script: "idle; engine generate kube $name | grep -E 'kind|image:|sleep' | xargs",
    shows: /kind: Pod/,
    own: true,
  },
  {
    name: "generate systemd",
    script: "idle; engine generate systemd $name | grep -c ^ExecStart",
    shows: /^1$/,
  },
  { name: "top -o", script: "idle; engine top $name -o pid,args | xargs", shows: /^PID COMMAND 1 sleep 1000$/ },
  {
    name: "cp to a volume, from a running container",
    script:
      "run -d -v $name:/srv/v --name $name busybox:test sleep 1000 >/dev/null; echo there >$dir/in; engine cp $dir/in $name:/srv/v/f; engine exec $name cat /srv/v/f; engine cp $name:/srv/v/f $dir/out; cat $dir/out",
    shows: /^there\nthere$/,
  },
];
