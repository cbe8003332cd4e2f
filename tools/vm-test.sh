#!/bin/bash
# vm-test.sh DIRECTORY|FILE...: tests that drive the built programs, one file after the other. KATA_TEST_AGAIN=1 runs a
# file that failed once more: one that passes then is named at the end and in build/flaky.txt, and does not fail the run.
# They look at what is left behind on the machine, so they have processes, mounts and cgroups of their own: they see
# nobody else's, and what a failing test leaves ends with them.
set -euo pipefail
cd "$(dirname "$0")/.."

# own_cgroups NAME: joins a new cgroup of that name in every v1 hierarchy, below the one we are in
own_cgroups() {
  local name=$1 controllers path directory before
  before=$(cat /proc/self/cgroup) # it changes while we go through it
  while IFS=: read -r _ controllers path; do
    directory=$(hierarchy_of "$controllers")
    [ -n "$directory" ] || continue
    directory=$directory${path%/}/$name
    mkdir "$directory" 2>/dev/null || continue
    # a new cpuset is empty, and nobody can join an empty one
    for knob in cpuset.cpus cpuset.mems; do
      if [ -e "$directory/$knob" ]; then cat "$directory/../$knob" >"$directory/$knob"; fi
    done
    echo $$ >"$directory/cgroup.procs"
    made+=("$directory")
  done <<<"$before"
}

# hierarchy_of CONTROLLERS: where that v1 hierarchy is mounted; the empty name is cgroup v2
hierarchy_of() {
  if [ -z "$1" ]; then findmnt -n -t cgroup2 -o TARGET | head -n 1; return; fi
  findmnt -n -t cgroup -o TARGET,OPTIONS | while read -r target options; do
    if [[ ,$options, == *,"${1%%,*}",* ]]; then echo "$target"; return; fi
  done
}

# leave_cgroups: nobody is left in them, or the kernel keeps them
leave_cgroups() {
  local directory
  for directory in "${made[@]}"; do
    echo $$ >"${directory%/*}/cgroup.procs"
    find "$directory" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
}

# remount_cgroups: the same hierarchies again, seen from our cgroup as their root
remount_cgroups() {
  findmnt -n -t cgroup,cgroup2 -o TARGET,FSTYPE,FS-OPTIONS | while read -r target type options; do
    options=$(tr , '\n' <<<"$options" | grep -vxE 'rw|ro' | paste -sd, || true)
    umount "$target"
    mount -t "$type" -o "${options:-rw}" "$type" "$target"
  done
}

# forget_mounts_of_others: below /run, where they would go from under us when whoever made them (a network namespace's name) ends them
forget_mounts_of_others() {
  local target
  awk '$5 ~ "^/run/" { print $5 }' /proc/self/mountinfo | tac | while read -r target; do umount -l "$target" || true; done
}

# test_file FILE: one test process
test_file() {
  node --import tsx --test --test-reporter=spec "$1"
}

# run_files FILE...: fails when one of them did
run_files() {
  local file passed=0 failed=() flaky=()
  for file; do
    echo "=== $file"
    if test_file "$file"; then passed=$((passed + 1))
    elif [ "${KATA_TEST_AGAIN:-}" != 1 ]; then failed+=("$file")
    elif echo "=== $file, once more" && test_file "$file"; then flaky+=("$file")
    else failed+=("$file")
    fi
  done
  if [ ${#flaky[@]} -gt 0 ]; then
    printf 'flaky, passed when run once more: %s\n' "${flaky[@]}" >&2
    printf '%s\n' "${flaky[@]}" >>build/flaky.txt
  fi
  [ ${#failed[@]} -eq 0 ] || printf 'failed: %s\n' "${failed[@]}" >&2
  echo "files: $((passed + ${#flaky[@]})) passed, ${#failed[@]} failed"
  [ ${#failed[@]} -eq 0 ]
}

if [ "${1:-}" = --inside ]; then
  [ "$2" = as-is ] || remount_cgroups
  forget_mounts_of_others
  mount -t tmpfs -o mode=755 tmpfs /run # templates and sandboxes in reserve are made here and end with us
  shift 2
  # bash stays process 1: it reaps the orphans that it inherits, which node would not
  run_files "$@"
  exit
fi

mapfile -t files < <(find "$@" -name '*.test.ts' 2>/dev/null | sort)
[ ${#files[@]} -gt 0 ] || { echo "no tests in $*" >&2; exit 0; }
made=()
trap leave_cgroups EXIT
# on a host with cgroup v2 alone the tests' own processes would keep a root of their own from having controllers
cgroups=as-is
if [ "$(stat -f -c %T /sys/fs/cgroup)" = tmpfs ]; then
  own_cgroups "kata-test-$$"
  cgroups=remount
fi
unshare --mount --pid --fork --kill-child --mount-proc --propagation private $([ $cgroups = as-is ] || echo --cgroup) \
  "$0" --inside $cgroups "${files[@]}"
