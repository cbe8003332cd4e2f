/** Docker's everyday features, one shell script each. `run` and `docker` are functions; $name is a name of the row's own. */
export interface Feature {
  readonly name: string;
  readonly script: string;
  /** What runc's output has. kata's is to be the same to the letter. */
  readonly shows: RegExp;
  /** What kata's has instead, and why. */
  readonly differs?: { readonly shows: RegExp; readonly why: string };
}

export const features: readonly Feature[] = [
  { name: "run --rm", script: "run --rm busybox:test echo hello", shows: /^hello$/ },
  { name: "exit status", script: "run --rm busybox:test sh -c 'exit 41'; echo $?", shows: /^41$/ },
  { name: "run -i", script: "echo typed | run --rm -i busybox:test cat", shows: /^typed$/ },
  { name: "run -t", script: "run --rm -t busybox:test sh -c 'test -t 1 && echo terminal'", shows: /^terminal/ },
  {
    name: "-d, logs",
    script: "run -d --name $name busybox:test echo logged >/dev/null; docker wait $name; docker logs $name",
    shows: /^0\nlogged$/,
  },
  { name: "exec", script: "idle; docker exec -e A=b -u 1000 -w /tmp $name sh -c 'echo $A; id -u; pwd'", shows: /^b\n1000\n\/tmp$/ },
  {
    name: "attach",
    script: "run -d --name $name busybox:test sh -c 'sleep 3; echo late' >/dev/null; docker attach $name",
    shows: /^late$/,
  },
  {
    name: "cp",
    script:
      "idle; echo there >$dir/in; docker cp $dir/in $name:/tmp/f; docker exec $name sh -c 'echo back >>/tmp/f'; docker cp $name:/tmp/f $dir/out; cat $dir/out",
    shows: /there\nback$/,
  },
  {
    name: "commit",
    script: "idle; docker exec $name touch /made; docker commit $name made:$name >/dev/null; run --rm made:$name ls /made",
    shows: /^\/made$/,
  },
  { name: "diff", script: "run --name $name busybox:test touch /srv/made; docker diff $name", shows: /^A \/srv\/made$/m },
  { name: "top", script: "idle; docker top $name | wc -l", shows: /^2$/ },
  { name: "stats", script: "idle; docker stats --no-stream --format '{{.Name}}' $name | wc -l", shows: /^1$/ },
  {
    name: "update",
    script: "idle; docker update --pids-limit 77 $name >/dev/null; docker inspect -f '{{.HostConfig.PidsLimit}} {{.State.Running}}' $name",
    shows: /^77 true$/,
  },
  {
    name: "pause, unpause",
    script:
      "idle; docker pause $name >/dev/null; docker inspect -f '{{.State.Status}}' $name; docker unpause $name >/dev/null; docker exec $name echo goes on",
    shows: /^paused\ngoes on$/,
  },
  { name: "kill", script: "idle; docker kill -s KILL $name >/dev/null; docker wait $name", shows: /^137$/ },
  {
    name: "stop, start, restart",
    script:
      "run -d --name $name busybox:test sh -c 'trap \"exit 7\" TERM; sleep 1000 & wait' >/dev/null; sleep 1; docker stop -t 30 $name >/dev/null; docker inspect -f '{{.State.ExitCode}}' $name; docker start $name >/dev/null; docker restart -t 30 $name >/dev/null; docker inspect -f '{{.State.Status}}' $name",
    shows: /^7\nrunning$/,
  },
  {
    name: "restart policy",
    script:
      "run -d --restart on-failure:2 --name $name busybox:test false >/dev/null; for i in $(seq 120); do [ $(docker inspect -f '{{.State.Status}}{{.RestartCount}}' $name) = exited2 ] && break; sleep 1; done; docker inspect -f '{{.State.Status}} {{.RestartCount}}' $name",
    shows: /^exited 2$/,
  },
  {
    name: "healthcheck",
    script:
      "run -d --health-cmd 'test -e /bin/sh' --health-interval 1s --name $name busybox:test sleep 1000 >/dev/null; for i in $(seq 60); do [ $(docker inspect -f '{{.State.Health.Status}}' $name) = healthy ] && break; sleep 1; done; docker inspect -f '{{.State.Health.Status}}' $name",
    shows: /^healthy$/,
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
  { name: "--ulimit", script: "run --rm --ulimit nofile=123:456 busybox:test sh -c 'ulimit -Sn; ulimit -Hn'", shows: /^123\n456$/ },
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
    script: "run --rm --hostname named --dns 10.1.2.3 busybox:test sh -c 'hostname; grep nameserver /etc/resolv.conf'",
    shows: /^named\nnameserver 10\.1\.2\.3$/,
  },
  {
    name: "-p",
    script:
      "run -d -p 127.0.0.1:$port:80 --name $name busybox:test sh -c 'echo served >/srv/index.html; httpd -f -p 80 -h /srv' >/dev/null; for i in $(seq 60); do busybox wget -qO- http://127.0.0.1:$port/ && break; sleep 1; done",
    shows: /^served$/,
  },
  {
    name: "-m, OOMKilled",
    script:
      "run -d -m 64m --memory-swap 64m --name $name busybox:test tail /dev/zero >/dev/null; docker wait $name; docker inspect -f '{{.State.OOMKilled}}' $name",
    shows: /^137\ntrue$/,
    differs: {
      shows: /^137\nfalse$/,
      why: "137, `OOMKilled` stays false: the guest's kernel kills, and the runc shim watches the host's cgroup",
    },
  },
];
