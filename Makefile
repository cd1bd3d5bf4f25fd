# Every target sets up what it needs on a machine that has only Python 3.11 and make.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
# Not quiet: what is fetched shows that something goes on.
PIP_FLAGS := --progress-bar off --disable-pip-version-check --constraint constraints.txt

# Hundreds of processes import the same code: it is compiled once.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test slow check bench shots clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

demo: $(VENV)/.installed ## set up, import the sample market, run two strategies, print a report
	@$(BIN)/backtape demo

test: $(VENV)/.developing ## run the test suite
	@$(BIN)/python -m pytest

slow: $(VENV)/.developing ## run the tests that take longer
	@$(BIN)/python -m pytest -m slow -n 3

check: $(VENV)/.developing ## lint, formatting, types and import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.developing ## measure the speed beside a C loop; PEERS=1: and other engines
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.bench $(if $(PEERS),--peers $(VENV)-peers)

shots: $(VENV)/.developing ## print every screen as text, and below it where which style stands
	@$(BIN)/python -m tests.shots

clean: ## remove the virtual environment
	rm -rf $(VENV)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Backtape needs Python 3.11 or newer; name one with PYTHON=/path/to/python3.11.")'
	@echo "Making a virtual environment in $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Backtape and what it needs; the first time this takes about a minute ..."
	@$(BIN)/python -m pip install $(PIP_FLAGS) --editable .
	@touch $@

$(VENV)/.developing: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Backtape with its tests and checks; the first time this takes about a minute ..."
	@$(BIN)/python -m pip install $(PIP_FLAGS) --editable '.[dev]'
	@touch $@ $(VENV)/.installed
