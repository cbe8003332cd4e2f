#!/bin/bash
# unit-test.sh [FILE...]: the unit tests, all of them unless named. Node 20 expands no globs.
# With KATA_COVERAGE_DIR lines are counted, and the counters left there.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ $# -eq 0 ]; then mapfile -t files < <(find src tools -name '*.test.ts' | sort); else files=("$@"); fi
[ ${#files[@]} -gt 0 ] || exit 0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
hooks=(--import tsx)
[ -z "${KATA_COVERAGE_DIR:-}" ] || hooks+=(--import "$PWD/tools/coverage-hook.ts")
if node "${hooks[@]}" --test --test-reporter=spec "${files[@]}" >"$log" 2>&1; then
  sed -n 's/^ℹ \(tests\|pass\|fail\|skipped\) /\1 /p' "$log" | paste -sd, | sed 's/^/unit tests: /; s/,/, /g'
else
  sed -n '/failing tests:/,$p' "$log" | grep . || cat "$log"
  exit 1
fi
