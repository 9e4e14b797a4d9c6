"""What a published architecture is asked, what it answers, and the numbers it must reproduce.

An architecture is a model with a source. It answers as far as its source goes: what it was scaled
beyond stands in `extrapolated`, what it does not say in `unknown`. Nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trapline.errors import InputError
from trapline.estimates.azure import (
    checked_counts,
    logical_depth,
    n_t_states,
    split_budget,
    t_per_rotation,
)
from trapline.estimates.checks import in_range, whole_number
from trapline.estimates.report import Assumption

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trapline.targets.model import Target

DEFAULT_LOGICAL_QUBITS = 1024
DEFAULT_TARGET = "ionq-2028"
LARGEST_DISTANCE = 99
TOO_FAR = f"no distance up to {LARGEST_DISTANCE} reaches the error asked for"
ROLES = ("data", "ancilla", "communication", "memory", "distillation", "factory", "routing")


@dataclass(frozen=True, kw_only=True)
class Question:
    """What every architecture is asked.

    Args:
        logical_qubits: Logical qubits wanted.
        logical_error: Largest error a logical qubit and logical operation.
        t_error: Largest error of a T state.
        steps: Logical steps of a program, one operation after another; None without one.
        t_states: T states of it.
        counts: Its logical counts, all of them.
        budget: Chance that the whole of it fails; None when only logical_error was given.
        target: Machine for our own model.
    """

    logical_qubits: int
    logical_error: float
    t_error: float
    steps: int | None
    t_states: int
    counts: Mapping[str, int] | None
    budget: float | None
    target: str | Target

    def runtime_s(self, *, step_us: float | None, t_state_us: float = 0.0) -> float | None:
        """Return the time of the program: its steps, or its T states if those take longer.

        Args:
            step_us: Time of a logical step; None where the source has none.
            t_state_us: Time between two T states of the whole machine.
        """
        if self.steps is None or step_us is None:
            return None
        return 1e-6 * max(self.steps * step_us, self.t_states * t_state_us)


@dataclass(frozen=True, kw_only=True)
class CodeUse:
    """The code of an answer: family, distance, and what else identifies a block."""

    family: str
    distance: int
    parameters: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What the physical qubits of an answer include: `yes`, `no`, or how.

    Args:
        communication: Qubits that make pairs.
        factories: Qubits that make magic states.
        routing: Space between logical qubits.
    """

    communication: str
    factories: str
    routing: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an architecture answers; None where its source does not say.

    Args:
        modules: Modules, those for factories included.
        physical_qubits: All physical qubits counted.
        logical_per_module: Logical qubits of a module.
        regime: `hosted`: a logical qubit fits in a module; `distributed`: it does not.
        code: Code of the logical qubits.
        p: Local physical error that it assumes.
        cycle_time_us: Time of a syndrome cycle.
        step_us: Time of a logical operation.
        remote_us: Time of an operation across a link.
        runtime_s: Time of the program.
        logical_error: Error a logical qubit and operation, or what comes nearest to it.
        per: What that error is of.
        t_error: Error of a T state.
        link: How modules are joined, in a few words.
        link_infidelity: 1 - F of the pairs used.
        distillation: Distillation of pairs; empty without pairs.
        raw_pairs: Raw pairs an operation across a link.
        pairs_hz: Pairs a second that keep a link from stalling.
        roles: Physical qubits by role; empty where the source has only their sum.
        counted: What the sum includes.
        extrapolated: What was scaled beyond the source, and why.
        unknown: What the source does not say.
        assumptions: Numbers behind the answer.
        why_not: Why there is no answer; empty when there is one.
    """

    modules: int | None
    physical_qubits: int | None
    logical_per_module: float | None
    regime: str | None
    code: CodeUse | None
    p: float | None
    cycle_time_us: float | None
    step_us: float | None
    remote_us: float | None = None
    runtime_s: float | None = None
    logical_error: float | None
    per: str
    t_error: float | None = None
    link: str
    link_infidelity: float | None = None
    distillation: str = ""
    raw_pairs: float | None = None
    pairs_hz: float | None = None
    roles: Mapping[str, int] = field(default_factory=dict[str, int])
    counted: Counted
    extrapolated: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    why_not: str = ""


@dataclass(frozen=True, kw_only=True)
class Published:
    """A number of a source, and the same number by our model.

    Args:
        what: What it is.
        theirs: The number as published.
        ours: The number by our model.
        tolerance: Relative difference that rounding in the source allows.
        where: Where it stands.
    """

    what: str
    theirs: float
    ours: float
    tolerance: float
    where: str

    @property
    def agrees(self) -> bool:
        """Whether ours is theirs within the tolerance."""
        return abs(self.ours - self.theirs) <= self.tolerance * abs(self.theirs) + 1e-300


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """A published architecture as a model.

    Args:
        name: Name for the command line.
        title: Name for people.
        source: Short source.
        reference: Full reference.
        confidence: `claimed`, or `assumed` where numbers are second hand.
        answer: The model.
        published: The numbers of the source beside ours.
    """

    name: str
    title: str
    source: str
    reference: str
    confidence: str
    answer: Callable[[Question], Answer]
    published: Callable[[], tuple[Published, ...]]


def question_of(
    *,
    logical_qubits: int | None = None,
    logical_error: float = 1e-9,
    budget: float | None = None,
    counts: Mapping[str, int] | None = None,
    target: str | Target = DEFAULT_TARGET,
) -> Question:
    """Work out the question from what the user gave.

    Args:
        logical_qubits: Logical qubits; those of the counts, or 1,024, when None.
        logical_error: Error a logical qubit and operation, above 0 and at most 0.1.
        budget: Chance that a whole program fails; needs counts and replaces logical_error.
        counts: Logical counts by the names of `azure_v1`.
        target: Machine for our own model.

    Raises:
        InputError: A number is out of range, or a budget is given without counts.
    """
    error = float(in_range("logical_error", logical_error, 1e-30, 0.1))
    if counts is None:
        if budget is not None:
            raise InputError(
                "budget: got a budget for a whole program, but no program",
                hint="give counts as well, or logical_error instead of budget",
            )
        n = DEFAULT_LOGICAL_QUBITS if logical_qubits is None else logical_qubits
        return Question(
            logical_qubits=whole_number("logical_qubits", n, 1),
            logical_error=error,
            t_error=error,
            steps=None,
            t_states=0,
            counts=None,
            budget=None,
            target=target,
        )
    return _of_program(checked_counts(counts), logical_qubits, error, budget, target)


def smallest_distance(error: Callable[[int], float], goal: float) -> int | None:
    """Return the smallest odd distance whose error is at most the goal; None beyond the largest."""
    enough = goal * (1.0 + 1e-9)
    return next((d for d in range(3, LARGEST_DISTANCE + 1, 2) if error(d) <= enough), None)


def no_answer(why_not: str, *, p: float, per: str, link: str, counted: Counted) -> Answer:
    """Say that an architecture cannot do it, and why."""
    return Answer(
        modules=None,
        physical_qubits=None,
        logical_per_module=None,
        regime=None,
        code=None,
        p=p,
        cycle_time_us=None,
        step_us=None,
        logical_error=None,
        per=per,
        link=link,
        counted=counted,
        why_not=why_not,
    )


def chosen(name: str, value: float | str | bool, source: str, unit: str = "1") -> Assumption:
    """Write a choice of ours, or a number that is second hand."""
    return Assumption(name=name, value=value, unit=unit, source=source, confidence="assumed")


def claimed(name: str, value: float | str | bool, source: str, unit: str = "1") -> Assumption:
    """Write a number of the source."""
    return Assumption(name=name, value=value, unit=unit, source=source, confidence="claimed")


def _of_program(
    program: dict[str, int],
    logical_qubits: int | None,
    error: float,
    budget: float | None,
    target: str | Target,
) -> Question:
    """Return the question of a program, its budget split as in the Azure estimator."""
    n = program["numQubits"] if logical_qubits is None else logical_qubits
    n = whole_number("logical_qubits", n, program["numQubits"])
    program = {**program, "numQubits": n}
    if budget is None:
        each = t_per_rotation(program["rotationCount"], error * program["rotationCount"])
    else:
        parts = split_budget(program, float(in_range("budget", budget, 1e-30, 0.999)))
        each = t_per_rotation(program["rotationCount"], parts.rotations)
    steps, t_states = logical_depth(program, each), n_t_states(program, each)
    t_error = error
    if budget is not None:
        error = parts.logical / (n * steps)
        t_error = parts.tstates / t_states if t_states else 1.0
    return Question(
        logical_qubits=n,
        logical_error=error,
        t_error=t_error,
        steps=steps,
        t_states=t_states,
        counts=program,
        budget=budget,
        target=target,
    )
