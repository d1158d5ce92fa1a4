# Groeimonitor. `make help` lists the targets. A fresh machine needs git, make and Python 3.11 or later.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
REGION ?= drechtsteden
VINTAGE ?= live-$(shell date +%Y-%m-%d)
# Tests run beside each other, those of a file on one worker; long files first, as tests/conftest.py puts them
BESIDE := -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder
NEW ?= $(shell sed -n 's/^vintage: *//p' params.yaml)
OLD ?= $(shell git show HEAD:params.yaml | sed -n 's/^vintage: *//p')
EDITION ?= $(shell sed -n 's/^edition: *//p' params.yaml)
# JupyterLab refuses root, the user of most containers: there it listens to this machine alone, and asks its token
LAB_FLAGS := --LabApp.app_settings_dir=jupyter --LabApp.extension_manager=readonly \
	$(if $(filter 0,$(shell id -u)),--allow-root --ServerApp.ip=127.0.0.1)

export PATH := $(abspath $(VENV))/bin:$(PATH)
export MPLBACKEND := agg
export PYDANTIC_ERRORS_INCLUDE_URL := 0
# .ci/install compiles no module; where none may be kept either, every process would compile them all, for 6 seconds
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup develop system ci catalog compare proposal pages monitor test test-fast test-long mutations lab report reports live export \
	docs bench faults same-bytes lint clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## */\1\t/' | awk -F'\t' '{printf "make %-10s %s\n", $$1, $$2}'

$(READY): requirements.lock requirements-installer.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 " + "monitor")'
	test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	.ci/install $(RUN) requirements.lock
	touch $@

$(READY_DEV): requirements-dev.lock | $(READY)
	.ci/install $(RUN) requirements-dev.lock
	touch $@

setup: $(READY)  ## make .venv with what the monitor needs (hash-pinned)

develop: $(READY_DEV)  ## add what tests, checks and documentation need

system:  ## install what the full tests need beside Python (Debian, as root)
	.ci/system

monitor: $(READY)  ## make the monitor from the vintage in params.yaml and print where the reports are
	@test -e .git || { echo "dvc needs the git history: clone the project instead of unpacking an archive."; exit 1; }
	$(VENV)/bin/dvc repro
	@$(RUN) -m pipeline listing

test-fast: $(READY_DEV)  ## what a change needs before a commit: unit, golden and data tests
	$(RUN) -m pytest $(BESIDE) --hypothesis-profile quick tests/unit tests/golden tests/data

test: $(READY_DEV)  ## run the tests (no network but loopback); those of minutes each wait for test-long
	$(RUN) -m pytest $(BESIDE) -m 'not long'

test-long: $(READY_DEV)  ## run the others: two years of the monitor, a wheel elsewhere, a cluster, vintages that lack a source
	$(RUN) -m pytest $(BESIDE) -m long

mutations: $(READY_DEV)  ## plant known faults in a copy of the package and see that the tests find them
	$(RUN) -m tests.mutations

lab: $(READY)  ## open JupyterLab on the notebooks
	$(VENV)/bin/jupyter lab $(LAB_FLAGS) notebooks/exploratory

report: $(READY)  ## make one report: make report REGION=GM0505
	$(RUN) -m pipeline report $(REGION)

reports: $(READY)  ## make the reports of the edition; ALL=1 makes every region
	$(RUN) -m pipeline reports $(if $(ALL),--all)

live: $(READY)  ## retrieve a new vintage and make the monitor from it: make live VINTAGE=live-2026-12-01
	$(RUN) -m pipeline live $(VINTAGE)
	@$(RUN) -m pipeline listing

catalog: $(READY)  ## ask the publishers whether each table is still the same
	$(RUN) -m pipeline catalog --check

compare: $(READY)  ## compare the vintage in use with the committed one: reports/compare/summary.txt
	@mkdir -p reports/compare
	$(RUN) -m pipeline compare $(OLD) $(NEW) >reports/compare/summary.txt.part
	@mv reports/compare/summary.txt.part reports/compare/summary.txt
	@cat reports/compare/summary.txt

proposal:  ## commit the vintage in use on a branch of its own, with the comparison as message
	git switch --quiet --create vintage/$(NEW)
	git add data/raw/$(NEW) params.yaml dvc.lock
	{ echo "Vintage $(NEW)"; echo; head -c 60000 reports/compare/summary.txt; } | git commit --quiet --cleanup=verbatim --file=-

pages:  ## lay the reports of the edition in public/, as a web site
	test -f reports/$(EDITION)/index.html || { echo "there is no site of edition $(EDITION): run make monitor"; exit 1; }
	rm -rf public && cp -r reports/$(EDITION) public

export: $(READY)  ## write the made tables for other programs (a Data Package) to data/exports
	$(RUN) -m pipeline export

faults: $(READY_DEV)  ## plant 200 wrong figures in the raw tables and count those that the gate lets through; SEED=1
	$(RUN) -m tests.planted_faults --seed $(or $(SEED),1)

docs: $(READY_DEV)  ## build the documentation site in site/
	$(RUN) -m docs.build_pages
	NO_MKDOCS_2_WARNING=1 $(RUN) -m mkdocs build --strict --quiet

bench: $(READY_DEV)  ## measure speed against the named alternatives
	@for bench in benchmarks/bench_*.py; do $(RUN) -m benchmarks.$$(basename $$bench .py) || exit 1; done

same-bytes: $(READY)  ## make every output as on another processor too, and name what differs
	$(RUN) -m tests.same_bytes

lint: $(READY_DEV)  ## check style, docstrings, the direction of imports and the form of the workflows
	$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/lint-imports --no-cache
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci .gitlab-ci.yml

ci:  ## all that a change must pass, from set-up to tests
	bash .ci/run

clean:  ## remove what was made, keep .venv and data/raw
	rm -rf data/tidy data/indicators data/models data/plots data/exports site public reports/20* reports/preview reports/plots
