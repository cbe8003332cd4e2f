#!/bin/bash
# check.sh: everything that can be said about the sources without running them. All checks run; each that fails is named.
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/node_modules/.bin:$PATH

failed=()
check() {
  local name=$1; shift
  local output
  if ! output=$("$@" 2>&1); then
    failed+=("$name")
    printf '%s\n' "--- $name" "$output"
  fi
}

check 'types of the product' tsc -p tsconfig.product.json
check 'types' tsc -p tsconfig.json
check 'lint and format' biome check --error-on-warnings --max-diagnostics=50
check 'imports' node --import tsx tools/check-imports.ts
check 'documentation' node --import tsx tools/check-docs.ts
if [ -e tools/protogen.ts ]; then check 'generated protocol code' node --import tsx tools/protogen.ts --check; fi
check 'dead files and dependencies' knip --no-progress --include files,dependencies,unlisted,unresolved
for script in tools/*.sh .ci/run; do check "$script" bash -n "$script"; done

if [ ${#failed[@]} -gt 0 ]; then
  printf 'check failed: %s\n' "${failed[@]}"
  exit 1
fi
echo "checks: all passed"
