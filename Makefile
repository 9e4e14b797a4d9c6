# Trapline. `make demo` and `make test` need only Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test lint types check bench clean

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'

$(STAMP): $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $@

demo: $(STAMP)
	$(BIN)/trapline compile examples/adder_n10.qasm --target ionq-tempo-pair --format table
	$(BIN)/trapline estimate --logical-qubits 1024 --target ionq-2028 --format table

test: $(STAMP)
	$(BIN)/python -m pytest

lint: $(STAMP)
	check/lint

types: $(STAMP)
	check/types

check: lint types test

bench: $(STAMP)
	$(BIN)/python benchmarks/run_all.py

clean:
	rm -rf $(VENV) build dist *.egg-info
