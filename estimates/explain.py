"""Where each figure of an estimate comes from: its value, its formula, its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trapline.estimates.explain_blocks import (
    BLOCK_CYCLE,
    BLOCK_ERRORS,
    BLOCK_FAMILY,
    BLOCK_ROLES,
    OURS,
    block_machine,
)
from trapline.estimates.references import DISTILLATION, REFERENCES
from trapline.estimates.report import Explained
from trapline.estimates.surface_code import REFERENCE

if TYPE_CHECKING:
    from trapline.estimates.explain_blocks import Row
    from trapline.estimates.report import LinkUse, Numbers

_SEAM = REFERENCE


def explanations(report: Numbers) -> list[Explained]:
    """Return the figures of a report with formula and source; none where it is infeasible.

    Args:
        report: The numbers of an estimate.
    """
    if not report.feasible:
        return []
    rows = [*_machine(report), *_clock(report), *_errors(report)]
    rows += [*_roles(report), *_network(report)]
    rows += _pairs(report.link) if report.link else []
    return [
        Explained(figure=figure, value=value, formula=formula, source=_source(key))
        for figure, value, formula, key in rows
    ]


def _source(key: str) -> str:
    return REFERENCES.get(key, key)


def _machine(report: Numbers) -> list[Row]:
    if _has_blocks(report):
        return block_machine(report)
    code = report.code
    d = code.distance if code else 0
    hosted = report.regime == "hosted"
    modules = (
        "ceil(logical qubits / logical qubits a module) + modules for factories"
        if hosted
        else "2 x logical qubits x parts of a patch + modules for factories"
    )
    room = "data qubits - stored pairs - distillation - patches for logical pairs"
    per = f"floor(({room}) / (2 d^2 - 1) / 2)" if hosted else "1 / parts of a patch"
    rows = [
        ("modules", f"{report.modules:,}", modules, OURS),
        ("physical_qubits", f"{report.physical_qubits:,}", "modules x qubits of a module", OURS),
        ("logical_qubits_per_module", f"{report.logical_qubits_per_module:g}", per, OURS),
        (
            "code.distance",
            str(d),
            "fewest modules over all odd d from 3 to 61 whose errors add up to what is allowed",
            OURS,
        ),
    ]
    if report.magic_states:
        factories = "ceil(T states a step x cycles / (d x states a run))"
        source = str(report.magic_states["source"])
        rows.append(("factories", f"{report.magic_states['factories']:g}", factories, source))
    return rows


def _roles(report: Numbers) -> list[Row]:
    roles = report.qubits_by_role
    counted: dict[str, int] = msgspec.structs.asdict(roles) if roles else {}
    explained = dict(_ROLES) | (BLOCK_ROLES if _has_blocks(report) else {})
    if report.magic_states:
        source = str(report.magic_states["source"])
        explained["factory"] = ("factories x qubits of a factory", source)
    return [
        (f"qubits_by_role.{name}", f"{number:,}", *explained[name])
        for name, number in counted.items()
    ]


def _network(report: Numbers) -> list[Row]:
    demand = report.network_demand
    if demand is None:
        return []
    return [
        (
            "network_demand.links_at_once",
            f"{demand.links_at_once:,}",
            "modules that hold code x links each serves at once / 2",
            OURS,
        ),
        (
            "network_demand.switch_ports",
            f"{demand.switch_ports:,}",
            "modules x communication qubits",
            OURS,
        ),
        (
            "network_demand.pairs_per_s",
            f"{demand.pairs_per_s:.6g}",
            "links at once x the smaller of required and available pairs/s",
            OURS,
        ),
    ]


def _clock(report: Numbers) -> list[Row]:
    cut = report.regime == "distributed"
    local = (
        "d x (layers x two-qubit gate + 2 x one-qubit gate + measurement), "
        "layers = max(4, CX gates / gates at once)"
    )
    blocks = _has_blocks(report)
    formula, source = BLOCK_CYCLE if blocks else _CUT if cut else (local, OURS)
    rows = [("logical_cycle_time_us", f"{report.logical_cycle_time_us:.6g}", formula, source)]
    if report.remote_operation_time_us is not None:
        formula, source = _CUT if cut else _OPERATIONS[str(report.operation)]
        if blocks:
            formula = f"{formula}, between ports; then an operation of each block"
        value = f"{report.remote_operation_time_us:.6g}"
        rows.append(("remote_operation_time_us", value, formula, source))
    if report.runtime_s is not None:
        formula = "steps x (local steps at the cycle time, remote steps at that of an operation)"
        rows.append(("runtime_s", f"{report.runtime_s:.6g}", formula, "beverland-2022"))
    return rows


def _errors(report: Numbers) -> list[Row]:
    explained = _ERRORS | (BLOCK_ERRORS if _has_blocks(report) else {})
    return [
        (f"error_budget.{name}", f"{value:.3g}", *explained[name])
        for name, value in report.error_budget.items()
    ]


def _has_blocks(report: Numbers) -> bool:
    """Tell whether the code of a report is one of blocks."""
    return report.code is not None and report.code.family == BLOCK_FAMILY


def _pairs(link: LinkUse) -> list[Row]:
    return [
        (
            "link.used_fidelity",
            f"{link.used_fidelity:.6g}",
            f"raw {link.raw_fidelity:g} moved into memory (two gates), distilled "
            f"({link.distillation}), stored for half a collection: + p_Z of both halves, "
            "(1 - exp(-t/T2))/2 each",
            DISTILLATION.get(link.distillation.split(" ")[0], OURS),
        ),
        (
            "link.raw_pairs_per_remote_operation",
            f"{link.raw_pairs_per_remote_operation:.6g}",
            "pairs of an operation x raw pairs of a distilled one, failures included",
            OURS,
        ),
        (
            "link.required_pairs_per_s",
            f"{link.required_pairs_per_s:.6g}",
            "99.9 % quantile of the waiting time (gamma) / time of an operation without a wait",
            "Wilson and Hilferty, Proc. Natl. Acad. Sci. 17, 684 (1931)",
        ),
        (
            "link.available_pairs_per_s",
            f"{link.available_pairs_per_s:.6g}",
            "pair rate x min(1, communication qubits / (multiplexing x links at once))",
            OURS,
        ),
        (
            "link.stall_fraction",
            f"{link.stall_fraction:.3g}",
            "1 - time of an operation if links gave pairs at once / its time",
            OURS,
        ),
        (
            "link.communication_qubits_without_stall",
            f"{link.communication_qubits_without_stall:,}",
            "communication qubits that make pairs x required / available pairs/s",
            OURS,
        ),
    ]


_ROLES = {
    "data": ("logical qubits x d^2", "litinski-2019-game"),
    "ancilla": ("logical qubits x (d^2 - 1)", "litinski-2019-game"),
    "communication": ("modules x communication qubits", OURS),
    "memory": ("modules that hold code x (pairs held - buffer of the link)", OURS),
    "distillation": ("modules that hold code x blocks side by side x pairs held of a block", OURS),
    "factory": ("none needed", OURS),
    "routing": ("one patch of 2 d^2 - 1 beside each logical qubit", "litinski-2019-game"),
    "logical_pairs": ("modules that hold code x patches for logical pairs", "pattison-2024"),
    "unused": ("physical qubits - all others: what the floor leaves over", OURS),
}
_CUT = (
    "d rounds, each max(its gates, one more gate, measurement and message; waiting for the pairs "
    "of a round and link), in operations and between them",
    "ramette-2024",
)
_OPERATIONS = {
    "lattice surgery": (
        "max(d rounds with one more gate, measurement and message; waiting for d (2d - 1) pairs)",
        "ramette-2024",
    ),
    "transversal": ("max(one round; waiting for d^2 pairs)", "cain-2024"),
    "logical Bell pairs": (
        "lattice surgeries for 2 / (chance to keep a block) pairs, then 7 steps of d rounds",
        "pattison-2024",
    ),
}
_ERRORS = {
    "local_operations": (
        "2 d x error inside a module, a round and operator; twice that for logical pairs",
        _SEAM,
    ),
    "seam_along": ("d x (error along the seam - error inside), see docs/calibration.md", _SEAM),
    "seam_across": ("d x (error across the seam - error inside), see docs/calibration.md", _SEAM),
    "merge_outcome": ("chains in time over d rounds, see docs/calibration.md", _SEAM),
    "transversal_gate": (
        "2 x error inside a module at a local error of 2 p + infidelity of a remote gate",
        "cain-2024",
    ),
    "logical_pair": ("[[4,2,2]] on logical pairs of the worst kind of error", "bennett-1996-mixed"),
    "waiting_for_pairs": ("waiting time / round x 2 x error inside, at the best pace", OURS),
    "total": ("sum of the parts", OURS),
    "allowed": ("as asked for, or budget / (logical qubits x steps)", "beverland-2022"),
}
