#!/bin/bash
# vm-test.sh DIRECTORY|FILE...: tests that drive the built programs, one file at a time unless KATA_TEST_JOBS says more.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t files < <(find "$@" -name '*.test.ts' 2>/dev/null | sort)
[ ${#files[@]} -gt 0 ] || { echo "no tests in $*" >&2; exit 0; }
exec node --import tsx --test --test-concurrency="${KATA_TEST_JOBS:-1}" --test-reporter=spec "${files[@]}"
