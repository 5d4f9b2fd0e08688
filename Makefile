# make report: environment, sample, warehouse and the web site.   make test: everything that must hold.
# make build: the warehouse alone, with a summary on screen.       The others say below what they do.
PYTHON ?= python3
VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export DO_NOT_TRACK := 1

.NOTPARALLEL:
.PHONY: build report export docs test packages lint publish-postgres bench lock clean

build: $(VENV)/installed
	python -m vardkoer build

# The web site and the docs it links, of the warehouse, which is built when there is none; ends with the first page.
report: $(VENV)/installed
	test -f "$${WAREHOUSE_PATH:-warehouse.duckdb}" || $(MAKE) build
	python -m vardkoer docs
	python -m vardkoer report

# Workbooks, open data and metadata from what was published last, into exports/.
export: $(VENV)/installed
	python -m vardkoer export

# Linters and dbt's unit tests are among what pytest runs.
test: packages $(VENV)/installed-test build
	pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

packages:
	@tests/install_packages.sh

# A quarter of its time goes into looking for garbage among what it has parsed.
SQLFLUFF := python -c "import gc; gc.set_threshold(200_000, 20, 100); from sqlfluff.cli.commands import cli; cli()"
lint: $(VENV)/installed-test
	ruff check vardkoer tests bench
	ruff format --check vardkoer tests bench
	$(SQLFLUFF) lint models macros tests analyses

# dbt's docs and the lineage of every column alone.
docs: $(VENV)/installed
	python -m vardkoer docs

# Where: libpq's settings (PGHOST, PGDATABASE, PGUSER ...); roles and clients are in docs/connect.md.
publish-postgres: $(VENV)/installed
	python -m vardkoer publish-postgres

# A lock names every package, so nothing is left to resolve; Python compiles what it imports when it first does.
INSTALL := pip install --quiet --no-deps --no-compile --require-hashes --requirement
$(VENV)/installed: requirements.txt pyproject.toml
	@echo "Installing what a build needs into $(VENV) (half a minute, 560 MB)"
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) requirements.txt
	pip install --quiet --no-build-isolation --no-deps --editable .
	touch $@

$(VENV)/installed-test: $(VENV)/installed requirements-test.txt
	@echo "Installing what the tests need beside it (a quarter of a minute, 600 MB)"
	$(INSTALL) requirements-test.txt
	touch $@

MILLIONS ?= 1 10 75
RUNS ?= 3
bench: $(VENV)/installed-test
	pip install --quiet --requirement bench/requirements.txt
	python -m bench --millions $(MILLIONS) --runs $(RUNS) --tests --write-page

# Needs uv on the PATH. One lock for whoever builds, and one that adds what tests use; no registry is named in either.
LOCK := uv pip compile pyproject.toml --python-version 3.11 --universal --generate-hashes --no-strip-extras --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links --quiet
lock:
	$(LOCK) --output-file requirements.txt
	$(LOCK) --extra convert --extra reduce --group test --constraint requirements.txt --output-file requirements-test.txt

clean:
	rm -rf target logs data exports drafts site warehouse.duckdb
