# make run    set up and serve on http://127.0.0.1:8080
# make test   set up and run the tests
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: run test lint format bench bench-state gallery clean

run: $(VENV)/.run
	$(BIN)/simulator serve $(ARGS)

test: $(VENV)/.dev $(VENV)/clients/installed
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Minutes; the goals of speed as ratios within one run. ARGS=--quick for a rough look; see bench/README.md
bench: $(VENV)/.bench
	$(BIN)/python -m bench $(ARGS)

# Minutes; what shared state costs and what a second worker brings (deploy/README.md)
bench-state: $(VENV)/.dev
	$(BIN)/python -m bench.state $(ARGS)

# Minutes: released clients really wait. Runs each through the shipped scenarios and writes docs/gallery and the tables of docs/clients.md
gallery: $(VENV)/.dev $(VENV)/clients/installed
	$(BIN)/python -m clients.measure
	$(BIN)/python -m clients.gallery

clean:
	rm -rf $(VENV) build dist bench/out .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; say PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[tls]'
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@ $(VENV)/.run

$(VENV)/.bench: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@ $(VENV)/.run

# Released clients of the APIs, each in an environment of its own: what the tests in tests/clients drive
$(VENV)/clients/installed: $(VENV)/.dev clients/requirements.txt clients/catalogue.py
	$(BIN)/python -m clients.environment
	@touch $@
