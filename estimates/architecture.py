"""What a published architecture is asked, what it answers, and the numbers it must reproduce.

An architecture is a model with a source. It answers as far as its source goes: what it was scaled
beyond stands in `extrapolated`, what it does not say in `unknown`. Nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trapline.estimates.report import Assumption

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from trapline.estimates.question import Question

LARGEST_DISTANCE = 99
TOO_FAR = f"no distance up to {LARGEST_DISTANCE} reaches the error asked for"
ROLES = ("data", "ancilla", "communication", "memory", "distillation", "factory", "routing")


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
