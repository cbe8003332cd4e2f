#!/bin/bash
# conformance.sh RUNTIME: the conformance suite on kata-runtime, runc or crun, and how much of it ran. Fails when a test does, or
# when fewer assertions ran than the suite promises. crun has words, options and exit codes of its own: what it fails is
# counted and named.
set -euo pipefail
cd "$(dirname "$0")/.."
least=250
log=$(mktemp)
KATA_TEST_ASSERTIONS=$(mktemp)
export KATA_TEST_ASSERTIONS KATA_TEST_RUNTIMES=$1
trap 'rm -f "$log" "$KATA_TEST_ASSERTIONS"' EXIT

status=0
tools/vm-test.sh test/conformance 2>&1 | tee "$log" || status=1
sum() { awk -v word="$1" '$1 == "ℹ" && $2 == word { total += $3 } END { print total + 0 }' "$log"; }
assertions=$(awk '{ total += $1 } END { print total + 0 }' "$KATA_TEST_ASSERTIONS")
echo "conformance of $1: $(sum pass) of $(sum tests) tests passed, $assertions assertions"
sed -n 's/^ *ℹ meant to differ from runc/  meant to differ from runc/p' "$log" | sort -u
if [ "$1" = crun ]; then
  sed -n 's/^ *✖ \(.*\) ([0-9.]*ms)$/  other than runc: \1/p' "$log" | sort -u | grep -v ': crun$'
  status=0
fi
if [ "$assertions" -lt $least ]; then echo "conformance: fewer than $least assertions ran" >&2; status=1; fi
exit $status
