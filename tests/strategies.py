"""Hypothesis strategies for programs and networks.

Import them as `from strategies import programs, networks`.
"""

from __future__ import annotations

from itertools import pairwise
from math import pi
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from trapline.passes.gates import GATES, Gate
from trapline.passes.program import Condition, Program, ProgramBuilder, Register, Term
from trapline.targets.network import Network, ideal_network

if TYPE_CHECKING:
    from collections.abc import Sequence

CLIFFORD_GATES = (
    "id",
    "x",
    "y",
    "z",
    "h",
    "s",
    "sdg",
    "sx",
    "sxdg",
    "cx",
    "cy",
    "cz",
    "swap",
    "iswap",
)
UNITARY_GATES = tuple(g.name for g in GATES if g.matrix is not None)
NETWORK_KINDS = ("complete", "line", "ring", "grid")

# Multiples of pi on which gates coincide with others or change sign, and some of no special kind.
_ANGLES = st.one_of(
    st.sampled_from([k * pi / 4 for k in range(-9, 10)]),
    st.floats(-4 * pi, 4 * pi, allow_nan=False, allow_subnormal=False),
)


def registers(prefix: str, size: int) -> st.SearchStrategy[tuple[Register, ...]]:
    """Cut `size` members into one to three registers `PREFIX0`, `PREFIX1`, ... in order."""

    def named(cuts: Sequence[int]) -> tuple[Register, ...]:
        edges = sorted({0, size, *(cut for cut in cuts if cut < size)})
        return tuple(Register(f"{prefix}{i}", b - a) for i, (a, b) in enumerate(pairwise(edges)))

    return st.lists(st.integers(1, max(size, 1)), max_size=2).map(named)


