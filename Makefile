# The documented entry points. `make help` lists them.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
export DO_NOT_TRACK := 1
# Trust what the machine trusts: offices often put a certificate of their own between.
export UV_SYSTEM_CERTS := 1
# Where Python may not write bytecode, as in many containers, every command would compile its libraries anew: seconds.
export UV_COMPILE_BYTECODE := 1
# Many containers forbid bytecode: tests start some hundred processes, and each would compile the project anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# `make run ENGINE=postgres`: figures and registry in a PostgreSQL server of this machine's own, started if it does not run.
ENGINE ?= duckdb
ifeq ($(ENGINE),postgres)
RUN_NEEDS := $(VENV)/.server
USE_ENGINE = bash .ci/postgres && url="$$(bash deploy/local-postgres)" && export KPI_WAREHOUSE_URL="$$url" KPI_OPS_URL="$$url" &&
else
RUN_NEEDS := $(VENV)/.runtime
endif

.PHONY: run
run: $(RUN_NEEDS) ## Start from a fresh clone: environment, upgrade of older data, sample (if there is none), build, app at http://localhost:8501 (ENGINE=postgres: on PostgreSQL)
	@$(USE_ENGINE) $(PY) -m warehouse upgrade \
	  && $(PY) -m warehouse sample --out data/sample --review \
	  && $(PY) -m warehouse build \
	  && exec $(PY) -m streamlit run app/main.py

# Follows the page about installing on a copy of this machine, for minutes and as root.
INSTALLED := tests/browser/test_installed.py

.PHONY: test
test: $(VENV)/.dev ## Run the whole test suite (installs a browser, LibreOffice and nginx if there are none and it may)
	@bash .ci/browser
	@bash .ci/office
	@bash .ci/nginx
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder --ignore tests/postgres --ignore tests/spark --ignore $(INSTALLED)

.PHONY: test-install
test-install: $(VENV)/.dev ## Install the Debian package on a copy of this machine as docs/install.md says (root of a Debian machine)
	@bash .ci/nginx
	@$(PY) -m pytest $(INSTALLED)

# What leaders, departments and meetings do first of all.
JOURNEYS := $(addprefix tests/browser/test_, overview.py district.py target.py moving.py actions.py reports.py review.py) \
	tests/browser/test_submit_page.py::test_a_new_officer_comes_from_the_empty_form_to_the_counted_figure

.PHONY: test-postgres
test-postgres: $(VENV)/.postgres ## Build the marts on PostgreSQL, compare every row with DuckDB's, and run an installation there, also in a browser (installs PostgreSQL if there is none and it may)
	@bash .ci/postgres
	@bash .ci/browser
	@$(PY) -m pytest tests/postgres
	@$(PY) -m pytest --on-postgres $(JOURNEYS)

# The part of them that needs the models alone.
.PHONY: test-parity
test-parity: $(VENV)/.postgres ## Build the marts on PostgreSQL and compare every row with DuckDB's
	@bash .ci/postgres
	@$(PY) -m pytest tests/postgres/test_parity.py

.PHONY: test-spark
test-spark: $(VENV)/.spark ## Build the marts on Apache Spark and compare every row with DuckDB's (installs Java if there is none and it may)
	@bash .ci/spark
	@$(PY) -m pytest tests/spark

# The shortest of them: one small place.
.PHONY: test-spark-parity
test-spark-parity: $(VENV)/.spark ## Build the marts of a small province on Apache Spark and compare every row with DuckDB's
	@bash .ci/spark
	@$(PY) -m pytest tests/spark/test_spark_parity.py

.PHONY: quick
quick: $(VENV)/.dev ## Run, in about a minute, the tests that need no browser, no LibreOffice and no build, and take no seconds each
	@$(PY) -m pytest --quick -n 2 --dist worksteal

.PHONY: check
check: $(VENV)/.dev ## Linters, types, known holes in dependencies
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -m mypy --strict clients/python/plan_progress_client
	@$(PY) -m sqlfluff lint dbt_project/models dbt_project/tests
	@$(PY) .ci/advisories.py audit

.PHONY: audit
audit: $(VENV)/.dev ## Fail on known holes in pinned dependencies, and on answers of the package index that are too old
	@$(PY) .ci/advisories.py audit

