"""Compare a distributed circuit with its original on state vectors.

Both get the same input: the original's qubits maximally entangled with reference qubits where that
is affordable, which decides equality on every input; else a Haar-random state of each qubit,
which tells different circuits apart with probability one. The outcomes of the original's own
measurements are drawn by Born's rule and forced in the distributed circuit; all branches of its
other measurements are followed. Equal means: equal probability of the outcomes, equal state of
the qubits at the end up to a global phase, and nothing else entangled with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, ldexp, log2, sqrt
from typing import TYPE_CHECKING

import numpy as np

from trapline.compiler.pairing import DifferenceFound, Pairing, QubitMap, Verdict, pair
from trapline.compiler.simulate import Branch, Branches, Initial, Policy, run, run_branches
from trapline.compiler.simulate_state import Budget, TooLargeError, Vector
from trapline.passes.gates import BARRIER, MEASURE, RESET

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from trapline.passes.program import Program

TOLERANCE = 1e-6
"""Largest distance between equal states: far above rounding, far below a wrong gate."""

MAX_REFERENCES = 8
"""Most input qubits that get a reference qubit each."""

_BELL = np.array([1, 0, 0, 1], dtype=np.complex128) / sqrt(2)


@dataclass(frozen=True, kw_only=True)
class Effort:
    """What a comparison may spend.

    Args:
        max_qubits: Most qubits in one state vector.
        max_work: Most amplitudes touched, about 5e7 a second.
        branches: Most paths that differ at a time before a sample is followed instead.
        draws: Inputs, each with a draw of the original's measurement outcomes, when it has any.
    """

    max_qubits: int = 18
    max_work: float = 5e8
    branches: int = 64
    draws: int = 4


def equivalent_by_state_vector(
    original: Program,
    emitted: Program,
    qubit_map: QubitMap,
    *,
    seed: int = 0,
    effort: Effort | None = None,
) -> Verdict:
    """Decide whether a distributed circuit does what the original does, by state vectors.

    Args:
        original: The input.
        emitted: The distributed circuit.
        qubit_map: Where it holds each input qubit, `initial` and `final`.
        seed: Seed of inputs, outcomes and samples of branches.
        effort: Limits.

    Returns:
        The verdict; undecided when the limits are too low.

    Raises:
        InputError: The map does not fit the circuits.
    """
    effort = effort or Effort()
    reason = "no input qubits"
    try:
        pairing = pair(original, emitted, qubit_map)
        compare = _Comparison(original, emitted, pairing, effort, seed)
        for references in [True, False] if _cheap(emitted, pairing, effort) else [False]:
            try:
                return compare.decide(references)
            except TooLargeError as error:
                reason = error.message
    except DifferenceFound as difference:
        return Verdict(passed=False, checked=f"state vector: {difference}")
    return Verdict(passed=None, checked=f"state vector not simulated: {reason}")


class _Comparison:
    """Two circuits, and one draw after another."""

    def __init__(
        self, original: Program, emitted: Program, pairing: Pairing, effort: Effort, seed: int
    ) -> None:
        self.original = original
        self.emitted = emitted
        self.pairing = pairing
        self.effort = effort
        self.seed = seed
        self.wiped = _wiped(original)
        self.paths = 0.0
        self.complete = True

    def decide(self, references: bool) -> Verdict:
        """Compare on one input or several."""
        effort = self.effort
        budget = Budget(effort.max_qubits, effort.max_work)
        measures = bool((self.original.opcodes == MEASURE).any())
        wanted = effort.draws if measures else 1
        self.paths, self.complete = 0.0, True
        done = 0
        for draw in range(wanted):
            try:
                self._draw(draw, references, budget)
            except TooLargeError:
                if not done:
                    raise
                break
            done += 1
        return Verdict(
            passed=True,
            checked=self._words(references, measures, done),
            branches=self.paths,
            peak_qubits=budget.peak_qubits,
        )

    def _draw(self, draw: int, references: bool, budget: Budget) -> None:
        """Compare on one input with one set of outcomes."""
        pairing = self.pairing
        generator = np.random.default_rng([self.seed, draw])
        # References have negative numbers. What a reset wipes out at once needs none.
        labels = [
            (-1 - place,) if references and qubit not in self.wiped else ()
            for place, qubit in enumerate(pairing.inputs)
        ]
        vectors = [_BELL if label else _haar(generator) for label in labels]
        script: dict[int, list[int]] = {}

        def born(bit: int, p_one: float) -> int:
            outcome = int(generator.random() < p_one)
            if bit >= 0:
                script.setdefault(bit, []).append(outcome)
            return outcome

        start = _starts(vectors, labels, pairing.inputs)
        run(self.original, outcomes=born, initial=start, budget=budget)
        left = run_branches(
            self.original,
            policy=_forced(script, {bit: bit for bit in script}),
            budget=budget,
            initial=start,
            keep=pairing.inputs,
            max_branches=self.effort.branches,
        )
        right = run_branches(
            self.emitted,
            policy=_forced(script, pairing.bits),
            budget=budget,
            initial=_starts(vectors, labels, pairing.initial),
            keep=pairing.final,
            max_branches=self.effort.branches,
            seed=self.seed,
        )
        # A sample of the original's own branches says nothing of all of them.
        if not left.complete or (len(left.ends) > 1 and not right.complete):
            raise TooLargeError("resets of entangled qubits in too many branches")
        self.paths += right.paths
        self.complete &= right.complete
        self._compare(left, right, script, [reference for label in labels for reference in label])

    def _compare(
        self,
        left: Branches,
        right: Branches,
        script: Mapping[int, Sequence[int]],
        labels: Sequence[int],
    ) -> None:
        """Compare all ends of the two circuits.

        Raises:
            DifferenceFound: They differ.
        """
        for branch in right.ends:
            for bit, source in self.pairing.bits.items():
                if branch.taken.get(bit, 0) != len(script.get(source, ())):
                    name = self.original.bit_names[source]
                    raise DifferenceFound(f"{name!r} is measured another number of times")
        wanted = [
            (branch.log_weight, branch.state.matrix([*labels, *self.pairing.inputs])[:, 0])
            for branch in left.ends
        ]
        found = [
            (branch.log_weight, _pure(branch, [*labels, *self.pairing.final]))
            for branch in right.ends
        ]
        p_left, p_right = (_total([weight for weight, _ in ends]) for ends in (wanted, found))
        if abs(p_right - p_left) > TOLERANCE * max(p_left, 1e-300):
            raise DifferenceFound(
                f"the outcomes of the original's measurements have probability {p_right:.6g}, "
                f"want {p_left:.6g}"
            )
        if len(wanted) == 1:
            for _, vector in found:
                _same(wanted[0][1], vector)
        else:
            _same_mixture(wanted, found)

    def _words(self, references: bool, measures: bool, done: int) -> str:
        """Say what was done."""
        n = len(self.pairing.inputs)
        n_references = len(set(self.pairing.inputs) - self.wiped) if references else 0
        inputs = {
            n: f"{n} input qubits, each entangled with a reference qubit",
            0: f"Haar-random states of {n} input qubits",
        }.get(n_references, f"{n} input qubits, {n_references} entangled with a reference qubit")
        if measures:
            inputs += f", {done} draw{'s' * (done != 1)} of the measurement outcomes"
        count = f"{self.paths:.0f}" if self.paths < 1e6 else f"2^{log2(self.paths):.0f}"
        scope = f"all {count}" if self.complete else "a sample of the"
        return f"state vector: {inputs}, {scope} branch{'es' * (count != '1')}"


def _cheap(emitted: Program, pairing: Pairing, effort: Effort) -> bool:
    """Return whether reference qubits are affordable, with a module pair's qubits on top."""
    n_qubits = 2 * len(pairing.inputs) + 2
    work = ldexp(emitted.n_ops, min(n_qubits, 500))
    return n_qubits <= 2 * MAX_REFERENCES + 2 and work <= effort.max_work / 4


