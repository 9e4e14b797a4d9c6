"""Architectures and codes as tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trapline.compiler.layout import facts, noted, show
from trapline.compiler.tables import cell, duration, unit

if TYPE_CHECKING:
    from rich.console import RenderableType

Data = dict[str, Any]

COLUMNS = (
    "architecture",
    "modules",
    "physical qubits",
    "x monolith",
    "logical error",
    "clock",
    "runtime",
    "what separates it",
)


def print_comparison(data: Data) -> None:
    """Print all answers to a question in one table, then what was stretched and what is missing."""
    rows = data["architectures"]
    goal = f"{data['logical_qubits']:,} logical qubits, error {data['logical_error_wanted']:.2g}"
    parts: list[RenderableType] = [
        noted(f"{goal}; * does not reach it, + extrapolated", COLUMNS, [*map(_compared, rows)])
    ]
    notes = [[row["architecture"], what, text] for row in rows for what, text in _notes(row)]
    parts.append(noted("What the numbers are", ["architecture", "", "note"], notes))
    show(*parts)


def print_answer(data: Data) -> None:
    """Print the answer of one architecture."""
    goal = f"{data['logical_qubits']:,} logical qubits on {data['title']} ({data['source']})"
    rows = [
        ("answer", _size(data)),
        ("code", _code(data)),
        ("error", f"{_error(data)} per {data['logical_error_is_per']}"),
        ("clock", duration(data["logical_cycle_time_us"])),
        ("runtime", _runtime(data)),
        ("x monolith", _number(data["ratio_to_monolith"])),
        ("link", data["link_model"]),
        ("counted", ", ".join(f"{k}: {v}" for k, v in data["counted"].items())),
        ("qubits by role", _roles(data)),
        ("qubits a logical one", factors(data)),
        *((what, text) for what, text in _notes(data) if what != "error"),
        ("reference", data["references"][0]),
    ]
    names = ["number", "value", "unit", "confidence", "source"]
    numbers = [
        [a["name"], cell(a["value"]), unit(a["unit"]), a["confidence"], a["source"]]
        for a in data["assumptions"]
    ]
    show(facts(goal, rows), noted("Assumptions", names, numbers))


def print_architectures(data: Data) -> None:
    """Print the architectures, with the numbers of their sources beside ours."""
    rows = [
        [row["name"], row["title"], row["confidence"], row["source"]]
        for row in data["architectures"]
    ]
    numbers = [
        [row["name"], p["what"], exact(p["theirs"]), exact(p["ours"]), p["where"]]
        for row in data["architectures"]
        for p in row["published"]
    ]
    show(
        noted("Architectures", ["name", "title", "confidence", "source"], rows),
        noted("Theirs and ours", ["name", "number", "theirs", "ours", "where"], numbers),
    )


def print_codes(data: Data) -> None:
    """Print the codes, each with its source."""
    names = ["name", "parameters", "circuit distance", "physical qubits", "p = 1e-3", "p = 1e-4"]
    rows = [
        [
            row["name"],
            row["parameters"],
            str(row["circuit_distance"]),
            str(row["physical_qubits"]),
            *map(_code_error, row["logical_error_per_qubit_and_cycle"]),
            "yes" if row["seam"] else "no",
            row["confidence"],
            row["source"],
        ]
        for row in data["codes"]
    ]
    title = "Codes; logical error per logical qubit and cycle, + extrapolated"
    show(noted(title, [*names, "may cross a link", "confidence", "source"], rows))


def factors(row: Data) -> str:
    """Write what makes up the physical qubits of a logical one."""
    parts = row["factors"]
    if parts is None:
        return "-"
    others = [f"{name} x {value:.3g}" for name, value in parts.items() if name != "code"]
    return ", ".join([f"code {parts['code']:,.4g}", *others])


def exact(number: float) -> str:
    """Write a whole number in full where that is readable, and four digits of any other."""
    if number == int(number) and abs(number) < 1e9:
        return f"{int(number):,}"
    return f"{number:.4g}"


def _compared(row: Data) -> list[str]:
    return [
        row["architecture"],
        _count(row["modules"]),
        _count(row["physical_qubits"]) + ("+" if row["extrapolated"] else ""),
        _number(row["ratio_to_monolith"]),
        _error(row),
        duration(row["logical_cycle_time_us"]),
        _runtime(row),
        _assumes(row),
    ]


def _assumes(row: Data) -> str:
    """Say in one line what the answer assumes and counts."""
    code, counted = row["code"], row["counted"]
    parts = [
        f"physical error {cell(row['physical_error'])}",
        f"cycle {duration(row['cycle_time_us'])}",
        "no code" if code is None else f"{code['family']} d={code['distance']}",
        f"link: {row['link_model']}",
        f"communication: {counted['communication']}",
        f"factories: {counted['factories']}",
        f"routing: {counted['routing']}",
        row["source"],
    ]
    return "; ".join(parts)


def _notes(row: Data) -> list[tuple[str, str]]:
    """Say what the error is of, why it does not do, what was stretched and what is missing."""
    notes = [("infeasible", row["binding_reason"])] if row["binding_reason"] else []
    if row["logical_error"] is not None and not row["binding_reason"]:
        notes.append(("error", f"per {row['logical_error_is_per']}"))
    notes += [("extrapolated", text) for text in row["extrapolated"]]
    return notes + [("not said", text) for text in row["unknown"]]


def _size(row: Data) -> str:
    if row["physical_qubits"] is None:
        return f"none: {row['binding_reason']}"
    each = row["logical_qubits_per_module"]
    per = f", {each:g} logical qubits a module" if each else ""
    return f"{row['modules']:,} modules, {row['physical_qubits']:,} physical qubits{per}"


def _code(row: Data) -> str:
    if row["code"] is None:
        return "-"
    numbers = ", ".join(f"{k} {v:,}" for k, v in row["code"]["parameters"].items())
    return f"{row['code']['family']}: {numbers}"


def _error(row: Data) -> str:
    if row["logical_error"] is None:
        return "-"
    return f"{row['logical_error']:.2g}" + ("*" if row["meets_goal"] is False else "")


def _runtime(row: Data) -> str:
    return "-" if row["runtime_s"] is None else duration(row["runtime_s"] * 1e6)


def _roles(row: Data) -> str:
    roles = row["qubits_by_role"]
    if roles is None:
        return "only their sum is known"
    return ", ".join(f"{name} {count:,}" for name, count in roles.items() if count)


def _count(number: int | None) -> str:
    return "-" if number is None else f"{number:,}"


def _number(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.3g}"


def _code_error(entry: Data) -> str:
    if entry["value"] is None:
        return "-"
    return f"{entry['value']:.1e}" + ("+" if entry["extrapolated"] else "")
