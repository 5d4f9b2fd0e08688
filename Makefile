# make report: environment, sample, warehouse and the web site.   make test: everything that must hold.
# make build: the warehouse alone, with a summary on screen.       The others say below what they do.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export DO_NOT_TRACK := 1

.PHONY: build report export docs test lint publish-postgres bench lock clean

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

test: build lint
	dbt test --select test_type:unit
	pytest --numprocesses 2 --dist loadfile

lint: $(VENV)/installed
	ruff check vardkoer tests bench
	ruff format --check vardkoer tests bench
	sqlfluff lint models macros tests analyses

# dbt's docs and the lineage of every column alone.
docs: $(VENV)/installed
	python -m vardkoer docs

# Where: libpq's settings (PGHOST, PGDATABASE, PGUSER ...); roles and clients are in docs/connect.md.
publish-postgres: $(VENV)/installed
	python -m vardkoer publish-postgres

$(VENV)/installed: requirements.txt
	@echo "Installing the locked dependencies into $(VENV) (one to three minutes, about 600 MB)"
	$(PYTHON) -m venv $(VENV)
	pip install --quiet --require-hashes --requirement requirements.txt
	touch $@

MILLIONS ?= 1 10 75
RUNS ?= 3
bench: $(VENV)/installed
	pip install --quiet --requirement bench/requirements.txt
	python -m bench --millions $(MILLIONS) --runs $(RUNS) --write-page

# Needs uv on the PATH.
lock:
	uv pip compile requirements.in --python-version 3.11 --universal --generate-hashes --no-strip-extras --no-header --quiet \
		--no-emit-index-url --no-emit-find-links --output-file requirements.txt

clean:
	rm -rf target logs data exports site warehouse.duckdb
