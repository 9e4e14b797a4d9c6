# Trapline. Every target needs only Python 3.11 or newer and make; the first run sets up .venv.
# Another Python: make test PYTHON=python3.12
VENV ?= .venv
BIN := $(VENV)/bin
export VENV PYTHON

.PHONY: demo test lint types format docs check bench clean

# What users install, then what developers add to it.
$(VENV)/.installed: pyproject.toml check/setup
	@check/setup user
	@touch $@

$(VENV)/.installed-dev: pyproject.toml check/setup
	@check/setup dev
	@touch $(VENV)/.installed $@

demo: $(VENV)/.installed
	@echo "A 10-qubit adder on two chains of 6 data ions, simulated against the input:"
	$(BIN)/trapline compile examples/adder_n10.qasm --target ionq-tempo-pair --set module.data_qubits=6 --format table
	@echo "A 122-qubit adder on two Tempo modules of 98 data ions, its plan checked:"
	$(BIN)/trapline compile examples/adder_n122.qasm --target ionq-tempo-pair --format table
	@echo "How many modules give 1,024 logical qubits:"
	$(BIN)/trapline estimate --logical-qubits 1024 --target ionq-2028 --format table

test: $(VENV)/.installed-dev
	check/test

lint: $(VENV)/.installed-dev
	check/lint

types: $(VENV)/.installed-dev
	check/types

format: $(VENV)/.installed-dev
	check/format

docs: $(VENV)/.installed-dev
	check/docs

check: $(VENV)/.installed-dev
	check/all

bench: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/run_all.py

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
