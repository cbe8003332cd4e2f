#!/bin/bash
# build-programs.sh: the host's and the guest's programs, for a machine that has what `make setup` installs.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh --list build
node --import tsx tools/build.ts
