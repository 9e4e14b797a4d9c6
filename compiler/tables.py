"""Compilations, verifications and machines as tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trapline.compiler.layout import facts, grid, noted, show

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

Data = dict[str, Any]

VERDICTS = {True: "passed", False: "FAILED", None: "undecided"}


def print_compile(data: Data) -> None:
    """Print the report of a compilation."""
    parts: list[RenderableType] = [
        facts("Compiled circuit", _compile_facts(data)),
        _modules(data),
    ]
    links = [
        [" - ".join(link["ends"]), f"{link['epr_pairs']:,}"]
        for link in data["links"]
        if link["epr_pairs"]
    ]
    if links:
        parts.append(grid("Links in use", ["link", "EPR pairs"], links))
    show(*parts)


def _compile_facts(data: Data) -> list[tuple[str, str]]:
    circuit, network = data["circuit"], data["network"]
    rows = [
        (
            "circuit",
            f"{circuit['name']}: {circuit['qubits']:,} qubits, {circuit['operations']:,} "
            f"operations, {circuit['interactions']:,} interactions",
        ),
        ("network", f"{counted(network['modules'], 'module')}, {network['kind']}"),
        ("EPR pairs", f"{data['epr_pairs']:,} ({_proof(data)})"),
        *_objective(data["objective"]),
        ("compared", _compared(data)),
        (
            "packets",
            f"{counted(data['packets'], 'copy', 'copies')} used, "
            f"{counted(data['migrations'], 'migration')}",
        ),
    ]
    if data["makespan_us"] is not None:
        wait = duration(data["makespan_us"])
        rows.append(("makespan", f"{wait}, with every pair after its mean time"))
    if data["fidelity"] is not None:
        rows.append(("fidelity", f"{data['fidelity']:.4g}, if no two errors cancel"))
    check = data["verification"]
    lines = [f"{VERDICTS[check['passed']]} by {check['method']}", *check["checked"].split("; ")]
    rows.append(("verified", "\n".join(lines)))
    rows.append(("seconds", _seconds(data["seconds"])))
    if data["stopped"]:
        rows.append(("stopped", "the time limit struck; this is the best plan found by then"))
    return rows


def _proof(data: Data) -> str:
    if data["optimal"]:
        return "proven optimal"
    bound = data["lower_bound"]
    return (
        f"no plan of this form needs fewer than {bound:,}" if bound else "no lower bound is known"
    )


def _objective(found: Data) -> list[tuple[str, str]]:
    """Say what was kept small where that is not the number of pairs."""
    if found["name"] == "time":
        return [("time", f"{duration(found['value'])} in which links are busy, summed over links")]
    if found["name"] == "infidelity":
        return [("infidelity", f"{found['value']:.4g}, -ln of the fidelity of all pairs together")]
    return []


def _compared(data: Data) -> str:
    others = [f"round-robin {data['round_robin_epr_pairs']:,}"]
    if data["mt_kahypar_epr_pairs"] is not None:
        others.append(f"Mt-KaHyPar alone {data['mt_kahypar_epr_pairs']:,}")
    others.append(f"best without migration {data['static_epr_pairs']:,}")
    return ", ".join(others)


def _seconds(seconds: dict[str, float]) -> str:
    """Write the sum, and the stages that make up most of it."""
    total = sum(seconds.values())
    longest = sorted(seconds.items(), key=lambda item: -item[1])
    parts = [f"{stage} {taken:.2f}" for stage, taken in longest if taken >= 0.05 * total]
    return f"{total:.2f} ({', '.join(parts)})" if parts else f"{total:.2f}"


def _modules(data: Data) -> Table:
    network = data["network"]
    limits = zip(network["data_qubits"], network["comm_qubits"], data["modules"], strict=True)
    used = [
        [
            m["name"],
            f"{m['peak_data_qubits']:,} of {d:,}",
            f"{m['peak_comm_qubits']:,} of {'any' if c is None else f'{c:,}'}",
        ]
        for d, c, m in limits
        if m["peak_data_qubits"] or m["peak_comm_qubits"]
    ]
    names = ["module", "most data qubits", "most communication qubits"]
    return grid("Modules in use", names, used)


def print_verification(data: Data) -> None:
    """Print the answer of a verification."""
    rows = [("verdict", f"{VERDICTS[data['passed']]} by {data['method']}")]
    show(facts("Verification", [*rows, *data["details"].items()]))


def print_catalogue(data: Data) -> None:
    """Print the machines of the catalogue."""
    columns = {
        "name": "name",
        "modules": "modules",
        "physical_qubits": "qubits",
        "bell_fidelity": "Bell fidelity",
        "pair_rate_hz": "pairs/s",
        "confidence": "confidence",
        "summary": "summary",
    }
    rows = [[cell(row[key]) for key in columns] for row in data["targets"]]
    show(
        noted(
            "Catalogue, each with the confidence of its least sure number",
            list(columns.values()),
            rows,
        )
    )


def print_target(data: Data) -> None:
    """Print one machine with the source of every number."""
    rows = [
        [
            row["path"],
            cell(row["value"]) + _range(row),
            unit(row["unit"]),
            row["confidence"],
            row["source"],
        ]
        for row in data["numbers"]
    ]
    names = ["number", "value", "unit", "confidence", "source"]
    parts = [noted(f"{data['name']}: {data['summary']}", names, rows)]
    if data["references"]:
        parts.append(facts("References", [("-", text) for text in data["references"]]))
    show(*parts)


def _range(row: Data) -> str:
    if row["low"] is None and row["high"] is None:
        return ""
    return f" ({cell(row['low'])} to {cell(row['high'])})"


def cell(value: object) -> str:
    """Write a value as `--set` would read it; `-` when there is none."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def unit(name: str) -> str:
    """Write a unit; numbers without one get nothing."""
    return "" if name == "1" else name


def counted(number: int, one: str, many: str = "") -> str:
    """Write a number of things."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def duration(us: float | None) -> str:
    """Write a time in the unit that suits it.

    Args:
        us: Microseconds, or None.
    """
    if us is None:
        return "-"
    for name, size in (("days", 8.64e10), ("h", 3.6e9), ("min", 6e7), ("s", 1e6), ("ms", 1e3)):
        if us >= size:
            return f"{us / size:.3g} {name}"
    return f"{us:.3g} us"