@st.composite
def unitaries(
    draw: st.DrawFn, n_qubits: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.complex128]]:
    """Draw a unitary of Haar measure by its seed; complex128, (2**n_qubits, 2**n_qubits)."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = 1 << n_qubits
    square = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    q, r = np.linalg.qr(square)
    return np.asarray(q * (np.diag(r) / np.abs(np.diag(r))), dtype=np.complex128)


@st.composite
def programs(
    draw: st.DrawFn,
    *,
    min_qubits: int = 1,
    max_qubits: int = 5,
    max_ops: int = 20,
    max_bits: int = 3,
    gates: Sequence[str] | None = None,
    clifford_only: bool = False,
    measure: bool = True,
    reset: bool = True,
    conditions: bool = True,
    barriers: bool = True,
    matrices: bool = False,
    overwrite_bits: bool = False,
) -> Program:
    """Draw a program.

    Args:
        min_qubits: Fewest qubits.
        max_qubits: Most qubits.
        max_ops: Most operations.
        max_bits: Most classical bits; there are none without `measure`.
        gates: Names of the unitary gates to draw from; by default the whole gate table.
        clifford_only: Draw from the Clifford gates only.
        measure: Allow measurements, of one qubit or several.
        reset: Allow resets.
        conditions: Allow gates and resets to depend on measured bits; needs `measure`.
        barriers: Allow barriers.
        matrices: Allow arbitrary unitaries on up to two qubits.
        overwrite_bits: Allow a bit to be measured more than once.
    """
    n = draw(st.integers(min_qubits, max_qubits))
    n_bits = draw(st.integers(1, max_bits)) if measure else 0
    bit_registers = draw(registers("c", n_bits)) if n_bits else ()
    out = ProgramBuilder("drawn", draw(registers("q", n)), bit_registers)
    names = gates or (CLIFFORD_GATES if clifford_only else UNITARY_GATES)
    rows = [g for g in GATES if g.name in names and g.n_qubits <= n and g.name != "unitary"]
    single, several = [g for g in rows if g.n_qubits == 1], [g for g in rows if g.n_qubits > 1]
    kinds = (
        ["gate"] * 4 * bool(single)
        + ["interaction"] * 5 * bool(several)
        + ["measure"] * measure
        + ["reset"] * reset
    )
    kinds += ["barrier"] * barriers + ["unitary"] * (matrices and not clifford_only)
    written: set[int] = set()
    for _ in range(draw(st.integers(0, max_ops))):
        kind = draw(st.sampled_from(kinds))
        condition: Condition = ()
        if conditions and written and kind not in ("measure", "barrier"):
            condition = draw(st.one_of(st.just(()), _conditions(bit_registers, written)))
        rows = several if kind == "interaction" else single
        _add(draw, out, kind, rows, n, condition, written, n_bits, overwrite_bits)
    return out.build()


def _add(
    draw: st.DrawFn,
    out: ProgramBuilder,
    kind: str,
    rows: Sequence[Gate],
    n: int,
    condition: Condition,
    written: set[int],
    n_bits: int,
    overwrite: bool,
) -> None:
    if kind == "measure":
        _add_measurement(draw, out, n, written, n_bits, overwrite)
    elif kind == "barrier":
        out.add("barrier", draw(_qubits(n, draw(st.integers(1, n)))))
    elif kind == "reset":
        out.add("reset", draw(_qubits(n, 1)), condition=condition)
    elif kind == "unitary":
        k = draw(st.integers(1, min(n, 2)))
        out.add_unitary(draw(unitaries(k)), draw(_qubits(n, k)), condition=condition)
    else:
        row = draw(st.sampled_from(rows))
        angles = [draw(_ANGLES) for _ in range(row.n_params)]
        out.add(row.opcode, draw(_qubits(n, row.n_qubits)), angles, condition=condition)


def _add_measurement(
    draw: st.DrawFn, out: ProgramBuilder, n: int, written: set[int], n_bits: int, overwrite: bool
) -> None:
    free = [b for b in range(n_bits) if overwrite or b not in written]
    if not free:
        return
    bit = draw(st.sampled_from(free))
    longest = 1
    while longest < n and bit + longest in free:
        longest += 1
    size = draw(st.integers(1, longest))
    out.add("measure", draw(_qubits(n, size)), bit=bit)
    written.update(range(bit, bit + size))


@st.composite
def _conditions(draw: st.DrawFn, bit_registers: Sequence[Register], written: set[int]) -> Condition:
    """Compare a measured bit, or a whole measured register, with a number."""
    first = 0
    choices: list[tuple[int, ...]] = [(bit,) for bit in sorted(written)]
    for register in bit_registers:
        bits = tuple(range(first, first + register.size))
        if len(bits) > 1 and written.issuperset(bits):
            choices.append(bits)
        first += register.size
    bits = draw(st.sampled_from(choices))
    return (Term(bits, draw(st.integers(0, 2 ** len(bits) - 1)), draw(st.booleans())),)


def _qubits(n: int, k: int) -> st.SearchStrategy[list[int]]:
    """Draw `k` different ones of `n` qubits."""
    return st.permutations(range(n)).map(lambda order: list(order[:k]))


@st.composite
def networks(
    draw: st.DrawFn,
    n_qubits: int,
    *,
    kinds: Sequence[str] = NETWORK_KINDS,
    min_modules: int = 1,
    max_modules: int = 5,
    spare: int = 3,
    comm_qubits: st.SearchStrategy[int | None] | None = None,
) -> Network:
    """Draw an ideal network with room for `n_qubits`, its modules equal or not.

    Args:
        n_qubits: Data qubits that must fit.
        kinds: Kinds of network to draw from.
        min_modules: Fewest modules.
        max_modules: Most modules.
        spare: Most data qubits beyond `n_qubits`, over all modules (each has at least one).
        comm_qubits: Communication qubits of each module; by default no limit.
    """
    modules = draw(st.integers(min_modules, max_modules))
    sizes = [1] * modules
    for _ in range(max(n_qubits - modules, 0) + draw(st.integers(0, spare))):
        sizes[draw(st.integers(0, modules - 1))] += 1
    limit = None if comm_qubits is None else draw(comm_qubits)
    return ideal_network(draw(st.sampled_from(list(kinds))), modules, sizes, limit)