def _wiped(program: Program) -> set[int]:
    """Return the qubits that a program resets before it does anything else to them."""
    seen: set[int] = set()
    wiped: set[int] = set()
    for opcode, qubits, _, _, condition in program.rows():
        if opcode != BARRIER:
            if opcode == RESET and condition < 0:
                wiped |= set(qubits) - seen
            seen |= set(qubits)
    return wiped


def _haar(generator: np.random.Generator) -> Vector:
    """Return a random state of one qubit."""
    vector = generator.normal(size=2) + 1j * generator.normal(size=2)
    out: Vector = vector / np.linalg.norm(vector)
    return out


def _starts(
    vectors: Sequence[Vector], labels: Sequence[tuple[int, ...]], qubits: Sequence[int]
) -> Initial:
    """Put each input qubit, with its reference if it has one, into its state."""
    groups = zip(vectors, labels, qubits, strict=True)
    return [(vector, (*label, qubit)) for vector, label, qubit in groups]


def _forced(script: Mapping[int, Sequence[int]], bits: Mapping[int, int]) -> Policy:
    """Force the outcomes of `script` where `bits` leads to it; follow both outcomes elsewhere."""

    def policy(branch: Branch, bit: int, p_one: float) -> Sequence[int]:
        del p_one
        if bit not in bits:
            return (0, 1)
        turn = branch.taken.get(bit, 0)
        return script.get(bits[bit], ())[turn : turn + 1]

    return policy


def _total(log_weights: Sequence[float]) -> float:
    return sum(exp(weight) for weight in log_weights)


def _pure(branch: Branch, kept: Sequence[int]) -> Vector:
    """Return the state of the kept qubits.

    Raises:
        DifferenceFound: They are entangled with others.
    """
    matrix = branch.state.matrix(kept)
    sizes = np.linalg.norm(matrix, axis=0)
    largest = int(np.argmax(sizes))
    vector: Vector = matrix[:, largest] / sizes[largest]
    rest = matrix - np.outer(vector, vector.conj() @ matrix)
    if float(np.linalg.norm(rest)) > TOLERANCE:
        raise DifferenceFound("other qubits stay entangled with the input's at the end")
    return vector


def _same(wanted: Vector, found: Vector) -> None:
    overlap = complex(np.vdot(wanted, found))
    phase = overlap / abs(overlap) if overlap else 1
    if float(np.linalg.norm(found - wanted * phase)) > TOLERANCE:
        raise DifferenceFound(
            f"the state at the end differs in some branch: fidelity {abs(overlap) ** 2:.6g}, want 1"
        )


def _same_mixture(
    wanted: Sequence[tuple[float, Vector]], found: Sequence[tuple[float, Vector]]
) -> None:
    """Compare two mixtures of pure states by the distance of their density matrices."""
    left, right = (
        np.array([vector * exp(weight / 2) for weight, vector in ends]) for ends in (wanted, found)
    )
    grams = (left.conj() @ left.T, right.conj() @ right.T, left.conj() @ right.T)
    own, other, cross = (float(np.sum(np.abs(gram) ** 2)) for gram in grams)
    if own + other - 2 * cross > TOLERANCE * own:
        raise DifferenceFound(
            f"the mixed state at the end differs: squared distance {own + other - 2 * cross:.3g}"
        )
