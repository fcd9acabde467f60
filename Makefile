# Truetally. Needs Python 3.11 or later and make; everything else is installed on first use,
# the Python packages into .venv. Safe to run again, and in parallel.

VENV   := .venv
PYTHON := $(VENV)/bin/python
SETUP  := bash tools/setup.sh
BUILD  := build

.PHONY: help demo test lint imports docs bench bench-quick soak clean
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

help:
	@echo "make demo         simulate a small log, decide it, and say where the report is"
	@echo "make test         rules of the rooms, then all tests (installs Java for Spark, and tshark)"
	@echo "make lint         ruff, mypy --strict, rules of the rooms"
	@echo "make docs         write the generated pages, and what the demo prints, anew"
	@echo "make bench        speed and memory against DuckDB and GoAccess; writes docs/speed.md"
	@echo "make bench-quick  the same on a tenth of the events; writes nothing"
	@echo "make soak         the tests that take minutes to hours"
	@echo "make clean        remove what make made"

# Stamps: what is installed is installed again only when its list changes.
$(VENV)/.core: pyproject.toml constraints.txt tools/setup.sh
	@$(SETUP) core

$(VENV)/.dev: $(VENV)/.core
	@$(SETUP) dev

demo: $(VENV)/.core
	@$(VENV)/bin/truetally demo

test: imports
	@$(SETUP) java
	@$(SETUP) tshark
	@$(PYTHON) -m pytest --numprocesses 2 --dist loadfile

imports: $(VENV)/.dev
	@$(VENV)/bin/lint-imports --no-cache

lint: imports
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy

docs: $(VENV)/.core
	@$(PYTHON) tools/docs.py
	@$(PYTHON) tools/readme.py

bench: $(VENV)/.core
	@$(SETUP) goaccess
	@$(PYTHON) tools/speed.py --work $(BUILD)/bench --write docs/speed.md

bench-quick: $(VENV)/.core
	@$(SETUP) goaccess
	@$(PYTHON) tools/speed.py --work $(BUILD)/bench --quick

soak: $(VENV)/.dev
	@$(SETUP) java
	@$(SETUP) tshark
	@$(SETUP) packs
	@HYPOTHESIS_PROFILE=soak $(PYTHON) -m pytest tests/events/test_fuzz.py tests/events/test_bad_input.py tests/report/test_safe.py tests/decisions/test_policy.py
	@$(PYTHON) -m pytest -m soak

clean:
	@rm -rf $(VENV) $(BUILD) dist demo .mypy_cache .ruff_cache .hypothesis
