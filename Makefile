# Every command of the project. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := $(shell find src python .cargo -type f -not -name '*.so' -not -path '*/__pycache__/*') Cargo.toml Cargo.lock pyproject.toml
export PYO3_PYTHON := $(CURDIR)/$(BIN)/python

.PHONY: help demo test lint bench clean build
help: ## list the commands
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

demo: build ## two lobbies fight over one achievement, then a shop; on the embedded store
	$(BIN)/python examples/two_lobbies.py
	$(BIN)/python examples/shop.py

test: build ## every test
	cargo test --no-default-features --quiet
	$(BIN)/python -m pytest

lint: build ## formatting, lints, types; warnings are errors
	cargo fmt --check
	cargo check --no-default-features --quiet
	@if cargo tree --no-default-features --edges normal | grep -q pyo3; then echo 'the core names pyo3'; exit 1; fi
	cargo clippy --all-targets --quiet -- -D warnings
	cargo clippy --all-targets --no-default-features --quiet -- -D warnings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m mypy.stubtest cloudvars

bench: build ## ours and its peers, in the same run
	$(BIN)/pip install --quiet --requirement bench/requirements.txt
	$(BIN)/python bench/run.py $(BENCH)

clean: ## remove what was built
	rm -rf $(VENV) target dist
	find . -name '__pycache__' -prune -exec rm -rf {} +

build: $(VENV)/built

$(VENV)/tools: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or newer is needed (PYTHON=...)'; exit 1; }
	@command -v cargo >/dev/null || { echo 'Rust is needed: https://rustup.rs'; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo 'the venv module is needed (Debian: apt-get install python3-venv)'; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	touch $@

$(VENV)/built: $(VENV)/tools $(SOURCES)
	rm -rf $(VENV)/wheel
	$(BIN)/maturin build --quiet --release --interpreter $(BIN)/python --out $(VENV)/wheel
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps $(VENV)/wheel/*.whl
	touch $@
