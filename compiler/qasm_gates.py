"""Gates as OpenQASM sees them: rows of the gate table, or definitions expanded into such rows.

Every expansion keeps its global phase, because a control makes it visible. In OpenQASM 3
`U(t, p, l)` is our `u3(t, p, l)` times exp(i t/2), while `u3` and `u2` of stdgates.inc have
determinant 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from trapline.compiler.qasm_library import QELIB1, QELIB1_EXTRAS, STDGATES
from trapline.errors import InputError
from trapline.passes.gates import ALIASES, BARRIER, GATES, OPCODE, UNITARY, Matrix, gate_matrix

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trapline.compiler.qasm_lex import Source, Token

FlatOp = tuple[int, tuple[float, ...], tuple[int, ...]]
"""Opcode, angles, operands (positions among the operands of the gate)."""


@dataclass(frozen=True)
class Expansion:
    """What a gate does, as rows of the gate table.

    Args:
        ops: In order.
        phase: Global phase in radians.
    """

    ops: tuple[FlatOp, ...]
    phase: float = 0.0


class Phase(Protocol):
    """A global phase from the angles of a gate."""

    def __call__(self, *angles: float) -> float:
        """Return the phase in radians."""
        ...


Expand = Callable[[tuple[float, ...]], Expansion]


@dataclass(frozen=True)
class GateEntry:
    """A gate that a program can call.

    Args:
        name: Its name.
        n_params: Number of angles.
        n_qubits: Number of operands.
        opcode: Row of the gate table that it is, or -1.
        expand: What it does for given angles; None when it is opaque.
        library: Whether it came with an include and may be defined by the program.
    """

    name: str
    n_params: int
    n_qubits: int
    opcode: int
    expand: Expand | None
    library: bool = False


def table_gate(
    name: str,
    row_name: str,
    phase: Phase | None = None,
    *,
    n_params: int | None = None,
    library: bool = False,
) -> GateEntry:
    """Return the entry of a row of the gate table.

    Args:
        name: Name in the program.
        row_name: Name in the table.
        phase: Phase by which the gate differs from the table's matrix, from its angles.
        n_params: Number of angles when they differ from the row's; they are then ignored.
        library: Whether the program may define the name itself.
    """
    row = GATES[OPCODE[row_name]]
    operands = tuple(range(row.n_qubits))

    def expand(params: tuple[float, ...]) -> Expansion:
        kept = params if n_params is None else ()
        return Expansion(((row.opcode, kept, operands),), phase(*params) if phase else 0.0)

    ignored = n_params is not None
    opcode = -1 if ignored else row.opcode
    count = row.n_params if n_params is None else n_params
    return GateEntry(name, count, row.n_qubits, opcode, expand, library)


def builtin_gates(version: int) -> dict[str, GateEntry]:
    """Return the gates known without any include."""
    if version == 2:
        return {"U": table_gate("U", "u3"), "CX": table_gate("CX", "cx")}
    return {
        "U": table_gate("U", "u3", lambda *angles: angles[0] / 2),
        "CX": table_gate("CX", "cx", library=True),
        "gphase": GateEntry("gphase", 1, 0, -1, lambda params: Expansion((), params[0])),
    }


def library_gates(include: str) -> dict[str, GateEntry]:
    """Return the gates of `qelib1.inc` or `stdgates.inc`."""
    if include == "stdgates.inc":
        gates = {name: _entry(name, library=False) for name in STDGATES}
        gates["u3"] = table_gate("u3", "u3", lambda *angles: -(angles[1] + angles[2]) / 2)
        gates["u2"] = table_gate("u2", "u2", lambda *angles: -(angles[0] + angles[1]) / 2)
        return gates
    published = {name: _entry(name, library=False) for name in QELIB1}
    return published | {name: _entry(name, library=True) for name in QELIB1_EXTRAS}


def _entry(name: str, *, library: bool) -> GateEntry:
    if name == "u0":
        return table_gate(name, "id", n_params=1, library=library)
    lower = name.lower()
    return table_gate(name, ALIASES.get(lower, lower), library=library)


def expansion_matrix(
    expansion: Expansion, n_qubits: int, matrices: Sequence[Matrix] = ()
) -> Matrix:
    """Return the unitary of an expansion, big-endian, its global phase included.

    Args:
        expansion: Without barriers.
        n_qubits: Number of operands; at most about 10.
        matrices: Table of `unitary` rows.
    """
    size = 1 << n_qubits
    state = np.eye(size, dtype=np.complex128).reshape((2,) * n_qubits + (size,))
    for opcode, params, qubits in expansion.ops:
        matrix = matrices[int(params[0])] if opcode == UNITARY else gate_matrix(opcode, params)
        k = len(qubits)
        tensor = matrix.reshape((2,) * (2 * k))
        state = np.tensordot(tensor, state, axes=(tuple(range(k, 2 * k)), qubits))
        state = np.moveaxis(state, tuple(range(k)), qubits)
    out: Matrix = state.reshape(size, size) * np.exp(1j * expansion.phase)
    return out


_SAMPLES = (0.7, -1.3, 2.9, 0.4)


def recognised(entry: GateEntry, version: int, matrices: Sequence[Matrix] = ()) -> GateEntry:
    """Return the entry as a row of the gate table if it does exactly what that row does.

    A gate on one qubit must have the row's name; a larger one may have any. In OpenQASM 2 the
    global phase does not matter.
    """
    if entry.expand is None or not 1 <= entry.n_qubits <= 5 or entry.n_params > len(_SAMPLES):
        return entry
    samples = _sample_angles(entry.n_params)
    try:
        expansions = [entry.expand(angles) for angles in samples]
    except InputError:
        return entry  # an angle of the body has no value for these samples
    if any(op[0] == BARRIER for expansion in expansions for op in expansion.ops):
        return entry
    found = [expansion_matrix(e, entry.n_qubits, matrices) for e in expansions]
    for row_name in _candidates(entry):
        opcode = OPCODE[row_name]
        wanted = [gate_matrix(opcode, angles) for angles in samples]
        phases: list[complex] = []
        for a, b in zip(wanted, found, strict=True):
            factor = _phase_between(a, b)
            if factor is None:
                break
            phases.append(factor)
        if len(phases) == len(samples) and _same(phases, version):
            constant = 0.0 if version == 2 else float(np.angle(phases[0]))
            return table_gate(entry.name, row_name, constant_phase(constant))
    return entry


def constant_phase(angle: float) -> Phase | None:
    """Return the function of any angles that gives `angle`, or None when it is 0."""

    def phase(*_: float) -> float:
        return angle

    return phase if abs(angle) > 1e-9 else None


def _sample_angles(count: int) -> list[tuple[float, ...]]:
    if not count:
        return [()]
    return [tuple(a * scale for a in _SAMPLES[:count]) for scale in (1.0, 1.7, -4.1)]


def _candidates(entry: GateEntry) -> Iterable[str]:
    name = ALIASES.get(entry.name, entry.name)
    same_shape = [
        row.name
        for row in GATES
        if row.matrix and (row.n_qubits, row.n_params) == (entry.n_qubits, entry.n_params)
    ]
    if name in same_shape:
        yield name
    if entry.n_qubits > 1:
        yield from (row for row in same_shape if row != name)


def _phase_between(wanted: Matrix, found: Matrix) -> complex | None:
    """Return the factor `found = factor * wanted`, or None when there is none."""
    factor = complex(np.vdot(wanted, found)) / len(wanted)
    if abs(abs(factor) - 1) > 1e-9 or float(np.abs(found - factor * wanted).max()) > 1e-9:
        return None
    return factor


def _same(phases: list[complex], version: int) -> bool:
    return version == 2 or all(abs(phase - phases[0]) < 1e-9 for phase in phases)


def check_counts(
    source: Source, token: Token, entry: GateEntry, n_params: int, n_qubits: int
) -> None:
    """Fail at the token unless the numbers of angles and operands are those of the gate."""
    if entry.expand is None:
        source.fail(
            token.start,
            f"opaque gate {entry.name!r} has no definition, so it cannot be compiled",
            hint="define it with 'gate', or remove it",
        )
    if n_params != entry.n_params:
        source.fail(
            token.start,
            f"{entry.name!r} takes {_count(entry.n_params, 'angle')}, got {n_params}",
        )
    if n_qubits != entry.n_qubits:
        source.fail(
            token.start,
            f"{entry.name!r} acts on {_count(entry.n_qubits, 'qubit')}, got {n_qubits}",
        )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
