# One command for each thing that people and continuous integration do with Backfile.

PYTHON ?= python3
PORT ?= 8000
CORPUS ?= ../shared/corpora/ap88.jsonl.xz

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
VERSION := -c 'import sys; print("%d.%d" % sys.version_info[:2])'

# The environment is sound while it stands where it was made and its interpreter runs; where a
# PYTHON is named, it must also be of that version. Otherwise `unsound` makes it anew.
NAMED := $(if $(filter file,$(origin PYTHON)),$(BIN)/python,$(PYTHON))
UNSOUND := $(shell runs=$$($(BIN)/python $(VERSION) 2>&1) \
	&& test "$$(cat $(VENV)/.made 2>&1)" = "$(CURDIR) $$runs" \
	&& test "$$($(NAMED) $(VERSION) 2>&1)" = "$$runs" || echo unsound)

.PHONY: help setup setup-dev demo test lint audit format bench docs screenshots translations lock clean unsound

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12

setup: $(VENV)/.installed ## make .venv with .venv/bin/backfile, from the lock file (PYTHON=python3.12)

setup-dev: $(VENV)/.installed-dev ## add what tests and checks need

demo: setup ## serve the sample archive (PORT=8000)
	@$(BIN)/backfile demo --port $(PORT)

# The tests begin the program hundreds of times: wherever they run, it is compiled once.
test: setup-dev ## run the tests (ARGS="-k search" runs some)
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile \
		--no-loadscope-reorder $(ARGS)

lint: setup-dev ## check style, types, the direction of imports and the generated documents
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python docs/generate.py --check

audit: setup-dev ## ask pypi.org whether faults of the pinned packages are known (needs the network)
	@$(BIN)/uv --quiet tool run pip-audit --strict --disable-pip --require-hashes \
		--requirement requirements.lock || { echo >&2 \
		"Either a package above has a known fault, or pypi.org was not asked: a mirror without" \
		"advisories finds no package, and then nothing was audited."; exit 1; }

format: setup-dev ## put the code into its usual form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: setup-dev ## measure speed and quality (CORPUS=FILE ARGS="--articles 10000 80000")
	@$(BIN)/python -m benchmarks $(CORPUS) $(ARGS)

docs: setup-dev ## write the generated documents and the answers in all others again
	@$(BIN)/python docs/generate.py

screenshots: setup-dev ## take the pictures of the documents anew, in Chromium
	@$(BIN)/python -m docs.screenshots

translations: setup-dev ## put new strings of the pages into the catalogues, and compile these
	@$(BIN)/pybabel --quiet extract --mapping pyproject.toml --keyword Message --no-location \
		--omit-header --sort-output --output .messages.pot articles index search recommender web
	@$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
		--input-file .messages.pot --output-dir web/translations
	@$(BIN)/pybabel --quiet compile --use-fuzzy --directory web/translations
	@rm .messages.pot

lock: setup-dev ## resolve the newest allowed versions into the lock files
	@$(COMPILE) --group build --output-file requirements.lock
	@$(COMPILE) --group dev --extra postgresql --constraints requirements.lock \
		--output-file requirements-dev.lock

COMPILE := $(BIN)/uv --quiet pip compile pyproject.toml --universal --generate-hashes --upgrade \
	--python-version 3.11 --fork-strategy fewest --no-annotate --custom-compile-command "make lock"

clean: ## remove everything that was made
	@rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.made: $(UNSOUND)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>&1 || { echo >&2 \
		"Backfile needs Python 3.11 or newer, and $(PYTHON) is not that." \
		"Name another one, for instance: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Making $(VENV); this takes a minute or two the first time."
	@$(PYTHON) -m venv --clear $(VENV)
	@echo "$(CURDIR) $$($(BIN)/python $(VERSION))" > $@

$(VENV)/.installed: requirements.lock pyproject.toml $(VENV)/.made
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@$(PIP) install --require-hashes --requirement requirements-dev.lock
	@touch $@
