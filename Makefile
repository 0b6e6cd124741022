# Everything a newcomer, a developer and CI run. `make` alone lists it.
#
#   PYTHON=python3.12   which Python .venv is made with (else the first found that is 3.11 or later)
#   TESTS=tests/domain  which tests `make test` runs (else all)
#   WORKERS=4           in how many processes (else 2)

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format requirements test-versions clean tools
SHELL := /bin/sh

WORKERS ?= 2
TESTS ?= tests
# functions/ comes with the cloud
CODE := layers/postering/python/postering $(wildcard functions) tests
BIN := .venv/bin

export PYTHON

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1  /p' Makefile | awk -F '  ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

setup: ## make .venv with .venv/bin/postering from the pinned, hashed requirements
	@scripts/environment run

demo: setup ## post one real day's sales on this machine and reconcile it to the penny
	@$(BIN)/postering demo

tools:
	@scripts/environment dev

test: check ## all checks and all tests: what CI runs
	$(BIN)/python -m pytest -n $(WORKERS) $(TESTS)

check: tools ## format, lint, strict types and the import contract
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports

format: tools ## format the code and mend what lint can mend by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

requirements: ## compile the pins again from the *.in files (UPGRADE=1: to the newest versions)
	@scripts/requirements $(if $(UPGRADE),--upgrade)

test-versions: ## the tests on each Python from 3.11 to 3.14 that this machine has
	@scripts/test-versions $(WORKERS) $(TESTS)

clean: ## remove environments, caches and built files; deployments (.postering) stay
	rm -rf .venv .venv-* dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find layers tests $(wildcard functions) -name __pycache__ -type d -prune -exec rm -rf {} +
