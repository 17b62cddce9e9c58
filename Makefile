PYTHON ?= $(shell command -v python3.11 || command -v python3)
UV ?= uv
BIN := .venv/bin
WORKERS ?= 2
INSTALLED := .venv/.installed
# Newer than every translation where all of them are compiled.
READY := .venv/.ready
TRANSLATIONS := $(wildcard */*/locale/*/LC_MESSAGES/*.po)
# Newer than every file of the project where every test passed on it as it is, with PostgreSQL really running.
TESTED := .venv/.tested
SOURCES = $(wildcard $(shell git ls-files --cached --others --exclude-standard 2>/dev/null))

.DEFAULT_GOAL := help
.PHONY: help demo test check bench lock

help:  ## list the tasks
	@sed -n 's/^\([a-z]*\): .*## */\1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r task what; do printf '%-8s %s\n' "$$task" "$$what"; done

demo: $(READY)  ## make the environment, generate a year of sales, print its headline tables, write a page
	$(BIN)/dealwright demo

test: $(READY)  ## make the environment, run every test
	$(RUN_TESTS)

check: $(READY)  ## format, lint, types, layers, and every test, unless these just passed with PostgreSQL
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory $(TESTED)

define RUN_TESTS
$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
@if [ "$$DEALWRIGHT_REQUIRE_POSTGRES" = 1 ]; then touch $(TESTED); fi
endef

$(TESTED): $(READY) $(SOURCES)
	$(RUN_TESTS)

bench: $(READY)  ## measure the budgets and print the ratios
	$(BIN)/python -m benchmarks

lock:  ## bring requirements.lock in line with pyproject.toml (needs uv)
	$(UV) pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file requirements.lock

# pip takes hashes and an editable project only in two calls.
$(INSTALLED): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(READY): $(INSTALLED) hatch_build.py $(TRANSLATIONS)
	$(BIN)/python hatch_build.py
	@touch $@
