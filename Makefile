# make build: environment, sample, warehouse, summary.   make report: the web site, from the warehouse.
# make test: everything that must hold.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export DO_NOT_TRACK := 1

.PHONY: build report test lint lock clean

build: $(VENV)/installed
	python -m vardkoer.build

# Builds the warehouse when there is none; ends with the address of the first page.
report: $(VENV)/installed
	test -f "$${WAREHOUSE_PATH:-warehouse.duckdb}" || $(MAKE) build
	python -m vardkoer.report

test: build lint
	dbt test --select test_type:unit
	pytest

lint: $(VENV)/installed
	ruff check vardkoer tests
	ruff format --check vardkoer tests
	sqlfluff lint models macros tests analyses

$(VENV)/installed: requirements.txt
	@echo "Installing the locked dependencies into $(VENV) (one to three minutes, about 600 MB)"
	$(PYTHON) -m venv $(VENV)
	pip install --quiet --require-hashes --requirement requirements.txt
	touch $@

# Needs uv on the PATH.
lock:
	uv pip compile requirements.in --python-version 3.11 --universal --generate-hashes --no-strip-extras --no-header --quiet \
		--no-emit-index-url --no-emit-find-links --output-file requirements.txt

clean:
	rm -rf target logs data site warehouse.duckdb
