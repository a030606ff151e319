# The one place to start: `make help`.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PINNED := $(PIP) --require-hashes --only-binary :all:
LOCK := $(BIN)/uv pip compile --quiet --no-config --no-header --no-emit-index-url --generate-hashes \
	--universal --python-version 3.11

# Tests that share a server or a file stay together; they wait for half of their time, so three groups keep two cores busy.
ON_TWO_CORES := --numprocesses 3 --dist loadgroup --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test check bench faults lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.runtime ## build .venv with what a running Fettle needs

setup-dev: .venv/.dev ## the same, with what tests and checks need

run: setup ## serve a demo company on 127.0.0.1:8000
	@$(BIN)/fettle serve --demo

test: setup-dev ## run every test
	$(BIN)/python -m pytest $(ON_TWO_CORES) -m "not alone"
	$(BIN)/python -m pytest -m alone

check: setup-dev ## lint, formatting, types and import rules
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup-dev ## measure Fettle beside a bare reference
	$(BIN)/python -m bench

faults: setup-dev ## the long runs: kills, power cuts, full disks, 1,000 changes to packs and to databases
	$(BIN)/python -m pytest tests/faults tests/verifier --long -rA

lock: setup-dev ## pin the newest versions of everything again
	$(LOCK) --upgrade requirements.in -o requirements.txt
	$(LOCK) --upgrade requirements-dev.in -o requirements-dev.txt

clean: ## remove the environment and caches (never fettle-data)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Stamps: a second `make run` compares a few file times and starts.
.venv/.runtime: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Fettle needs Python 3.11 or newer; say which with PYTHON=...")'
	@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear .venv || { echo "Python cannot make environments here (Debian: apt install python3-venv)."; exit 1; }
	$(PINNED) -r requirements.txt
	$(PIP) --no-build-isolation --no-deps --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.txt
	$(PINNED) -r requirements-dev.txt
	@touch $@
