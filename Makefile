# The front door. `make help` lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
PREFIX ?= /usr/local
NODE := node --import tsx
commit := $(shell git rev-parse HEAD 2>/dev/null)

.PHONY: build setup check format test conformance soak test-engines unit-test floor-test vm-test demo bench bench-io kernel coverage install clean help

build: node_modules/.package-lock.json ## programs, kernel, initrd and configuration in build/ (default)
	@tools/once.sh build/stamp/programs src native tools/build.ts tools/build tools/fetch-engine.sh versions.json package-lock.json "text:$(commit)" -- tools/build-programs.sh
	tools/once.sh build/stamp/share build/guest build/kernel.tuned guest src/host/config src/host/cli tools versions.json package.json -- tools/assemble.sh

setup: ## install the Debian packages that building and testing need (says which)
	@tools/setup.sh build run test

node_modules/.package-lock.json: package-lock.json
	@echo "installing node modules" >&2
	npm ci --no-audit --no-fund --loglevel=error >&2
	touch $@

check: node_modules/.package-lock.json ## types, lint, format, imports, dead code, unit tests; under a minute
	@tools/check.sh
	tools/unit-test.sh

format: node_modules/.package-lock.json ## format what has changed since the last commit, and fix what can be fixed safely
	@git ls-files --modified --others --exclude-standard -- '*.ts' '*.json' | xargs -r node_modules/.bin/biome check --write --no-errors-on-unmatched

unit-test: node_modules/.package-lock.json ## unit tests only
	@tools/unit-test.sh

floor-test: build ## tests of the native floor on the real engine, plain and under sanitizers
	@tools/vm-test.sh test/floor

vm-test: build ## tests that start virtual machines
	@tools/vm-test.sh test

test: setup ## everything: setup, build, check, the tests that start virtual machines, coverage
	@$(MAKE) build
	$(MAKE) check
	rm -f build/flaky.txt
	export KATA_TEST_AGAIN=1
	KATA_TEST_RUNTIMES=kata-runtime tools/vm-test.sh test
	# the same tests on runc show that the tests are right; its own failures are printed and decide nothing
	KATA_TEST_RUNTIMES=runc tools/vm-test.sh test/conformance || echo "runc failed tests of its own, see above" >&2
	KATA_TEST_FACTORY=template tools/vm-test.sh test/cli test/fault
	KATA_TEST_FACTORY=off tools/vm-test.sh test/cli/lifecycle.test.ts test/fault
	KATA_TEST_AGAIN= tools/coverage.sh
	[ ! -s build/flaky.txt ] || { echo "these failed once and passed when run once more:" >&2; sort -u build/flaky.txt >&2; }

RUNTIME ?= kata-runtime
conformance: build ## the conformance suite on RUNTIME=kata-runtime, runc or crun, counted
	@tools/conformance.sh $(RUNTIME)

soak: build ## long runs: 1500 execs in one container, 200 lives of containers, 200 runs over Docker, 101000 odd specifications
	@KATA_TEST_SPECS=100000 tools/unit-test.sh src/host/runtime/odd-specs.test.ts src/guest/container/odd-specs.test.ts
	KATA_TEST_EXECS=1500 KATA_TEST_LIVES=200 KATA_TEST_BUNDLES=1000 tools/vm-test.sh test/stdio/volume.test.ts test/soak
	KATA_TEST_RUNS=100 tools/engine-test.sh test/engines/docker-runs.engine.ts

test-engines: build ## Docker, Podman, containerd's ctr, a pod over its CRI, Prometheus (docs/engines.md)
	@tools/engine-test.sh

demo: setup ## one container in one virtual machine, shown
	@$(MAKE) build
	[ -x tools/demo.sh ] || { echo "demo: tools/demo.sh is not there yet" >&2; exit 1; }
	tools/demo.sh

bench: setup ## times and memory beside runc, crun and gVisor
	@tools/setup.sh bench
	$(MAKE) build
	tools/bench.sh

kernel: node_modules/.package-lock.json ## build the tuned guest kernel (minutes); the next `make` uses it
	@tools/setup.sh build kernel
	mkdir -p build
	tools/build-kernel.sh >build/kernel.tuned.new
	mv build/kernel.tuned.new build/kernel.tuned
	echo "built the tuned kernel: $$(cat "$$(cat build/kernel.tuned)/version")" >&2

bench-io: setup ## network and files beside a bare QEMU of the same command line
	@tools/setup.sh bench-io
	$(MAKE) build
	node --import tsx tools/bench-io.ts

coverage: setup ## lines covered by unit tests and instrumented runs together; fails below 75 %
	@$(MAKE) build
	tools/coverage.sh

install: build ## copy into $(DESTDIR)$(PREFIX), configuration into $(DESTDIR)/etc
	@tools/install.sh "$(DESTDIR)" "$(PREFIX)"

clean: ## remove build/ (fetched and compiled outside parts stay in the cache)
	@rm -rf build coverage

help: ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1\t\2/p' Makefile | while IFS=$$'\t' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done
	echo "  DESTDIR= PREFIX=/usr/local for install; KATA_BUILD_CACHE= is where heavy parts are kept (~/.cache/kata-build)"
