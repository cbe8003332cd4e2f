#!/bin/bash
# coverage.sh: runs unit tests and the tests that start virtual machines with lines counted, and adds them up.
set -euo pipefail
cd "$(dirname "$0")/.."
minimum=75
counters=$PWD/build/coverage/counters

rm -rf build/coverage
mkdir -p "$counters"
chmod 1777 "$counters" # programs leave their counters after they have changed their user, too
node --import tsx tools/build.ts --coverage --out build/instrumented
tools/assemble.sh build/instrumented

status=0
KATA_COVERAGE_DIR=$counters tools/unit-test.sh || status=1
export KATA_BUILD=$PWD/build/instrumented KATA_TEST_BUILD=$PWD/build/instrumented
export KATA_TEST_SHARE=$PWD/build/instrumented/share/kata-containers
# the floor is C, what kill -9 ends leaves no counters, and the tests of factory and soak are about time and many machines
mapfile -t tests < <(find test -mindepth 1 -maxdepth 1 -type d ! -name floor ! -name fault ! -name factory ! -name soak)
# lines are counted here; whether a test passes is judged by the run without counters, which slow things down
KATA_TEST_RUNTIMES=kata-runtime KATA_TEST_COUNTERS=$counters tools/vm-test.sh "${tests[@]}" || echo "coverage: some tests failed while lines were counted" >&2
node --import tsx tools/coverage-report.ts "$minimum" || status=1
exit "$status"
