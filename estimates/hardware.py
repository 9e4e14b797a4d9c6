"""The numbers of a machine that the estimator uses, one column each, one row a design point.

A target states benchmark figures; here they become probabilities of Pauli errors. An average gate
infidelity e of n qubits is a process infidelity of e (2^n + 1)/2^n.

Sources:
    Nielsen, arXiv:quant-ph/0205035, equation 3, for average and process fidelity.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.estimates.lazy import LazyColumns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.targets.model import Link, Module

PROCESS_ONE = 1.5
PROCESS_TWO = 1.25


@dataclass(frozen=True, kw_only=True)
class Hardware(LazyColumns):
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
        far_gates: 1 where any two qubits of a module can meet in a gate, else 0.
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
    far_gates: Floats

    @cached_property
    def p_local(self) -> Floats:
        """Local error of the uniform noise model: the largest of gate, measurement and reset."""
        there = self.from_source("p_local")
        if there is not None:
            return there
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
        return Hardware(
            **{name: np.concatenate([getattr(part, name) for part in parts]) for name in COLUMNS}
        )

    def rows(self, chosen: slice | NDArray[np.intp]) -> Hardware:
        """Return some of the rows."""
        return self.some(chosen)

    def repeated(self, size: int) -> Hardware:
        """Return a single row as many times as wanted; more rows as they are."""
        return Hardware(**{name: _filled(getattr(self, name), size) for name in COLUMNS})

    def vary(self, changes: Mapping[str, Floats]) -> Hardware:
        """Return rows with some columns replaced; a single row is repeated as needed."""
        size = max(len(column) for column in changes.values())
        columns = {
            name: changes[name] if name in changes else _filled(getattr(self, name), size)
            for name in COLUMNS
        }
        return Hardware(**columns)


COLUMNS = tuple(f.name for f in fields(Hardware))


def hardware_of(
    module: Module, link: Link | None, values: Mapping[str, Floats] | None = None
) -> Hardware:
    """Take the numbers of one kind of module and of the link that joins such modules.

    Args:
        module: Kind of module that holds the code.
        link: Link between two of them; None where there is none.
        values: Columns by path (`modules.NAME.X`, `links.NAME.X`) that stand in for numbers of the
            target, all of one length; one row without them.
    """
    read = _Reader(values or {})

    def of_module(key: str, otherwise: float = 0.0) -> Floats:
        return read.number("modules", module, key, otherwise)

    def of_link(key: str, otherwise: float) -> Floats:
        return read.number("links", link, key, otherwise)

    communication = of_module("communication_qubits")
    raw = 1.0 - of_link("bell_fidelity", 0.25)
    swaps = 2.0 * PROCESS_ONE * of_module("memory_swap_error")
    columns: dict[str, Floats] = {
        "physical_qubits": of_module("physical_qubits"),
        "data_qubits": of_module("data_qubits"),
        "communication_qubits": communication,
        "p_two": PROCESS_TWO * of_module("two_qubit_gate_error"),
        "p_one": PROCESS_ONE * of_module("one_qubit_gate_error"),
        "p_measure": np.maximum(of_module("measurement_error"), of_module("reset_error")),
        "gate_time_us": of_module("two_qubit_gate_time_us") + of_module("layer_overhead_us"),
        "one_time_us": of_module("one_qubit_gate_time_us"),
        "measure_time_us": of_module("measurement_time_us") + of_module("reset_time_us"),
        "coherence_us": 1e6 * of_module("idle_coherence_time_s"),
        "parallel_gates": of_module("parallel_two_qubit_gates"),
        "max_modules": np.array([np.inf if module.extensible else float(module.count)]),
        "pair_error": np.minimum(0.75, raw + swaps),
        "pair_rate_hz": of_link("pair_rate_hz", 0.0),
        "multiplexing": _multiplexing(link, communication, of_link),
        "latency_us": of_link("latency_us", 0.0),
        "pair_buffer": of_link("pair_buffer", 0.0),
        "far_gates": np.array([float(module.connectivity == "all-to-all")]),
    }
    size = max(len(column) for column in columns.values())
    return Hardware(**{name: _filled(column, size) for name, column in columns.items()})


def _filled(column: Floats, size: int) -> Floats:
    """Return a column of a size; a single number is repeated."""
    return column if len(column) == size else np.full(size, column[0])


def _multiplexing(
    link: Link | None, communication: Floats, of_link: Callable[[str, float], Floats]
) -> Floats:
    """Communication qubits that the rate of the link keeps busy; all of them when not said."""
    if link is None or link.multiplexing is None:
        return np.maximum(1.0, communication)
    return of_link("multiplexing", 1.0)


@dataclass(frozen=True)
class _Reader:
    """Reads numbers from columns where there are any, else from the target."""

    values: Mapping[str, Floats]

    def number(self, group: str, item: Any, key: str, otherwise: float) -> Floats:
        """Return a number as a column; `otherwise` where the target does not give it."""
        quantity: Any = getattr(item, key, None)
        if quantity is None:
            return np.array([otherwise])
        column = self.values.get(f"{group}.{item.name}.{key}")
        return np.array([float(quantity.value)]) if column is None else column
