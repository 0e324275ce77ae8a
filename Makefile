# Two commands matter: `make report` and `make test`. Each sets itself up the first time.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:

.PHONY: report test check data simulation examples quarto bench pages lock clean
.DEFAULT_GOAL := report

report: .venv/.ready
	$(BIN)/il6report render --strict

test: .venv/.ready-dev
	$(BIN)/python -m pytest -q --numprocesses auto --dist loadfile

check: .venv/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright

data: .venv/.ready
	$(BIN)/il6report simulate --out data

# A thousand studies without and with effects; half an hour. A run that was stopped goes on.
simulation: .venv/.ready
	$(BIN)/il6report repeat --studies 1000 --out data

examples: .venv/.ready
	$(BIN)/il6report render examples/pbc --strict

bench: .venv/.ready-dev
	$(BIN)/python -m benchmarks

# What the documentation says about agreement with R, coverage and speed; a quarter of an hour.
pages: .venv/.ready-dev
	$(BIN)/python -m benchmarks.agreement > docs/agreement.md
	$(BIN)/python -m benchmarks.coverage > docs/coverage.md
	$(BIN)/python -m benchmarks.methods > docs/speed.md

# The documentation as a site in _site/, with the reference of functions from their docstrings.
docs: .venv/.ready-dev
	$(BIN)/python docs/site.py _site

quarto: .venv/.ready
	$(BIN)/python -m pip install quarto-cli || \
	  (echo "Quarto could not be installed: its package downloads the program from outside the Python index," \
	        "and this network does not allow that. The embedded engine renders the report without it." && exit 1)

# Resolves for every platform at once; needs uv.
lock:
	for file in requirements requirements-dev; do \
	  uv pip compile --quiet --universal --prerelease disallow --python-version 3.11 --only-binary :all: --generate-hashes \
	    --no-emit-index-url --no-annotate --no-header --output-file $$file.txt $$file.in; \
	done

clean:
	rm -rf .venv _output _site

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  (echo "il6report needs Python 3.11 or newer; found $$($(PYTHON) --version). Say which: make PYTHON=python3.12" && exit 1)
	$(PYTHON) -m venv .venv

.venv/.ready: .venv/bin/python requirements.txt pyproject.toml
	$(PIP) -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.txt
	$(PIP) -r requirements-dev.txt
	@touch $@
