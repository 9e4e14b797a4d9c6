"""Estimates as tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trapline.compiler.layout import facts, grid, noted, show
from trapline.compiler.tables import cell, counted, duration, unit

if TYPE_CHECKING:
    from rich.console import RenderableType

Data = dict[str, Any]


def print_estimate(data: Data) -> None:
    """Print an estimate."""
    goal = f"{data['logical_qubits']:,} logical qubits on {data['target']}"
    parts: list[RenderableType] = []
    if data["feasible"]:
        parts.append(facts(goal, _feasible(data)))
        parts += _points("No other choice beats these in both modules and time", data["frontier"])
        parts += _points("The best of each regime and way to make pairs", data["alternatives"])
    else:
        parts.append(facts(goal, _infeasible(data)))
    rows = [
        [a["name"], cell(a["value"]), unit(a["unit"]), a["confidence"], a["source"]]
        for a in data["assumptions"]
    ]
    names = ["number", "value", "unit", "confidence", "source"]
    parts.append(noted("Assumptions", names, rows))
    show(*parts)


def _infeasible(data: Data) -> list[tuple[str, str]]:
    rows = [
        ("answer", f"infeasible: {data['binding_reason']}"),
        ("binds", data["binding_constraint"]),
    ]
    nearest = data["nearest_feasible"]
    if nearest is None:
        return [*rows, ("nearest feasible", "no change of the numbers that bind was found")]
    rows.append(("nearest feasible", _change(nearest["change"])))
    rows += [("or", _change(change)) for change in nearest["alternatives"]]
    return rows


def _change(change: Data) -> str:
    """Write a change as options, one a line."""
    lines = [f"--set {path}={_rounded(value)}" for path, value in change["settings"].items()]
    if change["modules"]:
        lines.append(f"and then {counted(change['modules'], 'module')}")
    return "\n".join(lines)


def _rounded(value: float | bool) -> str:
    return f"{value:.6g}" if type(value) is float else cell(value)


def _feasible(data: Data) -> list[tuple[str, str]]:
    code, link = data["code"], data["link"]
    roles = [f"{name} {count:,}" for name, count in data["qubits_by_role"].items() if count]
    errors = [f"{name} {value:.2g}" for name, value in data["error_budget"].items()]
    rows = [
        (
            "answer",
            f"{counted(data['modules'], 'module')} ({data['module_kind']}), "
            f"{data['physical_qubits']:,} physical qubits",
        ),
        (
            "per module",
            f"{data['logical_qubits_per_module']:g} logical qubits, regime {data['regime']}",
        ),
        ("code", f"{code['family']}, distance {code['distance']}"),
        ("logical cycle", duration(data["logical_cycle_time_us"])),
        ("remote operation", duration(data["remote_operation_time_us"])),
        *([] if link is None else [("link", _link(link))]),
        ("binds", f"{data['binding_constraint']}: {data['binding_reason']}"),
        ("qubits by role", ", ".join(roles)),
        ("error budget", ", ".join(errors)),
    ]
    if data["runtime_s"] is not None:
        rows.append(("runtime", duration(data["runtime_s"] * 1e6)))
    if data["extrapolated"]:
        rows.append(("extrapolated", "\n".join(data["extrapolated"])))
    return rows


def _link(link: Data) -> str:
    used = f"{link['used_fidelity']:.5g}"
    return (
        f"Bell fidelity {link['raw_fidelity']:g} raw, {used} when used "
        f"(distillation: {link['distillation']})\n"
        f"{link['raw_pairs_per_remote_operation']:,.0f} raw pairs a remote operation\n"
        f"{link['available_pairs_per_s']:,.0f} pairs/s available, "
        f"{link['required_pairs_per_s']:,.0f} would cause no stall"
    )


def _points(title: str, points: list[Data]) -> list[RenderableType]:
    """Return a table of choices, or nothing where there is no choice."""
    if len(points) < 2:
        return []
    rows = [
        [
            f"{p['modules']:,}",
            duration(p["logical_cycle_time_us"]),
            duration(p["remote_operation_time_us"]),
            p["regime"],
            str(p["distance"]),
            p["distillation"],
            "yes" if p["buffered"] else "no",
        ]
        for p in points
    ]
    names = [
        "modules",
        "cycle",
        "remote gate",
        "regime",
        "distance",
        "distillation",
        "buffer",
    ]
    return [grid(title, names, rows)]
