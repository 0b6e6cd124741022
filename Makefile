# Everything a newcomer, a developer and CI run. `make` alone lists it.
#
#   PYTHON=python3.12   which Python .venv is made with (else the first found that is 3.11 or later)
#   TESTS=tests/domain  which tests `make test` runs (else all)
#   WORKERS=4           in how many processes (else 2)
#   FAULT_RUNS=1000     how much `make fault` injects (else 100: each call dies in each way; 20: minutes, 1000: hours)
#   FAULT_SEED=1        the same faults again (else new ones each time; the seed is printed)
#   DYNOXIDE=…          a DynamoDB engine for `make fault` and `make test-engine` (else dynoxide on the PATH, or none)
#   SERVE=1             `make site` shows the site on this machine, and again after each change
#   SEED=1              the orders that `make benchmark` makes up (else 1); REPEAT=5: how often it measures each (else 3);
#                       TRANSACTIONS=1000: how many the deployment has that commands are timed on (else 100000)
#   ARCHITECTURE=x86_64 which processor `make build` builds for (else arm64)

.DEFAULT_GOAL := help
.PHONY: help quick setup setup-aws setup-parquet demo test test-engine fault benchmark check template build test-artefact format docs requirements test-versions clean tools site hooks workflows
SHELL := /bin/sh

WORKERS ?= 2
TESTS ?= tests
CODE := layers/postering/python/postering functions tests
BIN := .venv/bin
SAM := .venv-tools/bin

export PYTHON
export SAM_CLI_TELEMETRY = 0
# The theme's advice about its successor, which it would print in every build: docs/decisions/0034-documentation-site.md.
export NO_MKDOCS_2_WARNING = 1

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1  /p' Makefile | awk -F '  ' '{ printf "  make %-14s %s\n", $$1, $$2 }'
	@printf '\nWith, as in `make test TESTS=tests/domain`:\n'
	@sed -n 's/^#   /  /p' Makefile

setup: ## make .venv with .venv/bin/postering from the pinned, hashed requirements
	@scripts/environment run

setup-aws: ## the same with the AWS SDK, for --stack and DynamoDB engines
	@scripts/environment aws

setup-parquet: ## the same with pyarrow, for exports to Parquet
	@scripts/environment parquet

demo: setup ## post one real day's sales on this machine and reconcile it to the penny
	@$(BIN)/postering demo

tools:
	@scripts/environment dev

quick: tools ## format, lint, types, rooms, unused names, and the tests of domain and jobs: seconds, while you work
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/python -m pytest -q -n $(WORKERS) --ignore-glob='*/faults' tests/domain tests/jobs

test: check ## all checks and all tests: what CI runs
	$(BIN)/python -m pytest -n $(WORKERS) $(TESTS)

check: tools template workflows site ## format, lint, strict types, the import contracts, unused names, the template, workflows and the site
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports
	$(BIN)/vulture

hooks: tools ## run the checks on the files of each commit from now on (pre-commit)
	$(BIN)/pre-commit install

workflows: tools
	$(BIN)/pre-commit validate-config
	$(BIN)/zizmor --offline --quiet --persona pedantic .github
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/*.yml

template:
	@scripts/environment tools .venv-tools
	$(SAM)/sam validate --lint
	$(SAM)/cfn-lint template.yaml

build: ## build the functions and the layer for AWS (ARCHITECTURE=x86_64: else arm64)
	@scripts/build $(ARCHITECTURE)

test-artefact: tools ## build functions and layer for this machine, and run what was built (minutes; needs python3.13)
	ARTEFACT=1 $(BIN)/python -m pytest -rs tests/artefact/test_artefact.py

test-engine: tools ## the store's tests and a whole day on a real DynamoDB engine, where one is installed
	@scripts/test-engine

fault: FAULT_SEED := $(or $(FAULT_SEED),$(shell date +%s))
fault: tools ## kill, overlap and starve the jobs at every boundary and judge the books (minutes)
	@echo "FAULT_RUNS=$(or $(FAULT_RUNS),100) FAULT_SEED=$(FAULT_SEED)"
	@FAULT_RUNS=$(or $(FAULT_RUNS),100) FAULT_SEED=$(FAULT_SEED) $(BIN)/python -m pytest -p no:xdist -q tests/faults

benchmark: tools ## CPU seconds to stage and to post large orders and the sample's day; seconds that a person waits for a command
	@$(BIN)/python scripts/benchmark --seed $(or $(SEED),1) --repeat $(or $(REPEAT),3)
	@echo
	@$(BIN)/python scripts/benchmark-commands --transactions $(or $(TRANSACTIONS),100000) --repeat $(or $(REPEAT),3)

format: tools ## format the code and mend what lint can mend by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: tools ## make what is derived from definitions (docs/entities.md, tables in docs/orders.md and docs/export.md, the pictures)
	@$(BIN)/python scripts/entities-doc
	@$(BIN)/python scripts/fields-doc
	@$(BIN)/python scripts/export-doc
	@$(BIN)/python scripts/drawings
	@$(BIN)/python scripts/picture

site: ## build the documentation site into dist/site, and fail on a link that leads nowhere
	@scripts/environment site .venv-site
	.venv-site/bin/mkdocs $(if $(SERVE),serve,build)

requirements: ## compile the pins again from the *.in files (UPGRADE=1: to the newest versions)
	@scripts/requirements $(if $(UPGRADE),--upgrade)

test-versions: ## the tests on each Python from 3.11 to 3.14 that this machine has
	@scripts/test-versions $(WORKERS) $(TESTS)

clean: ## remove environments, caches and built files; deployments (.postering) stay
	rm -rf .venv .venv-* .aws-sam dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find layers tests functions -name __pycache__ -type d -prune -exec rm -rf {} +
