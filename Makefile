# Comity's chores. `make help` lists them. Everything lives in .venv; removing that folder undoes it all.

PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,\
  $(shell $(p) -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $(p))))
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
JOBS ?= 2
DATA ?= ../shared/data

.DEFAULT_GOAL := help
.PHONY: help brief run test test-all fuzz lint docs docs-pages bench clean

help: ## Show what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

brief: $(VENV)/installed ## Write the brief of the US-Japan case, from nothing: one HTML file and a PDF
	@$(BIN)/comity brief us-japan

run: $(VENV)/installed ## Answer the question about US tariffs on Japanese cars, from nothing
	@$(BIN)/comity run

test: lint ## Lint, types and the tests that take seconds
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

test-all: lint ## The same and the tests that take minutes
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m ""

fuzz: $(VENV)/installed-dev ## Random scenarios and requests that no test has tried yet
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "" --hypothesis-profile new \
	  tests/properties tests/integration/test_explorer_fuzz.py

lint: $(VENV)/installed-dev ## Formatting, lint and strict types
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy

docs: $(VENV)/installed-docs ## Build the documentation site into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

docs-pages: $(VENV)/installed-dev ## Write the parts of pages that are generated from the code
	$(BIN)/python tools/build_cli_docs.py
	$(BIN)/python tools/build_readme.py
	$(BIN)/python tools/build_notation.py
	$(BIN)/python tools/build_language.py
	$(BIN)/python tools/build_closure_table.py
	$(BIN)/python tools/build_case_page.py
	$(BIN)/python tools/build_tutorials.py
	$(BIN)/python tools/build_brief_pages.py

bench: $(VENV)/installed-dev ## Measure the speeds that the documentation states
	$(BIN)/python benchmarks/command_line.py
	$(BIN)/python benchmarks/case.py
	$(BIN)/python benchmarks/brief.py
	$(BIN)/python benchmarks/solver.py $(if $(wildcard $(DATA)),--data $(DATA))
	$(BIN)/python benchmarks/ensemble.py
	$(BIN)/python benchmarks/explorer.py
	$(BIN)/python benchmarks/tried.py
	$(BIN)/python benchmarks/update.py
	$(BIN)/python benchmarks/goals.py

clean: ## Remove the environment and everything that was built
	rm -rf $(VENV) site .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Comity needs Python 3.11 or newer, and none was found. Install it, or: make PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)" >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(BIN)/python
	@echo "Installing Comity into $(VENV) (a minute or two, once)" >&2
	@$(PIP) install --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(BIN)/python
	@echo "Installing what the tests need into $(VENV)" >&2
	@$(PIP) install --editable '.[dev]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-docs: pyproject.toml | $(BIN)/python
	@echo "Installing what the documentation needs into $(VENV)" >&2
	@$(PIP) install --editable '.[docs]'
	@touch $@
