# Each target sets itself up on a fresh machine with Python 3.11+ and git. PYTHON=... picks an interpreter.
# ./dev is the same for people without make.
BIN := .venv/bin
export PYTHON
export UV_PYTHON_DOWNLOADS := never
# Programs that dursor starts (git's hooks, linters) are found as in an activated environment.
export PATH := $(CURDIR)/$(BIN):$(PATH)

# Most tests wait more than they compute.
WORKERS := $(shell echo $$((3 * $$(nproc))))

.DEFAULT_GOAL := help
.PHONY: help demo test check format descriptions agents linters bench lock setup-demo setup-dev clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

demo: setup-demo ## the whole loop on this machine, with no account and no key
	@$(BIN)/python -m app demo

test: setup-dev descriptions agents linters ## all tests; ARGS="tests/test_x.py -k word" for some of them
	@echo "==> pytest"
	@$(BIN)/python -m pytest -q $(if $(ARGS),$(ARGS),-n $(WORKERS) --dist worksteal)

check: setup-dev ## lint, format, types, and the arrows between packages
	@echo "==> ruff" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "==> mypy" && $(BIN)/mypy
	@echo "==> import-linter" && $(BIN)/lint-imports

format: setup-dev ## puts the code into its form
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

descriptions: setup-dev ## fetches GitHub's descriptions of its API, which the tests read
	@$(BIN)/python -m tools.fetch_github_descriptions

agents: setup-dev ## fetches the coding agents that the tests run, 800 MB of them
	@$(BIN)/python -m tools.fetch_agents

linters: setup-dev ## fetches ESLint and the schema of SARIF, which the tests read, 30 MB of them
	@$(BIN)/python -m tools.fetch_linters

bench: setup-dev ## measures; ARGS="comments", "intake", "requests" or "start" for one of them
	@$(BIN)/python -m bench $(ARGS)

# No annotations and no header: the locks hold names, versions and hashes, and no address.
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
lock: setup-dev ## brings the locks up to date with pyproject.toml; ARGS=--upgrade for newer versions
	@$(COMPILE) $(ARGS) --all-extras --group dev pyproject.toml -o requirements-dev.lock
	@$(COMPILE) --extra demo -c requirements-dev.lock pyproject.toml -o requirements.lock
	@$(COMPILE) --extra demo --extra llm -c requirements-dev.lock pyproject.toml -o requirements-image.lock
	@$(COMPILE) --group build -c requirements-dev.lock -o requirements-build.lock
	@! grep -nE '://|^ *-[-a-z]*(index|find-links)' requirements*.lock

setup-demo:
	@tools/setup.sh demo

setup-dev:
	@tools/setup.sh dev

clean: ## removes what the other targets made, but not data/
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find app tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
