"""What the machine must do: logical qubits, errors an operation, T states a step, steps in all.

Sources:
    Beverland et al., arXiv:2211.07629, for depth and T states of a program from its logical counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import get_close_matches
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

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_LOGICAL_QUBITS = 1024
DEFAULT_T_PER_STEP = 1.0
SURFACE, BICYCLE, ANY = "surface", "bicycle", "any"
CODES = (SURFACE, BICYCLE, ANY)


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """Operations between modules of a compiled program.

    Args:
        operations: All of them, one logical Bell pair each.
        busiest: Those of the module that takes part in most.
    """

    operations: int
    busiest: int


@dataclass(frozen=True, kw_only=True)
class Goal:
    """What is asked of the machine.

    Args:
        logical_qubits: Logical qubits of the program.
        logical_error: Largest error a logical qubit and logical operation.
        t_error: Largest error of a T state; None to take the quality of cultivation.
        t_per_step: T states a logical step.
        steps: Logical steps of the program; None without a workload.
        remote_share: Part of the steps that hold an operation between modules; 1 unless a compiled
            circuit says less.
        traffic: Operations between modules, where a compiled circuit says how many.
        code: Codes that may be chosen, one of CODES.
    """

    logical_qubits: int
    logical_error: float
    t_error: float | None
    t_per_step: float
    steps: int | None
    remote_share: float = 1.0
    traffic: Traffic | None = None
    code: str = SURFACE

    @property
    def patches(self) -> bool:
        """Whether surface-code patches may be chosen."""
        return self.code in (SURFACE, ANY)

    @property
    def blocks(self) -> bool:
        """Whether bicycle blocks may be chosen."""
        return self.code in (BICYCLE, ANY)


def goal_of(
    *,
    logical_qubits: int | None,
    logical_error: float,
    budget: float | None,
    counts: Mapping[str, int] | None,
    traffic: Traffic | None = None,
    code: str = SURFACE,
) -> Goal:
    """Work out the goal from what the user gave.

    Args:
        logical_qubits: Logical qubits; those of the counts, or 1,024, when None.
        logical_error: Error a logical qubit and operation, above 0 and at most 0.1.
        budget: Chance that the whole program fails; needs counts, and then replaces logical_error.
        counts: Logical counts by the names of `azure_v1`.
        traffic: Operations between modules; every step holds one when None.
        code: Codes that may be chosen: `surface`, `bicycle` or `any`.

    Raises:
        InputError: A number is out of range, a budget is given without counts, or there is no such
            family of codes.
    """
    if code not in CODES:
        close = get_close_matches(code, CODES, n=1)
        raise InputError(
            f"code: got {code!r}, want one of {', '.join(CODES)}",
            hint=f"did you mean {close[0]!r}?" if close else "",
        )
    found = _goal(logical_qubits, logical_error, budget, counts, traffic)
    return replace(found, code=code)


def _goal(
    logical_qubits: int | None,
    logical_error: float,
    budget: float | None,
    counts: Mapping[str, int] | None,
    traffic: Traffic | None,
) -> Goal:
    """Do what `goal_of` does for the default family of codes."""
    error = float(in_range("logical_error", logical_error, 1e-30, 0.1))
    if counts is None:
        if budget is not None:
            raise InputError(
                "budget: got a budget for a whole program, but no program",
                hint="give counts (or a circuit) as well, or logical_error instead of budget",
            )
        n = DEFAULT_LOGICAL_QUBITS if logical_qubits is None else logical_qubits
        return Goal(
            logical_qubits=whole_number("logical_qubits", n, 1),
            logical_error=error,
            t_error=None,
            t_per_step=DEFAULT_T_PER_STEP,
            steps=None,
        )
    program = checked_counts(counts)
    n = program["numQubits"] if logical_qubits is None else logical_qubits
    n = whole_number("logical_qubits", n, program["numQubits"])
    if budget is None:
        rotations = error * program["rotationCount"]
        return _of_program(program, n, rotations=rotations, error=error, traffic=traffic)
    parts = split_budget(program, float(in_range("budget", budget, 1e-30, 0.999)))
    whole = _of_program(program, n, rotations=parts.rotations, error=error, traffic=traffic)
    steps = whole.steps or 1
    n_t = round(whole.t_per_step * steps)
    return replace(
        whole,
        logical_error=parts.logical / (n * steps),
        t_error=parts.tstates / n_t if n_t else 1.0,
    )


def _of_program(
    program: Mapping[str, int], n: int, *, rotations: float, error: float, traffic: Traffic | None
) -> Goal:
    """Return the goal of a program whose rotations may cost a given error in all."""
    each = t_per_rotation(program["rotationCount"], rotations)
    depth = max(1, logical_depth(program, each))
    steps, share = _steps(depth, traffic)
    return Goal(
        logical_qubits=n,
        logical_error=error,
        t_error=error,
        t_per_step=n_t_states(program, each) / depth,
        steps=steps,
        remote_share=share,
        traffic=traffic,
    )


def _steps(depth: int, traffic: Traffic | None) -> tuple[int, float]:
    """Return the steps of a program and the part of them that hold an operation between modules.

    A module takes part in one such operation at a time; otherwise operations of one step run side
    by side, and those that could share a step are taken to spread over as many as there are.
    """
    if traffic is None:
        return depth, 1.0
    remote = max(traffic.busiest, min(traffic.operations, depth))
    steps = max(depth, remote)
    return steps, remote / steps
