"""Run programs with measurement and feed-forward on state vectors.

`run` follows one path; `run_branches` follows all paths at once and joins paths as soon as they are
the same: after the corrections of a teleportation its four paths are one again, so that all
measurement branches of a correct distributed circuit cost little more than one of them.

A reset, and the preparation of an EPR pair, which resets both its qubits first, measure and forget.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from math import exp, log, sqrt
from typing import TYPE_CHECKING

import numpy as np

from trapline.compiler.simulate_lives import Lives
from trapline.compiler.simulate_state import Budget, PureState, Vector
from trapline.passes.gates import BARRIER, EPR, GATES, MEASURE, UNITARY, Matrix

if TYPE_CHECKING:
    from trapline.passes.program import Condition, Program

JOIN_TOLERANCE = 1e-9
"""Largest distance of two states that count as the same path."""

IMPOSSIBLE = 1e-12
"""Largest probability that counts as none."""

_BELL = np.array([1, 0, 0, 1], dtype=np.complex128) / sqrt(2)

Chooser = Callable[[int, float], int]
"""From the bit that is written (-1: none, a reset) and the probability of 1 to the outcome."""

Initial = Sequence[tuple[Vector, tuple[int, ...]]]
"""States of groups of qubits at the start, big-endian in the qubits; all other qubits are |0>."""


@dataclass(eq=False)
class Branch:
    """One path through a program, or several that are the same by now.

    Args:
        state: State of the qubits.
        bits: Values of the classical bits that were written.
        taken: How many measurements wrote each bit.
        log_weight: Natural logarithm of the probability.
        paths: Number of paths that were joined.
    """

    state: PureState
    bits: dict[int, int] = field(default_factory=dict[int, int])
    taken: dict[int, int] = field(default_factory=dict[int, int])
    log_weight: float = 0.0
    paths: float = 1.0

    def copy(self) -> Branch:
        """Return an independent copy."""
        return Branch(
            self.state.copy(), dict(self.bits), dict(self.taken), self.log_weight, self.paths
        )


Policy = Callable[[Branch, int, float], Sequence[int]]
"""From a path, the bit that is written (-1: none) and the probability of 1 to what to follow."""


@dataclass(frozen=True, eq=False)
class Branches:
    """The paths through a program that differ at the end.

    Args:
        ends: The paths; those that cannot happen are left out.
        paths: Number of paths before equal ones were joined.
        complete: False when there were too many and only a sample was followed.
    """

    ends: tuple[Branch, ...]
    paths: float
    complete: bool


@dataclass(frozen=True, eq=False)
class Step:
    """An operation ready to be simulated; `matrix` is None for measurement, reset and EPR."""

    opcode: int
    qubits: tuple[int, ...]
    matrix: Matrix | None
    bit: int
    condition: Condition


def steps_of(program: Program) -> list[tuple[int, Step]]:
    """List the operations of a program with their numbers, without barriers."""
    steps: list[tuple[int, Step]] = []
    for op, (opcode, qubits, _, bit, condition) in enumerate(program.rows()):
        if opcode != BARRIER:
            is_gate = opcode == UNITARY or GATES[opcode].matrix is not None
            matrix = program.matrix_of(op) if is_gate else None
            terms = program.condition_table[condition] if condition >= 0 else ()
            steps.append((op, Step(opcode, qubits, matrix, bit, terms)))
    return steps


def holds(condition: Condition, bits: dict[int, int]) -> bool:
    """Return whether a condition holds; bits that were never written are 0."""
    for term in condition:
        value = sum(bits.get(bit, 0) << place for place, bit in enumerate(term.bits))
        if (value == term.value) != term.equal:
            return False
    return True


def run(
    program: Program, *, outcomes: Chooser, initial: Initial = (), budget: Budget | None = None
) -> Branch:
    """Follow one path through a program.

    Args:
        program: The program.
        outcomes: Chooses the outcome of every measurement, and of every reset with bit -1.
        initial: States of some qubits at the start.
        budget: Limits; the default allows 20 qubits.

    Returns:
        The path.

    Raises:
        TooLargeError: The limits are too low.
        ValueError: An outcome was chosen that has probability zero.
    """

    def policy(branch: Branch, bit: int, p_one: float) -> Sequence[int]:
        del branch
        return (outcomes(bit, p_one),)

    budget = budget or Budget(20, 1e12)
    ends = run_branches(program, policy=policy, initial=initial, budget=budget).ends
    if not ends:
        raise ValueError("an outcome of probability zero was chosen")
    return ends[0]


def run_branches(
    program: Program,
    *,
    policy: Policy,
    budget: Budget,
    initial: Initial = (),
    keep: Collection[int] = (),
    max_branches: int = 64,
    seed: int = 0,
) -> Branches:
    """Follow all paths through a program that a policy allows.

    Args:
        program: The program.
        policy: Says which outcomes of each measurement and reset are followed.
        budget: Limits.
        initial: States of some qubits at the start.
        keep: Qubits whose state at the end matters; paths that differ elsewhere are joined.
        max_branches: Most paths at a time that differ; when there are more, a sample is followed.
        seed: Seed of that sample.

    Returns:
        The paths at the end, with their probabilities.

    Raises:
        TooLargeError: The limits are too low.
    """
    generator = np.random.default_rng(seed)
    lives = Lives(program, keep)
    branches = [Branch(PureState(budget))]
    for vector, qubits in initial:
        branches[0].state.prepare(vector, qubits)
    complete = True
    for op, step in steps_of(program):
        after: list[Branch] = []
        for branch in branches:
            if not holds(step.condition, branch.bits):
                after.append(branch)
            elif step.matrix is not None:
                branch.state.apply(step.matrix, step.qubits)
                after.append(branch)
            else:
                after.extend(_look(branch, step, policy))
        if len(after) > 1 and (step.matrix is None or step.condition):
            after = _join(after, lives, op)
        if len(after) > max_branches:
            complete = False
            after = _sample(after, max_branches, generator)
        branches = after
    return Branches(tuple(branches), sum(branch.paths for branch in branches), complete)


def _look(branch: Branch, step: Step, policy: Policy) -> list[Branch]:
    """Measure every operand; then finish a reset or an EPR preparation."""
    branches = [branch]
    for place, qubit in enumerate(step.qubits):
        bit = step.bit + place if step.opcode == MEASURE else -1
        branches = [child for parent in branches for child in _split(parent, qubit, bit, policy)]
    if step.opcode != MEASURE:
        for child in branches:
            for qubit in step.qubits:
                child.state.known[qubit] = 0
            if step.opcode == EPR:
                child.state.prepare(_BELL, step.qubits)
    return branches


def _split(branch: Branch, qubit: int, bit: int, policy: Policy) -> list[Branch]:
    """Follow the outcomes of a measurement of one qubit."""
    p_one = branch.state.probability_of_one(qubit)
    likely = [(outcome, p_one if outcome else 1 - p_one) for outcome in policy(branch, bit, p_one)]
    likely = [(outcome, p) for outcome, p in likely if p > IMPOSSIBLE]
    children = [branch, *(branch.copy() for _ in likely[1:])][: len(likely)]
    for child, (outcome, p) in zip(children, likely, strict=True):
        child.state.project(qubit, outcome)
        child.log_weight += log(p)
        if bit >= 0:
            child.bits[bit] = outcome
            child.taken[bit] = child.taken.get(bit, 0) + 1
    return children


def _join(branches: list[Branch], lives: Lives, op: int) -> list[Branch]:
    """Join paths that nothing later can tell apart."""
    awake = {qubit for branch in branches for qubit in branch.state.qubits}
    groups: dict[object, list[Branch]] = {}
    for branch in branches:
        bits = frozenset(bit for bit, one in branch.bits.items() if one and lives.bit(bit, op))
        ones = frozenset(
            qubit
            for qubit, one in branch.state.known.items()
            if one and qubit not in awake and lives.qubit(qubit, op)
        )
        same = groups.setdefault((bits, ones, frozenset(branch.taken.items())), [])
        for other in same:
            if other.state.same_as(branch.state, JOIN_TOLERANCE):
                other.log_weight = float(np.logaddexp(other.log_weight, branch.log_weight))
                other.paths += branch.paths
                break
        else:
            same.append(branch)
    return [branch for same in groups.values() for branch in same]


def _sample(branches: list[Branch], size: int, generator: np.random.Generator) -> list[Branch]:
    """Choose some paths and let them stand for all."""
    largest = max(branch.log_weight for branch in branches)
    total = sum(exp(branch.log_weight - largest) for branch in branches)
    places: list[int] = sorted(generator.choice(len(branches), size, replace=False).tolist())
    chosen = [branches[place] for place in places]
    part = sum(exp(branch.log_weight - largest) for branch in chosen)
    for branch in chosen:
        branch.log_weight += log(total / part)
    return chosen
