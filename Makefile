# make run    set up and serve on http://127.0.0.1:8080
# make test   set up and run the tests
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
PYTEST := $(BIN)/python -m pytest -n 3 --dist worksteal

# Tests that can depend on the version of Python or on the system; the others run on one version
REDUCED := tests/core tests/apis tests/scenario tests/sandbox tests/journal tests/control tests/test_deep_json.py

.PHONY: run test test-reduced reduced lint format constraints bench bench-state soak docs gallery clean

run: $(VENV)/.run
	$(BIN)/simulator serve $(ARGS)

test: $(VENV)/.dev .venv/clients/installed
	$(PYTEST) $(ARGS)

# Less than a minute after setup. PYTHON=python3.13 uses another Python, with its own environment
test-reduced:
	$(MAKE) --no-print-directory reduced VENV=.venv-$(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')

reduced: $(VENV)/.dev
	$(PYTEST) $(REDUCED) $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Pin the development tools to today's releases, with the oldest Python: all others can install these versions, too
constraints:
	rm -rf build/constraints
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "The pins are made with Python 3.11; say PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv build/constraints
	build/constraints/bin/python -m pip install --quiet --disable-pip-version-check '.[bench,dev]'
	build/constraints/bin/python -m pip freeze --exclude token-refresh-simulator >constraints-dev.txt

# Takes minutes. Checks the speed goals as ratios within one run; ARGS=--quick is rough but fast. See bench/README.md
bench: $(VENV)/.bench
	$(BIN)/python -m bench $(ARGS)

# Ten minutes; mixed traffic, faults and control calls on a Redis with bad moments. ARGS='--seconds 60 --seed 3'
soak: $(VENV)/.dev
	$(BIN)/python -m tests.soak $(ARGS)

# Takes minutes. Measures the cost of shared state and the gain of a second worker (deploy/README.md)
bench-state: $(VENV)/.dev
	$(BIN)/python -m bench.state $(ARGS)

# Write docs/reference.md from the tables of the code, and draw the pictures of the README
docs: $(VENV)/.dev
	$(BIN)/python -m tests.docs.reference
	$(BIN)/python -m tests.docs.picture

# Takes minutes, because released clients really wait. Runs each under the scenarios; writes docs/gallery and docs/clients.md
gallery: $(VENV)/.dev .venv/clients/installed
	$(BIN)/python -m clients.measure
	$(BIN)/python -m clients.gallery

clean:
	rm -rf .venv .venv-* build dist bench/out .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/pyvenv.cfg:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/pyvenv.cfg pyproject.toml
	$(PIP) -e '.[tls]'
	@touch $@

$(VENV)/.dev: $(VENV)/pyvenv.cfg pyproject.toml constraints-dev.txt
	$(PIP) -c constraints-dev.txt -e '.[dev]'
	@touch $@ $(VENV)/.run

$(VENV)/.bench: $(VENV)/pyvenv.cfg pyproject.toml constraints-dev.txt
	$(PIP) -c constraints-dev.txt -e '.[bench]'
	@touch $@ $(VENV)/.run

# Released clients of the APIs for tests/clients, each in its own environment
.venv/clients/installed: $(VENV)/.dev clients/requirements.txt clients/catalogue.py
	$(BIN)/python -m clients.environment
	@touch $@
