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
        parts += _points(
            "No other choice beats these in modules, physical qubits and time", data["frontier"]
        )
        parts += _points(
            "The best of each code, way to operate between modules and to make pairs",
            data["alternatives"],
        )
        parts += _other_codes(data)
        parts += _sensitivity(data)
    else:
        parts.append(facts(goal, _infeasible(data)))
        parts += _other_codes(data)
    parts += _distribution(data["distribution"])
    rows = [
        [a["name"], cell(a["value"]), unit(a["unit"]), a["confidence"], a["source"]]
        for a in data["assumptions"]
    ]
    names = ["number", "value", "unit", "confidence", "source"]
    parts.append(noted("Assumptions", names, rows))
    if data["explanations"]:
        rows = [[e["figure"], e["value"], e["formula"], e["source"]] for e in data["explanations"]]
        parts.append(noted("Figures", ["figure", "value", "formula", "source"], rows))
    show(*parts)


def _other_codes(data: Data) -> list[RenderableType]:
    """Return a table of what other families of codes would take, where any was searched."""
    rows = [
        [
            row["code"] or row["family"],
            "none" if row["modules"] is None else f"{row['modules']:,}",
            _duration(row["logical_cycle_time_us"]),
            _duration(row["remote_operation_time_us"]),
            row["confidence"],
            row["note"],
        ]
        for row in data["other_codes"]
    ]
    names = ["code", "modules", "cycle", "remote gate", "confidence", ""]
    return [noted("Other codes", names, rows)] if rows else []


def _duration(time_us: float | None) -> str:
    return "-" if time_us is None else duration(time_us)


def _sensitivity(data: Data) -> list[RenderableType]:
    """Return the thresholds and the elasticities that are not zero."""
    parts: list[RenderableType] = []
    if data["thresholds"]:
        rows = [
            [t["input"], f"{t['value']:.6g}", unit(t["unit"]), t["meaning"]]
            for t in data["thresholds"]
        ]
        parts.append(grid("Thresholds, one input at a time", ["input", "at", "unit", ""], rows))
    moved = [e for e in data["elasticities"] if _moves(e["modules"]) or _moves(e["step_time"])]
    if moved:
        rows = [[e["input"], _percent(e["modules"]), _percent(e["step_time"])] for e in moved]
        title = "Change in percent when an input grows by one percent"
        parts.append(grid(title, ["input", "modules", "step time"], rows))
    return parts


def _moves(slope: float | None) -> bool:
    return slope is None or abs(slope) >= 0.005


def _percent(slope: float | None) -> str:
    return "infeasible" if slope is None else f"{slope:+.2f}"


def _distribution(found: Data | None) -> list[RenderableType]:
    """Return the distribution of modules over the ranges of the inputs."""
    if found is None:
        return []
    modules = [
        f"{name[1:]} %: {'none does' if count is None else f'{count:,}'}"
        for name, count in found["modules"].items()
    ]
    told = [
        ("modules", ", ".join(modules)),
        ("feasible", f"{100 * found['feasible_share']:.1f} % of {found['samples']:,} samples"),
    ]
    inputs = sorted(found["inputs"], key=lambda row: -row["first_order"])
    rows = [
        [r["name"], f"{r['low']:g}", f"{r['high']:g}", r["spacing"],
         f"{r['first_order']:.2f}", f"{r['rank_correlation']:+.2f}"]
        for r in inputs
    ]  # fmt: skip
    names = ["input", "from", "to", "spacing", "explains alone", "rank correlation"]
    return [
        facts("Where inputs lie anywhere in their ranges", told),
        grid("Where the spread comes from", names, rows),
    ]


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
        ("code", _code(code)),
        ("logical cycle", duration(data["logical_cycle_time_us"])),
        ("remote operation", _remote(data)),
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


def _code(code: Data) -> str:
    """Return the code, and for blocks how many and the distance of their ports."""
    known = code["parameters"]
    words = f"{code['family']}, distance {code['distance']}"
    if "blocks" not in known:
        return words
    words += f": {counted(known['blocks'], 'block')} of {known['physical_qubits']} qubits"
    return (
        f"{words}, ports of distance {known['port_distance']}"
        if "port_distance" in known
        else words
    )


def _remote(data: Data) -> str:
    """Return how operations between modules are done, and how long they take."""
    lasts = duration(data["remote_operation_time_us"])
    if data["link"] is None:
        return lasts
    stall = data["link"]["stall_fraction"]
    waits = f"; modules wait for pairs {100 * stall:.0f} % of it" if stall > 0.005 else ""
    return f"{lasts} by {data['operation']}{waits}"


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
            p["operation"],
            p["code"],
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
        "operation",
        "code",
        "distance",
        "distillation",
        "buffer",
    ]
    return [grid(title, names, rows)]
