"""Compare a distributed Clifford circuit with its original on stabilizer states, at any width.

Every input qubit is maximally entangled with a reference qubit, so that one comparison decides
equality on all inputs. A branch of the measurements is drawn; the original's outcomes are forced
in the distributed circuit; then the stabilizers that act on references and output qubits alone must
be the same group with the same signs. That group is the reduced state, mixed or pure.

Equality is asked for in every branch drawn. That is a little more than equality on the average
over the measurements that only the distributed circuit makes: those must reveal nothing.

Sources: Aaronson and Gottesman, arXiv:quant-ph/0406196 (stabilizer simulation); Gidney,
arXiv:2103.02202 (Stim, which does it here).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.compiler.pairing import DifferenceFound, Pairing, QubitMap, Verdict, pair
from trapline.compiler.simulate import Step, holds, steps_of
from trapline.passes.gates import EPR, MEASURE, Matrix

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import stim  # type: ignore[import-untyped]  # Stim ships no py.typed marker

    from trapline.passes.program import Program

TOLERANCE = 1e-9
"""Largest distance of a matrix entry from that of a Clifford gate."""

MAX_GATE_QUBITS = 5
"""Widest gate that is tried for being Clifford."""


def is_clifford(program: Program) -> bool:
    """Return whether all gates of a program are Clifford gates, by their matrices."""
    known: dict[int, bool] = {}
    for _, step in steps_of(program):
        if step.matrix is not None and id(step.matrix) not in known:
            known[id(step.matrix)] = clifford_tableau(step.matrix) is not None
            if not known[id(step.matrix)]:
                return False
    return True


def clifford_tableau(matrix: Matrix) -> stim.Tableau | None:
    """Return a unitary as a Clifford tableau, up to a global phase.

    Args:
        matrix: complex128, (2**n, 2**n), big-endian.

    Returns:
        The tableau; None when the gate is not Clifford or wider than `MAX_GATE_QUBITS`.
    """
    import stim

    n_qubits = matrix.shape[0].bit_length() - 1
    if n_qubits > MAX_GATE_QUBITS:
        return None
    images: dict[str, list[stim.PauliString]] = {"X": [], "Z": []}
    for kind, strings in images.items():
        for qubit in range(n_qubits):
            label = "_" * qubit + kind + "_" * (n_qubits - 1 - qubit)
            pauli = stim.PauliString(label).to_unitary_matrix(endian="big")
            image = _pauli_of(matrix @ pauli @ matrix.conj().T, n_qubits)
            if image is None:
                return None
            strings.append(image)
    return stim.Tableau.from_conjugated_generators(xs=images["X"], zs=images["Z"])


def equivalent_by_stabilizers(
    original: Program,
    emitted: Program,
    qubit_map: QubitMap,
    *,
    seed: int = 0,
    branches: int = 32,
) -> Verdict:
    """Decide whether a distributed Clifford circuit does what the original does.

    Args:
        original: The input.
        emitted: The distributed circuit.
        qubit_map: Where it holds each input qubit, `initial` and `final`.
        seed: Seed of outcomes.
        branches: Branches to compare: one with all free outcomes 0, one with all 1, then random.

    Returns:
        The verdict; undecided when a gate is not Clifford.

    Raises:
        InputError: The map does not fit the circuits.
    """
    if not (is_clifford(original) and is_clifford(emitted)):
        return Verdict(passed=None, checked="stabilizers not simulated: not all gates are Clifford")
    try:
        pairing = pair(original, emitted, qubit_map)
        sides = (_Side(original, pairing.inputs), _Side(emitted, pairing.initial))
        for branch in range(branches):
            _compare(sides, pairing, original, np.random.default_rng([seed, branch]), branch)
    except DifferenceFound as difference:
        return Verdict(passed=False, checked=f"stabilizers: {difference}")
    n = len(pairing.inputs)
    return Verdict(
        passed=True,
        checked=f"stabilizers: {n} input qubits, each entangled with a reference qubit, "
        f"{branches} sampled branches",
        branches=branches,
    )


def _compare(
    sides: tuple[_Side, _Side],
    pairing: Pairing,
    original: Program,
    generator: np.random.Generator,
    branch: int,
) -> None:
    """Compare one branch.

    Raises:
        DifferenceFound: The circuits differ.
    """
    script: dict[int, list[int]] = {}
    turns: dict[int, int] = {}

    def draw(bit: int, sure: int) -> int:
        outcome = sure if sure >= 0 else int(generator.integers(2))
        script.setdefault(bit, []).append(outcome)
        return outcome

    def force(bit: int, sure: int) -> int:
        if bit not in pairing.bits:
            free = branch if branch < 2 else int(generator.integers(2))
            return sure if sure >= 0 else free
        source = pairing.bits[bit]
        turn = turns.get(bit, 0)
        turns[bit] = turn + 1
        wanted = script.get(source, ())
        if turn >= len(wanted) or (sure >= 0 and sure != wanted[turn]):
            raise DifferenceFound(
                f"{original.bit_names[source]!r} cannot have the outcomes that the original gives"
            )
        return wanted[turn]

    left, right = sides
    wanted, n_random = left.follow(draw, pairing.inputs, set(_measured_bits(original)))
    found, n_found = right.follow(force, pairing.final, set(pairing.bits))
    for bit, source in pairing.bits.items():
        if turns.get(bit, 0) != len(script.get(source, ())):
            raise DifferenceFound(
                f"{original.bit_names[source]!r} is measured another number of times"
            )
    if n_random != n_found:
        raise DifferenceFound(
            f"{n_found} outcomes of the original's measurements are random, want {n_random}"
        )
    if len(found) < len(wanted):
        raise DifferenceFound("other qubits stay entangled with the input's at the end")
    if found != wanted:
        raise DifferenceFound("the state at the end differs in some branch")


def _measured_bits(program: Program) -> list[int]:
    """List the bits that a program measures into."""
    return [
        first + place
        for opcode, qubits, _, first, _ in program.rows()
        if opcode == MEASURE
        for place in range(len(qubits))
    ]


class _Side:
    """One circuit, ready to be followed again and again."""

    def __init__(self, program: Program, initial: Sequence[int]) -> None:
        self.n_qubits = program.n_qubits
        self.initial = initial
        self.steps: list[tuple[Step, stim.Tableau | None]] = []
        tableaus: dict[int, stim.Tableau | None] = {}
        for _, step in steps_of(program):
            if step.matrix is not None and id(step.matrix) not in tableaus:
                tableaus[id(step.matrix)] = clifford_tableau(step.matrix)
            self.steps.append(
                (step, tableaus[id(step.matrix)] if step.matrix is not None else None)
            )

    def follow(
        self, outcome: Callable[[int, int], int], final: Sequence[int], recorded: set[int]
    ) -> tuple[list[str], int]:
        """Follow one branch.

        Args:
            outcome: From a bit and its certain value, or -1, to the outcome.
            final: Qubits that are compared at the end.
            recorded: Bits whose random outcomes are counted.

        Returns:
            Canonical stabilizers on references and final qubits, and the number of random outcomes.
        """
        import stim

        n_inputs = len(self.initial)
        simulator = stim.TableauSimulator()
        # Qubit q of the program is in place[q] of the simulator; references come first.
        place = [n_inputs + qubit for qubit in range(self.n_qubits)]
        size = n_inputs + self.n_qubits
        bits: dict[int, int] = {}
        n_random = 0
        for reference, qubit in enumerate(self.initial):
            _gate(simulator, "H", reference)
            _gate(simulator, "CX", reference, place[qubit])
        for step, tableau in self.steps:
            if not holds(step.condition, bits):
                continue
            places = [place[qubit] for qubit in step.qubits]
            if tableau is not None:
                simulator.do_tableau(tableau, places)
            elif step.opcode == MEASURE:
                for bit, where in enumerate(places, step.bit):
                    sure = _certain(simulator, where)
                    bits[bit] = outcome(bit, sure)
                    n_random += sure < 0 and bit in recorded
                    simulator.postselect_z(where, desired_value=bool(bits[bit]))
            else:
                size = _reset(simulator, step, place, size)
        kept = [*range(n_inputs), *(place[qubit] for qubit in final)]
        return _reduced(simulator, kept, size), n_random


def _gate(simulator: stim.TableauSimulator, name: str, *places: int) -> None:
    import stim

    simulator.do_tableau(stim.Tableau.from_named_gate(name), list(places))


def _certain(simulator: stim.TableauSimulator, where: int) -> int:
    """Return the outcome of a Z measurement where it is certain, else -1."""
    return {1: 0, -1: 1, 0: -1}[simulator.peek_z(where)]


def _reset(simulator: stim.TableauSimulator, step: Step, place: list[int], size: int) -> int:
    """Reset qubits, leaving entangled ones behind as environment; prepare a Bell pair for EPR."""
    for qubit in step.qubits:
        sure = _certain(simulator, place[qubit])
        if sure < 0:
            place[qubit] = size
            size += 1
        elif sure:
            _gate(simulator, "X", place[qubit])
    if step.opcode == EPR:
        first, second = (place[qubit] for qubit in step.qubits)
        _gate(simulator, "H", first)
        _gate(simulator, "CX", first, second)
    return size


def _reduced(simulator: stim.TableauSimulator, kept: Sequence[int], size: int) -> list[str]:
    """Return the canonical generators of the stabilizers that act on the kept qubits alone."""
    simulator.set_num_qubits(size)
    n_others = size - len(kept)
    # Swap the kept qubits to the end: elimination works from the first qubit on, so that
    # generators without a part on the others are left over in canonical form.
    content = list(range(size))
    where = list(range(size))
    for target, qubit in enumerate(kept, n_others):
        source = where[qubit]
        if source != target:
            _gate(simulator, "SWAP", source, target)
            other = content[target]
            content[source], content[target] = other, qubit
            where[other], where[qubit] = source, target
    # A sign, then a letter for each qubit, `_` for none.
    lines = [str(generator) for generator in simulator.canonical_stabilizers()]
    nothing = "_" * n_others
    return [line[0] + line[n_others + 1 :] for line in lines if line[1:].startswith(nothing)]


def _pauli_of(matrix: Matrix, n_qubits: int) -> stim.PauliString | None:
    """Return a matrix as a signed Pauli string, or None when it is none."""
    import stim

    size = 1 << n_qubits
    flips = int(np.argmax(np.abs(matrix[:, 0])))
    states = np.arange(size)
    # A Pauli string takes |s> to phase (-1)^(s . signs) |s xor flips>.
    values = matrix[states ^ flips, states]
    phase = complex(values[0])
    signs = sum(1 << k for k in range(n_qubits) if (values[1 << k] * phase.conjugate()).real < 0)
    parity = np.array([(int(s) & signs).bit_count() & 1 for s in states])
    exact = np.zeros_like(matrix)
    exact[states ^ flips, states] = phase * (1 - 2 * parity)
    sign = phase / 1j ** (flips & signs).bit_count()
    if np.abs(matrix - exact).max() > TOLERANCE or abs(abs(sign.real) - 1) > TOLERANCE:
        return None
    letters = ["_XZY"[(flips >> k & 1) + 2 * (signs >> k & 1)] for k in reversed(range(n_qubits))]
    return stim.PauliString(("+" if sign.real > 0 else "-") + "".join(letters))
