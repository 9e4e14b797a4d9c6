"""What could be better about a machine: each constraint with the numbers that it stands for.

A knob turned by a factor f >= 1 divides errors and times by f and multiplies rates, sizes and
coherence times by f. It acts on the columns of the hardware, and on the numbers of a target by
their `--set` paths, so that a suggestion can be tried as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.estimates.checks import Floats
    from trapline.estimates.hardware import Hardware
    from trapline.estimates.machine import Machine

Numbers = dict[str, float | int | bool]


@dataclass(frozen=True)
class Knob:
    """One constraint.

    Args:
        name: Name of the constraint.
        words: What it is, as the subject of a sentence.
        limit: Largest factor worth a try.
        columns: Maps hardware of one row and factors to changed columns.
        settings: Maps a machine and a factor to numbers by `--set` path.
        needs_link: Whether it means anything only where there is a link.
    """

    name: str
    words: str
    limit: float
    columns: Callable[[Hardware, Floats], dict[str, Floats]]
    settings: Callable[[Machine, float], Numbers]
    needs_link: bool = False


def knobs_for(machine: Machine) -> tuple[Knob, ...]:
    """List the knobs that mean something for a machine."""
    return tuple(knob for knob in KNOBS if machine.link is not None or not knob.needs_link)


def _divide(*names: str) -> Callable[[Hardware, Floats], dict[str, Floats]]:
    def columns(hardware: Hardware, factor: Floats) -> dict[str, Floats]:
        return {name: getattr(hardware, name) / factor for name in names}

    return columns


def _multiply(*names: str, whole: bool = False) -> Callable[[Hardware, Floats], dict[str, Floats]]:
    def columns(hardware: Hardware, factor: Floats) -> dict[str, Floats]:
        raised = {name: getattr(hardware, name) * factor for name in names}
        return {name: np.ceil(value) if whole else value for name, value in raised.items()}

    return columns


def _larger_modules(hardware: Hardware, factor: Floats) -> dict[str, Floats]:
    data = np.ceil(hardware.data_qubits * factor)
    return {
        "data_qubits": data,
        "physical_qubits": hardware.physical_qubits - hardware.data_qubits + data,
    }


def _more_communication(hardware: Hardware, factor: Floats) -> dict[str, Floats]:
    """Multiply the communication qubits, of which there is at least one to begin with."""
    more = np.ceil(np.maximum(1.0, hardware.communication_qubits) * factor)
    return {
        "communication_qubits": more,
        "physical_qubits": hardware.physical_qubits - hardware.communication_qubits + more,
    }


def _module_settings(
    *keys: str, power: int, whole: bool = False
) -> Callable[[Machine, float], Numbers]:
    """Scale numbers of every kind of module that the machine uses, where they are given."""

    def settings(machine: Machine, factor: float) -> Numbers:
        found: Numbers = {}
        for module in machine.modules:
            for key in keys:
                quantity: Any = getattr(module, key)
                if quantity is None:
                    continue
                value = quantity.value * factor**power
                found[f"modules.{module.name}.{key}"] = int(np.ceil(value)) if whole else value
        return found

    return settings


def _sized(key: str) -> Callable[[Machine, float], Numbers]:
    """Raise a number of qubits and the size of the module by as many."""

    def settings(machine: Machine, factor: float) -> Numbers:
        found: Numbers = {}
        for module in machine.modules:
            now = getattr(module, key).value
            more = int(np.ceil(max(now, 1) * factor))
            found[f"modules.{module.name}.{key}"] = more
            found[f"modules.{module.name}.physical_qubits"] = (
                module.physical_qubits.value - now + more
            )
        return found

    return settings


def _fidelity(machine: Machine, factor: float) -> Numbers:
    link = machine.link
    if link is None:
        return {}
    swaps = _module_settings("memory_swap_error", power=-1)(machine, factor)
    bell = 1.0 - (1.0 - link.bell_fidelity.value) / factor
    return {f"links.{link.name}.bell_fidelity": bell, **swaps}


def _rate(machine: Machine, factor: float) -> Numbers:
    link = machine.link
    return {f"links.{link.name}.pair_rate_hz": link.pair_rate_hz.value * factor} if link else {}


KNOBS = (
    Knob(
        "local_error",
        "the error of local gates and measurements",
        1e2,
        _divide("p_two", "p_one", "p_measure"),
        _module_settings(
            "two_qubit_gate_error",
            "one_qubit_gate_error",
            "measurement_error",
            "reset_error",
            power=-1,
        ),
    ),
    Knob(
        "link_fidelity",
        "the fidelity of the link's pairs",
        1e2,
        _divide("pair_error"),
        _fidelity,
        needs_link=True,
    ),
    Knob(
        "link_rate",
        "the pair rate of the link",
        1e6,
        _multiply("pair_rate_hz"),
        _rate,
        needs_link=True,
    ),
    Knob(
        "communication_qubits",
        "the number of communication qubits",
        1e3,
        _more_communication,
        _sized("communication_qubits"),
        needs_link=True,
    ),
    Knob("module_size", "the size of a module", 1e5, _larger_modules, _sized("data_qubits")),
    Knob(
        "coherence_time",
        "the coherence time of idle qubits",
        1e3,
        _multiply("coherence_us"),
        _module_settings("idle_coherence_time_s", power=1),
    ),
    Knob(
        "parallel_gates",
        "the number of gates that run at once",
        1e5,
        _multiply("parallel_gates", whole=True),
        _module_settings("parallel_two_qubit_gates", power=1, whole=True),
    ),
    Knob(
        "local_speed",
        "the time of gates, transport and measurement",
        1e2,
        _divide("gate_time_us", "one_time_us", "measure_time_us"),
        _module_settings(
            "two_qubit_gate_time_us",
            "layer_overhead_us",
            "one_qubit_gate_time_us",
            "measurement_time_us",
            "reset_time_us",
            power=-1,
        ),
    ),
)
