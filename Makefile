# Groeimonitor. `make help` lists the targets. A fresh machine needs git, make and Python 3.11 or later.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready
REGION ?= drechtsteden
VINTAGE ?= live-$(shell date +%Y-%m-%d)
# Tests run beside each other, those of a file on one worker; long files first, as tests/conftest.py puts them
BESIDE := -n logical --maxprocesses 4 --dist loadgroup --no-loadscope-reorder
# JupyterLab refuses root, the user of most containers: there it listens to this machine alone, and asks its token
LAB_FLAGS := --LabApp.app_settings_dir=jupyter --LabApp.extension_manager=readonly \
	$(if $(filter 0,$(shell id -u)),--allow-root --ServerApp.ip=127.0.0.1)

export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export MPLBACKEND := agg

.DEFAULT_GOAL := help
.PHONY: help setup monitor test test-fast lab report reports live export faults docs bench same-bytes lint clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */\1\t/' | awk -F'\t' '{printf "make %-10s %s\n", $$1, $$2}'

$(READY): requirements-dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 " + "monitor")'
	test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

setup: $(READY)  ## make .venv from requirements-dev.lock (hash-pinned)

monitor: $(READY)  ## make the monitor from the vintage in params.yaml and print where the reports are
	@test -e .git || { echo "dvc needs the git history: clone the project instead of unpacking an archive."; exit 1; }
	$(VENV)/bin/dvc repro
	@$(RUN) -m pipeline listing

test-fast: $(READY)  ## what a change needs before a commit: unit, golden and data tests
	$(RUN) -m pytest $(BESIDE) tests/unit tests/golden tests/data

test: $(READY)  ## run all tests (no network but loopback)
	$(RUN) -m pytest $(BESIDE)

lab: $(READY)  ## open JupyterLab on the notebooks
	$(VENV)/bin/jupyter lab $(LAB_FLAGS) notebooks/exploratory

report: $(READY)  ## make one report: make report REGION=GM0505
	$(RUN) -m pipeline report $(REGION)

reports: $(READY)  ## make the reports of the edition; ALL=1 makes every region
	$(RUN) -m pipeline reports $(if $(ALL),--all)

live: $(READY)  ## retrieve a new vintage and make the monitor from it: make live VINTAGE=live-2026-12-01
	$(RUN) -m pipeline retrieve --vintage $(VINTAGE)
	$(RUN) -m pipeline use $(VINTAGE)
	$(VENV)/bin/dvc repro
	@$(RUN) -m pipeline listing

export: $(READY)  ## write the made tables for other programs (Data Package, SDMX-CSV) to data/exports
	$(RUN) -m pipeline export

faults: $(READY)  ## plant 200 wrong figures in the raw tables and count those that the gate lets through; SEED=1
	$(RUN) -m tests.planted_faults --seed $(or $(SEED),1)

docs: $(READY)  ## build the documentation site in site/
	$(RUN) -m docs.build_pages
	NO_MKDOCS_2_WARNING=1 $(RUN) -m mkdocs build --strict --quiet

bench: $(READY)  ## measure speed against the named alternatives
	@for bench in benchmarks/bench_*.py; do $(RUN) -m benchmarks.$$(basename $$bench .py) || exit 1; done

same-bytes: $(READY)  ## make every output as on another processor too, and name what differs
	$(RUN) -m tests.same_bytes

lint: $(READY)  ## check style, docstrings and the direction of imports
	$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/lint-imports --no-cache

clean:  ## remove what was made, keep .venv and data/raw
	rm -rf data/tidy data/indicators data/models data/plots data/exports site reports/20* reports/preview reports/plots
