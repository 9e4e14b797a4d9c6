from __future__ import annotations

import tomllib
from typing import Any

import pytest

MACHINE = """
schema_version = 1
name = "toy"
summary = "Two small chains."

[[modules]]
name = "node"
count = 2
platform = "ion-chain"
native_gates = ["rx", "ry", "rz", "rxx"]
physical_qubits = { value = 4, source = "s", confidence = "measured" }
data_qubits = { value = 2, source = "s", confidence = "measured" }
communication_qubits = { value = 2, source = "s", confidence = "measured" }
one_qubit_gate_time_us = { value = 10, source = "s", confidence = "measured" }
two_qubit_gate_time_us = { value = 100, source = "s", confidence = "measured" }
measurement_time_us = { value = 200, source = "s", confidence = "measured" }
one_qubit_gate_error = { value = 0.01, source = "s", confidence = "measured" }
two_qubit_gate_error = { value = 0.02, source = "s", confidence = "measured" }
measurement_error = { value = 0.03, source = "s", confidence = "measured" }
idle_coherence_time_s = { value = 0.01, source = "s", confidence = "measured" }
parallel_two_qubit_gates = { value = 1, source = "s", confidence = "measured" }

[[links]]
name = "fibre"
ends = ["node", "node"]
kind = "photonic"
bell_fidelity = { value = 0.9, source = "s", confidence = "claimed" }
pair_rate_hz = { value = 1000, source = "s", confidence = "claimed" }
latency_us = { value = 5, source = "s", confidence = "assumed" }
"""


@pytest.fixture
def machine_text() -> str:
    """A machine of two modules with round numbers, as TOML."""
    return MACHINE


@pytest.fixture
def machine_data() -> dict[str, Any]:
    """The same as plain data, free to change."""
    return tomllib.loads(MACHINE)
