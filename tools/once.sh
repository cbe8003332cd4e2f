#!/bin/bash
# once.sh STAMP INPUT... -- COMMAND...: runs COMMAND unless it did well before on inputs of the same contents.
# An INPUT is a file, a directory (everything below it), or a word in quotes with `text:` before it. Compared by hash,
# so that a checkout's new times or a clone's old ones neither cause nor hide a build.
set -euo pipefail

stamp=$1; shift
inputs=() texts=()
while [ "$1" != -- ]; do
  case $1 in
    text:*) texts+=("$1") ;;
    *) if [ -e "$1" ]; then inputs+=("$1"); else texts+=("absent: $1"); fi ;;
  esac
  shift
done
shift

key=$({ printf '%s\n' "$*" "${texts[@]}"; find "${inputs[@]}" -type f -print0 2>/dev/null | sort -z | xargs -0r sha256sum; } | sha256sum)
[ -e "$stamp" ] && [ "$(cat "$stamp")" = "$key" ] && exit 0
"$@"
mkdir -p "$(dirname "$stamp")"
printf '%s\n' "$key" >"$stamp"