.PHONY: advisories
advisories: $(VENV)/.dev ## Ask the package index anew which holes it knows in the pinned dependencies
	@$(PY) .ci/advisories.py refresh

.PHONY: bench
bench: $(VENV)/.dev ## Benchmarks: a table, and bench-results.json
	@bash .ci/browser
	@$(PY) -m tests.bench

.PHONY: bench-faults
bench-faults: $(VENV)/.dev ## Kill builds, submissions, backups … some hundred times and fill disks: a table, and fault-results.json
	@$(PY) -m tests.faults

.PHONY: bench-years
bench-years: $(VENV)/.postgres ## Live through ten years of a small city, with merger, upgrades, a lost server, quarters on PostgreSQL: a table by year, and years-results.json
	@bash .ci/postgres
	@$(PY) -m tests.years

.PHONY: bench-damage
bench-damage: $(VENV)/.dev ## Damage a workbook in more than a thousand random ways, of which the suite tries two fifths
	@bash .ci/office
	@$(PY) -m pytest -n 2 --hypothesis-profile default tests/pipeline/test_damaged_workbooks.py

.PHONY: bench-disclosure
bench-disclosure: $(VENV)/.dev ## Attack small counts with some thousand random questions: a table, and disclosure-results.json
	@$(PY) -m tests.disclosure

.PHONY: deb
deb: ## Build the Debian package of this release, dist/plan-progress_….deb
	@bash deploy/debian/build dist

# dbt on the published version, read only: the app may have it open.
DBT_PUBLISHED = cd data/published 2>/dev/null || { echo "Nothing is published in data/ yet: begin with make run." >&2; exit 1; } && $(CURDIR)/$(PY) -m dbt.cli.main $(1) --target published --project-dir $(CURDIR)/dbt_project --profiles-dir $(CURDIR)/dbt_project --target-path $(CURDIR)/data/docs --log-path $(CURDIR)/data/docs

.PHONY: docs
docs: $(VENV)/.runtime ## Browse dbt's own documentation of every model and column
	@$(call DBT_PUBLISHED,docs generate --static)
	@echo "data/docs/static_index.html"

.PHONY: freshness
freshness: $(VENV)/.runtime ## Show when the newest report arrived; fail when units have been silent for too long
	@$(call DBT_PUBLISHED,source freshness)

.PHONY: screenshots
screenshots: $(VENV)/.dev ## Make the pictures of README and user guide anew from the published sample
	@bash .ci/browser
	@$(PY) -m tests.screenshots

.PHONY: lock
lock: $(VENV)/.dev ## Pin every dependency anew, with hashes
	@$(UV) pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock" -o requirements.txt
	@$(UV) pip compile -q --group pyproject.toml:dev pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock" -o requirements-dev.txt
	@$(UV) pip compile -q pyproject.toml --extra postgres --constraint requirements.txt --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock" -o requirements-postgres.txt
	@$(UV) pip compile -q pyproject.toml --extra spark --constraint requirements.txt --universal --python-version 3.11 --generate-hashes --no-annotate --custom-compile-command "make lock" -o requirements-spark.txt

# An environment without it was begun and not finished: it is made anew.
$(UV):
	@$(PYTHON) .ci/check_python.py
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PY) -m pip install -q --disable-pip-version-check uv==0.13.9

$(VENV)/.runtime: requirements.txt | $(UV)
	@$(UV) pip install -q --python $(PY) --require-hashes --only-binary :all: -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt | $(UV)
	@$(UV) pip install -q --python $(PY) --require-hashes --only-binary :all: -r requirements-dev.txt
	@touch $@ $(VENV)/.runtime

$(VENV)/.server: requirements-postgres.txt | $(UV)
	@$(UV) pip install -q --python $(PY) --require-hashes --only-binary :all: -r requirements-postgres.txt
	@touch $@ $(VENV)/.runtime

$(VENV)/.postgres: requirements-postgres.txt | $(VENV)/.dev
	@$(UV) pip install -q --python $(PY) --require-hashes --only-binary :all: -r requirements-postgres.txt
	@touch $@

# PySpark is published as source only; building it copies its files.
$(VENV)/.spark: requirements-spark.txt | $(VENV)/.dev
	@$(UV) pip install -q --python $(PY) --require-hashes --only-binary :all: --no-binary pyspark -r requirements-spark.txt
	@touch $@
