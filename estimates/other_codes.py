"""What other codes would take: those that the search was not asked for, and those it cannot."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

from trapline.estimates import block_laws
from trapline.estimates.arch_walking_cat import MOST_BLOCKS, ions_by_role
from trapline.estimates.bicycle import SOURCE
from trapline.estimates.code_bb5 import SOURCE as BB5
from trapline.estimates.code_model import blocks_needed
from trapline.estimates.code_use import code_name
from trapline.estimates.code_walking_cat import SOURCE as WALKING_CAT
from trapline.estimates.code_walking_cat import walking_cat_codes
from trapline.estimates.goal import ANY, BICYCLE, SURFACE
from trapline.estimates.report import OtherCode
from trapline.estimates.search import best
from trapline.estimates.surface_code import REFERENCE

if TYPE_CHECKING:
    from trapline.estimates.goal import Goal
    from trapline.estimates.machine import Machine

MEMORY = "a memory: no logical operations are published, and one error of one code (5e-5)"
_NOTES = {
    SURFACE: "simulated by us with its seams",
    BICYCLE: (
        "published instructions, on hardware of another kind; a block does one operation at a "
        f"time, and {block_laws.DATA_LOGICAL} times as long for one on each of its logical qubits"
    ),
}


def other_codes(machines: tuple[Machine, ...], goal: Goal) -> list[OtherCode]:
    """List what each family of codes takes that the search did not choose from.

    Args:
        machines: All machines that the target allows.
        goal: What was asked.
    """
    families = () if goal.code == ANY else (BICYCLE,) if goal.code == SURFACE else (SURFACE,)
    found = [_searched(machines, goal, family) for family in families]
    return [*found, _none("bb5", BB5, MEMORY), _none("walking-cat", WALKING_CAT, _cats(goal))]


def _searched(machines: tuple[Machine, ...], goal: Goal, family: str) -> OtherCode:
    """Search one family of codes."""
    asked = replace(goal, code=family)
    choices = [(machine, best(machine.hardware, asked).pick(0)) for machine in machines]
    machine, chosen = min(choices, key=lambda f: (f[1]["modules"], f[1]["step_time_us"]))
    source = SOURCE if family == BICYCLE else REFERENCE
    if not isfinite(chosen["modules"]):
        return _none(family, source, _why_not(machines, family))
    return OtherCode(
        family=family,
        code=code_name(chosen),
        modules=int(chosen["modules"]),
        physical_qubits=int(chosen["modules"] * machine.hardware.physical_qubits[0]),
        logical_cycle_time_us=chosen["cycle_time_us"],
        remote_operation_time_us=chosen["remote_time_us"] if chosen["plan"] >= 0 else None,
        confidence="claimed" if family == SURFACE else "assumed",
        source=source,
        note=_NOTES[family],
    )


def _cats(goal: Goal) -> str:
    """Say what the walking cat takes by its own counts, and why the search cannot choose it."""
    blocks = blocks_needed(walking_cat_codes()[1], goal.logical_qubits)
    ions = sum(ions_by_role(blocks).values())
    more = "" if blocks <= MOST_BLOCKS else f", published for {MOST_BLOCKS} at most"
    return (
        f"one machine of {ions:,} ions with {blocks} blocks by its own counts{more}: no link is "
        "published, an error at one local error only, none of a T state"
    )


def _why_not(machines: tuple[Machine, ...], family: str) -> str:
    """Say why no number of modules does with a family of codes, as far as it is plain."""
    if family == SURFACE:
        return "no number of modules does"
    if not any(machine.hardware.far_gates[0] for machine in machines):
        return "modules lack gates between any two of their qubits"
    smallest = min(bicycle.qubits for bicycle in block_laws.BICYCLES)
    if all(machine.hardware.data_qubits[0] < smallest for machine in machines):
        return f"no block of {smallest} qubits or more fits into a module, and none may be cut"
    return (
        "no block whose operations reach the error fits into a module beside a port; errors are "
        f"published for local errors up to {block_laws.P_HIGH:g}, idling included"
    )


def _none(family: str, source: str, why: str) -> OtherCode:
    return OtherCode(
        family=family,
        code=None,
        modules=None,
        physical_qubits=None,
        logical_cycle_time_us=None,
        remote_operation_time_us=None,
        confidence="assumed",
        source=source,
        note=why,
    )
