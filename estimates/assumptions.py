"""Every number that an estimate rests on, with unit, source and confidence."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from trapline.estimates import seam_laws, surface_code
from trapline.estimates.factories import HIGHEST_P
from trapline.estimates.logical import LARGEST_DISTANCE
from trapline.estimates.plans import COPIES, DISTILLATIONS
from trapline.estimates.report import Assumption
from trapline.estimates.rounds import IDLE_WEIGHT, LAYERS
from trapline.targets.quantity import Quantity, unit_of

# Constants of the laws, for a patch inside a module and where links come in.
_INSIDE = tuple(
    field.name for field in fields(seam_laws.Constants) if field.name.startswith("bulk")
)
_AT_SEAMS = tuple(
    field.name for field in fields(seam_laws.Constants) if not field.name.startswith("bulk")
)

if TYPE_CHECKING:
    from trapline.estimates.goal import Goal
    from trapline.estimates.machine import Machine


def assumptions_of(machine: Machine, goal: Goal, *, tiles: bool = False) -> list[Assumption]:
    """List the numbers of the machine that were used, the goal, and the choices of the model.

    Args:
        machine: The machine.
        goal: What was asked.
        tiles: Whether patches are cut both ways, for which the seams' constants are others.
    """
    rows: list[Assumption] = []
    for module in machine.modules:
        rows += _quantities(f"modules.{module.name}", module)
        rows.append(
            _chosen(f"modules.{module.name}.extensible", module.extensible, "the target's file")
        )
    if machine.link is not None:
        rows += _quantities(f"links.{machine.link.name}", machine.link)
    return rows + _goal(goal) + _model(machine, tiles=tiles)


def extrapolations(
    distance: int,
    p: float,
    infidelity: float,
    p_local: float,
    *,
    seams: int = 1,
    tiles: bool = False,
    p_noisy: float = 0.0,
) -> list[Assumption]:
    """List the inputs that lie outside the range of the data behind a formula, and say so.

    Args:
        distance: Code distance.
        p: Local error of a round.
        infidelity: Infidelity of a remote gate; 0 without a link.
        p_local: Local error without idling.
        seams: Parallel seams that the laws were evaluated for.
        tiles: Whether as many seams cross them.
        p_noisy: Local error of a round after a transversal gate; 0 without one.
    """
    low, high = seam_laws.RANGE_P_LOW, seam_laws.RANGE_P
    d, bell = seam_laws.RANGE_DISTANCE, seam_laws.RANGE_BELL_INFIDELITY
    if seams > 1 or tiles:
        bell = seam_laws.RANGE_SEAMS_INFIDELITY
        d = d if tiles else seam_laws.RANGE_SEAMS_DISTANCE
    most = seam_laws.RANGE_TILE_SEAMS if tiles else seam_laws.RANGE_SEAMS
    narrow = not tiles and seams > 1 and distance < seam_laws.NARROWEST * (seams + 1)
    found: list[tuple[str, float, str]] = []
    if distance > d:
        found.append(("distance", distance, f"distance {distance}: simulated up to {d}"))
    if seams > most or narrow:
        words = f"{seams} parallel seams at distance {distance}: simulated up to {most}, not narrow"
        found.append(("seams", float(seams), words))
    if not low <= p <= high:
        found.append(("p_round", p, f"local error {p:.2g}: simulated from {low:g} to {high:g}"))
    if p_noisy > high:
        words = f"local error {p_noisy:.2g} after a transversal gate: simulated up to {high:g}"
        found.append(("p_transversal", p_noisy, words))
    if infidelity > bell:
        words = f"remote gate infidelity {infidelity:.2g}: simulated up to {bell:g}"
        found.append(("remote_gate_infidelity", infidelity, words))
    if p_local > HIGHEST_P:
        words = f"local error {p_local:.2g}: factories are published up to {HIGHEST_P:g}"
        found.append(("p_local", p_local, words))
    return [_chosen(f"extrapolated.{name}", value, words) for name, value, words in found]


def _quantities(where: str, item: Any) -> list[Assumption]:
    """List the quantities of a module or link."""
    rows: list[Assumption] = []
    for key in item.__struct_fields__:
        value: Any = getattr(item, key)
        if isinstance(value, Quantity):
            rows.append(
                Assumption(
                    name=f"{where}.{key}",
                    value=value.value,
                    unit=unit_of(key),
                    source=value.source,
                    confidence=value.confidence,
                )
            )
    return rows


def _goal(goal: Goal) -> list[Assumption]:
    """List what was asked, and what stands in for what was not."""
    asked = "asked for"
    rows = [
        _chosen("goal.logical_qubits", float(goal.logical_qubits), asked),
        _chosen("goal.logical_error", goal.logical_error, f"{asked}; per qubit and operation"),
        _chosen("goal.code", goal.code, "codes that the search may choose"),
    ]
    if goal.steps is None:
        source = "no workload was given: one T state a logical step for the whole machine"
        quality = "no workload was given: the error of an operation, or what cultivation reaches"
    else:
        source = quality = "from the logical counts, arXiv:2211.07629"
        rows.append(_chosen("goal.steps", float(goal.steps), source))
        rows += _traffic(goal)
    rows.append(_chosen("goal.t_per_step", goal.t_per_step, source))
    rows.append(
        _chosen("goal.t_error", "as cultivation" if goal.t_error is None else goal.t_error, quality)
    )
    return rows


def _traffic(goal: Goal) -> list[Assumption]:
    """List how much of a program is between modules."""
    if goal.traffic is None:
        unknown = "no compiled circuit was given: every step holds an operation between modules"
        return [_chosen("goal.remote_share", 1.0, unknown)]
    plan = "from the compiler's plan for as many logical qubits a module"
    return [
        _chosen("goal.remote_operations", float(goal.traffic.operations), plan),
        _chosen("goal.remote_operations_of_one_module", float(goal.traffic.busiest), plan),
        _chosen("goal.remote_share", goal.remote_share, "operations spread over as many steps"),
    ]


def _model(machine: Machine, *, tiles: bool) -> list[Assumption]:
    """List the choices and constants of the model."""
    fit, laws = surface_code.REFERENCE, seam_laws.CALIBRATED
    rows = [
        *(_published(f"code.{name}", getattr(laws, name), fit) for name in _INSIDE),
        _chosen("code.layers", float(LAYERS), "rotated surface code: four CX layers a round"),
        _chosen("code.largest_distance", float(LARGEST_DISTANCE), "end of the search"),
        _chosen(
            "noise.local_error",
            "largest",
            "gates, measurement and reset count alike, at the largest of their errors",
        ),
        _chosen("noise.idle_weight", IDLE_WEIGHT, "an idle Z error counts as much as a gate error"),
        _chosen("layout.routing_patches_per_qubit", 1.0, "one beside each; none for a lone patch"),
        _chosen("factories.split", True, "a factory larger than a module lies across several"),
    ]
    if any(module.reset_time_us is None for module in machine.modules):
        rows.append(_chosen("modules.reset_time_us", 0.0, "not given: part of the measurement"))
    return rows + _link_model(machine, tiles=tiles) if machine.link is not None else rows


def _link_model(machine: Machine, *, tiles: bool) -> list[Assumption]:
    """List the choices and constants that matter only with a link."""
    fit, laws = surface_code.REFERENCE, seam_laws.TILED if tiles else seam_laws.CALIBRATED
    copies = ", ".join(map(str, COPIES))
    ways = "lattice surgery, transversal, logical Bell pairs"
    names = ", ".join(f"{name} x {n}" for name, n in DISTILLATIONS)
    rows = [
        *(_published(f"seam.{name}", getattr(laws, name), fit) for name in _AT_SEAMS),
        _chosen("seam.pairs_per_round", "2 d - 1", "one pair for each teleported CX"),
        _chosen("seam.bell_error", "1 - F", "that of the pairs, plus local operations"),
        _chosen("link.quantile", 0.999, "waiting times that all but one in a thousand keep"),
        _chosen("link.operations_at_once", 1.0, "remote operations a module takes part in"),
        _chosen("link.hops", 1.0, "modules that work together are joined directly"),
        _chosen("link.distillations", names, "what the search may choose, besides none"),
        _chosen("link.workspaces", copies, "blocks that may be distilled side by side"),
        _chosen("operations.between_modules", ways, "what the search may choose between modules"),
    ]
    link = machine.link
    if link is not None and link.multiplexing is None:
        rows.append(
            _chosen("link.multiplexing", "all", "not given: all communication qubits make the rate")
        )
    if len(machine.modules) > 1:
        rows.append(_chosen("modules.mixed", "worse of both", "kinds alternate along the links"))
    return rows


def _chosen(name: str, value: float | str | bool, source: str) -> Assumption:
    return Assumption(name=name, value=value, unit="1", source=source, confidence="assumed")


def _published(name: str, value: float, source: str) -> Assumption:
    return Assumption(name=name, value=value, unit="1", source=source, confidence="claimed")
