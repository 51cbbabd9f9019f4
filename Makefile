# Every command of the project. `make` alone lists them. Needs Rust, Python 3.11 or newer, and make; the rest it fetches.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
SOURCES := $(shell find src python .cargo -type f -not -name '*.so' -not -path '*/__pycache__/*') \
	Cargo.toml Cargo.lock pyproject.toml
# Classes of the bindings whose objects hold each other: a room has a store and a score, and these have their rooms.
CLASSES := py::room,py::store,py::score,py::committer,py::achievement,py::storage
export PYO3_PYTHON := $(CURDIR)/$(BIN)/python

.PHONY: help demo test test-cluster test-pythons lint deny msrv bench clean build
.DELETE_ON_ERROR:

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 16

demo: build ## two lobbies fight over one achievement, then a shop; on the embedded store
	@$(BIN)/python examples/two_lobbies.py
	@echo
	@$(BIN)/python examples/shop.py

test: build ## every test, Rust and Python; installs MariaDB and Chromium for it where that is possible
	@bash tests/servers/install.sh
	@bash tests/browser/install.sh
	cargo test --no-default-features --quiet
	$(BIN)/python -m pytest

test-cluster: build ## faults of a Galera cluster under load, some minutes; SHORT=1: the minute that .ci/run takes
	@bash tests/servers/install.sh
	$(BIN)/python -m pytest tests/cluster/scenarios.py $(if $(SHORT),-m short)

test-pythons: build ## the Python tests on every other Python from 3.12 on that is installed, on the embedded stores
	@bash tests/pythons.sh $(VENV)

lint: build ## formatting, lints, types; warnings are errors
	cargo fmt --check
	rustfmt --edition 2024 --check bench/delay.rs
	cargo check --no-default-features --quiet
	@! cargo tree --no-default-features --edges normal | grep pyo3 || { echo 'the core must not name pyo3'; exit 1; }
	$(BIN)/python lint/circles.py src --together $(CLASSES)
	cargo clippy --all-targets --quiet -- -D warnings
	cargo clippy --all-targets --no-default-features --quiet -- -D warnings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m mypy.stubtest cloudvars._native cloudvars._awaited # the only modules with stubs
	$(BIN)/python lint/docstrings.py --check

deny: $(VENV)/deny/bin/cargo-deny ## licenses and sources of what is built in, and that nothing is in twice
	$< check bans licenses sources

msrv: build ## compiles with the Rust that Cargo.toml declares, where rustup has it
	@version=$$(sed -n 's/^rust-version = "\([0-9.]*\)".*/\1/p' Cargo.toml); \
	if rustup run "$$version" cargo --version >/dev/null 2>&1; then \
		CARGO_TARGET_DIR=target/msrv rustup run "$$version" cargo check --locked --quiet; \
	else echo "SKIPPED msrv: Rust $$version is not installed (rustup toolchain install $$version)"; fi

bench: build ## ours and its peers in the same run; BENCH=--quick takes a minute
	@bash tests/servers/install.sh
	$(PIP) install --requirement bench/requirements.txt
	@$(PIP) install --requirement bench/requirements-mariadb.txt 2>/dev/null || \
		echo 'mysqlclient cannot be built (Debian, Ubuntu: apt-get install libmariadb-dev pkg-config gcc python3-dev)'
	$(BIN)/python bench/run.py $(BENCH)

clean: ## remove what was built
	rm -rf $(VENV) target dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name '__pycache__' -prune -exec rm -rf {} +

build: $(VENV)/built # the package, installed into .venv; again only when a source changed

$(VENV)/tools: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Python 3.11 or newer is needed: make PYTHON=/path/to/python3'; exit 1; }
	@command -v cargo >/dev/null || { echo 'Rust is needed: https://rustup.rs'; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo 'Python has no working venv module (Debian, Ubuntu: apt-get install python3-venv)'; exit 1; }
	$(PIP) install --requirement requirements-dev.txt
	@touch $@

$(VENV)/deny/bin/cargo-deny: $(VENV)/tools
	@command -v cargo-deny >/dev/null && mkdir -p $(@D) && ln -sf "$$(command -v cargo-deny)" $@ || \
		cargo install --quiet --locked --root $(VENV)/deny cargo-deny --version 0.20.2

$(VENV)/built: $(VENV)/tools $(SOURCES)
	@rm -rf $(VENV)/wheel
	$(BIN)/maturin build --quiet --release --interpreter $(BIN)/python --out $(VENV)/wheel
	$(PIP) install --force-reinstall --no-deps $(VENV)/wheel/*.whl
	@touch $@
