"""The numbers of a machine that the estimator uses, one column each, one row a design point.

A target states benchmark figures; here they become probabilities of Pauli errors. An average gate
infidelity e of n qubits is a process infidelity of e (2^n + 1)/2^n.

Sources:
    Nielsen, arXiv:quant-ph/0205035, equation 3, for average and process fidelity.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.targets.model import Link, Module

PROCESS_ONE = 1.5
PROCESS_TWO = 1.25


@dataclass(frozen=True, kw_only=True)
class Hardware:
    """Columns of float64, shape (points,), in the units of their names.

    Args:
        physical_qubits: All qubits of a module.
        data_qubits: Those that may hold code, memory, distillation and factories.
        communication_qubits: Those that make pairs.
        p_two: Pauli error of a two-qubit gate.
        p_one: Pauli error of a one-qubit gate.
        p_measure: Error of a measurement or reset, the larger.
        gate_time_us: Two-qubit gate with the transport and cooling of its layer.
        one_time_us: One-qubit gate.
        measure_time_us: Measurement and reset.
        coherence_us: Dephasing time.
        parallel_gates: Two-qubit gates at once in a module.
        max_modules: Modules there may be; inf where the machine may be extended.
        pair_error: Infidelity of a raw pair, both moves into memory included.
        pair_rate_hz: Raw pairs a second of one link.
        multiplexing: Communication qubits that this rate keeps busy.
        latency_us: Light and herald.
        pair_buffer: Pairs a module stores for free.
    """

    physical_qubits: Floats
    data_qubits: Floats
    communication_qubits: Floats
    p_two: Floats
    p_one: Floats
    p_measure: Floats
    gate_time_us: Floats
    one_time_us: Floats
    measure_time_us: Floats
    coherence_us: Floats
    parallel_gates: Floats
    max_modules: Floats
    pair_error: Floats
    pair_rate_hz: Floats
    multiplexing: Floats
    latency_us: Floats
    pair_buffer: Floats

    @property
    def p_local(self) -> Floats:
        """Local error of the uniform noise model: the largest of gate, measurement and reset."""
        return np.maximum(np.maximum(self.p_two, self.p_one), self.p_measure)

    def delivered_hz(self, links: float) -> Floats:
        """Raw pairs a second on each of several links that a module serves at once.

        Args:
            links: Links served at once.
        """
        busy = self.multiplexing * links
        return self.pair_rate_hz * np.minimum(1.0, self.communication_qubits / busy)

    @staticmethod
    def stack(parts: Sequence[Hardware]) -> Hardware:
        """Put the rows of several below one another."""
        columns = {
            f.name: np.concatenate([getattr(part, f.name) for part in parts])
            for f in fields(Hardware)
        }
        return Hardware(**columns)

    def rows(self, chosen: slice | NDArray[np.intp]) -> Hardware:
        """Return some of the rows."""
        return replace(self, **{f.name: getattr(self, f.name)[chosen] for f in fields(self)})

    def expand(self, axes: int) -> Hardware:
        """Add axes of length 1 behind the rows, for broadcasting against choices."""
        index = (..., *([None] * axes))
        return replace(self, **{f.name: getattr(self, f.name)[index] for f in fields(self)})

    def vary(self, changes: Mapping[str, Floats]) -> Hardware:
        """Return rows with some columns replaced; a single row is repeated as needed."""
        size = max(len(column) for column in changes.values())
        columns = {f.name: np.resize(getattr(self, f.name), size) for f in fields(self)}
        return Hardware(**{**columns, **changes})


def hardware_of(module: Module, link: Link | None) -> Hardware:
    """Take the numbers of one kind of module and of the link that joins such modules.

    Args:
        module: Kind of module that holds the code.
        link: Link between two of them; None where there is none.
    """
    reset_error = module.reset_error.value if module.reset_error else 0.0
    swap = module.memory_swap_error.value if module.memory_swap_error else 0.0
    raw = 0.75 if link is None else 1.0 - link.bell_fidelity.value
    overhead = module.layer_overhead_us.value if module.layer_overhead_us else 0.0
    reset_time = module.reset_time_us.value if module.reset_time_us else 0.0
    communication = float(module.communication_qubits.value)
    numbers: dict[str, float] = {
        "physical_qubits": module.physical_qubits.value,
        "data_qubits": module.data_qubits.value,
        "communication_qubits": communication,
        "p_two": PROCESS_TWO * module.two_qubit_gate_error.value,
        "p_one": PROCESS_ONE * module.one_qubit_gate_error.value,
        "p_measure": max(module.measurement_error.value, reset_error),
        "gate_time_us": module.two_qubit_gate_time_us.value + overhead,
        "one_time_us": module.one_qubit_gate_time_us.value,
        "measure_time_us": module.measurement_time_us.value + reset_time,
        "coherence_us": 1e6 * module.idle_coherence_time_s.value,
        "parallel_gates": module.parallel_two_qubit_gates.value,
        "max_modules": np.inf if module.extensible else module.count,
        "pair_error": min(0.75, raw + 2.0 * PROCESS_ONE * swap),
        "pair_rate_hz": 0.0 if link is None else link.pair_rate_hz.value,
        "multiplexing": _multiplexing(link, communication),
        "latency_us": 0.0 if link is None else link.latency_us.value,
        "pair_buffer": float(link.pair_buffer.value) if link and link.pair_buffer else 0.0,
    }
    return Hardware(**{name: np.array([float(value)]) for name, value in numbers.items()})


def _multiplexing(link: Link | None, communication: float) -> float:
    """Communication qubits that the rate of the link keeps busy; all of them when not said."""
    if link is None or link.multiplexing is None:
        return max(1.0, communication)
    return float(link.multiplexing.value)
