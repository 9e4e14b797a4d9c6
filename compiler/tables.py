"""Reports as tables for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

Data = dict[str, Any]


def console() -> Console:
    """Return a console on standard output; plain and wide enough in a pipe."""
    import sys

    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 100, highlight=False)


def _facts(out: Console, title: str, rows: list[tuple[str, str]]) -> None:
    from rich.table import Table

    table = Table(title=title, title_justify="left", show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(name, value)
    out.print(table)


def _grid(out: Console, title: str, names: list[str], rows: list[list[str]]) -> None:
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*row)
    out.print(table)


def print_compile(data: Data) -> None:
    """Print the report of a compilation."""
    out = console()
    circuit, network = data["circuit"], data["network"]
    pairs, bound = data["epr_pairs"], data["lower_bound"]
    proof = (
        "proven optimal"
        if data["optimal"]
        else f"proven lower bound {bound}"
        if bound
        else "no bound"
    )
    compared = [f"round-robin {data['round_robin_epr_pairs']}"]
    if data["mt_kahypar_epr_pairs"] is not None:
        compared.append(f"Mt-KaHyPar alone {data['mt_kahypar_epr_pairs']}")
    compared.append(f"best without migration {data['static_epr_pairs']}")
    rows = [
        (
            "circuit",
            f"{circuit['name']}: {circuit['qubits']} qubits, {circuit['operations']} operations, "
            f"{circuit['interactions']} interactions",
        ),
        ("network", f"{network['modules']} modules, {network['kind']}"),
        ("EPR pairs", f"{pairs} ({proof})"),
        ("compared", ", ".join(compared)),
        ("packets", f"{data['packets']} copies used, {data['migrations']} migrations"),
    ]
    if data["makespan_us"] is not None:
        rows.append(
            ("makespan", duration(data["makespan_us"]) + ", with every pair after its mean time")
        )
        rows.append(("fidelity", f"{data['fidelity']:.4g}, if no two errors cancel"))
    check = data["verification"]
    verdict = {True: "passed", False: "FAILED", None: "undecided"}[check["passed"]]
    rows.append(("verified", f"{verdict} by {check['method']}: {check['checked']}"))
    rows.append(("seconds", f"{sum(data['seconds'].values()):.2f}"))
    if data["stopped"]:
        rows.append(("stopped", "the time limit struck; this is the best plan found"))
    _facts(out, "Compiled circuit", rows)
    limits = zip(network["data_qubits"], network["comm_qubits"], data["modules"], strict=True)
    used = [
        [
            m["name"],
            f"{m['peak_data_qubits']} of {d}",
            f"{m['peak_comm_qubits']} of {'any' if c is None else c}",
        ]
        for d, c, m in limits
        if m["peak_data_qubits"] or m["peak_comm_qubits"]
    ]
    _grid(out, "Modules", ["module", "peak data qubits", "peak communication qubits"], used)
    links = [
        [" - ".join(link["ends"]), str(link["epr_pairs"])]
        for link in data["links"]
        if link["epr_pairs"]
    ]
    if links:
        _grid(out, "Links", ["link", "EPR pairs"], links)


def duration(us: float | None) -> str:
    """Write a time in the unit that suits it."""
    if us is None:
        return "-"
    for unit, size in (("days", 8.64e10), ("h", 3.6e9), ("min", 6e7), ("s", 1e6), ("ms", 1e3)):
        if us >= size:
            return f"{us / size:.3g} {unit}"
    return f"{us:.3g} us"


def print_estimate(data: Data) -> None:
    """Print an estimate."""
    out = console()
    goal = f"{data['logical_qubits']:,} logical qubits on {data['target']}"
    if not data["feasible"]:
        rows = [
            ("answer", f"infeasible: {data['binding_reason']}"),
            ("binds", data["binding_constraint"]),
        ]
        rows += [("nearest feasible", line) for line in _changes(data["nearest_feasible"])]
        _facts(out, goal, rows)
    else:
        _print_feasible(out, goal, data)
    numbers = [
        [
            a["name"],
            f"{a['value']:g}" if isinstance(a["value"], float) else str(a["value"]),
            a["unit"],
            a["confidence"],
            a["source"],
        ]
        for a in data["assumptions"]
    ]
    _grid(out, "Assumptions", ["name", "value", "unit", "confidence", "source"], numbers)


def _changes(nearest: Data | None) -> list[str]:
    if nearest is None:
        return ["no single change of the numbers that bind was found"]
    lines = []
    for change in [nearest["change"], *nearest["alternatives"]]:
        settings = ", ".join(
            f"{path} = {value:.4g}" if isinstance(value, float) else f"{path} = {value}"
            for path, value in change["settings"].items()
        )
        modules = f" (then {change['modules']} modules)" if change["modules"] else ""
        lines.append(settings + modules)
    return lines


def _print_feasible(out: Console, goal: str, data: Data) -> None:
    code, link = data["code"], data["link"]
    roles = ", ".join(
        f"{name} {count:,}" for name, count in data["qubits_by_role"].items() if count
    )
    rows = [
        (
            "answer",
            f"{data['modules']:,} modules ({data['module_kind']}), {data['physical_qubits']:,} physical qubits",
        ),
        (
            "per module",
            f"{data['logical_qubits_per_module']:g} logical qubits, regime {data['regime']}",
        ),
        ("code", f"{code['family']}, distance {code['distance']}"),
        ("logical cycle", duration(data["logical_cycle_time_us"])),
        ("remote operation", duration(data["remote_operation_time_us"])),
        ("qubits by role", roles),
        ("binds", f"{data['binding_constraint']}: {data['binding_reason']}"),
        (
            "error budget",
            ", ".join(f"{name} {value:.2g}" for name, value in data["error_budget"].items()),
        ),
    ]
    if link is not None:
        rows.insert(
            5,
            (
                "link",
                f"raw F {link['raw_fidelity']:g}, used F {link['used_fidelity']:.5g} ({link['distillation']}), "
                f"{link['raw_pairs_per_remote_operation']:,.0f} raw pairs a remote operation, "
                f"{link['available_pairs_per_s']:,.0f} pairs/s available",
            ),
        )
    if data["runtime_s"] is not None:
        rows.append(("runtime", duration(data["runtime_s"] * 1e6)))
    if data["extrapolated"]:
        rows.append(("extrapolated", ", ".join(data["extrapolated"])))
    _facts(out, goal, rows)
    points = [
        [
            f"{p['modules']:,}",
            f"{p['physical_qubits']:,}",
            duration(p["logical_cycle_time_us"]),
            duration(p["remote_operation_time_us"]),
            p["regime"],
            str(p["distance"]),
            p["distillation"],
        ]
        for p in data["frontier"]
    ]
    names = [
        "modules",
        "physical qubits",
        "logical cycle",
        "remote operation",
        "regime",
        "d",
        "distillation",
    ]
    _grid(out, "Choices that no other beats in both modules and time", names, points)


def print_rows(title: str, rows: list[Data], columns: list[str]) -> None:
    """Print rows of plain data."""
    shown = [
        [
            "" if row[c] is None else f"{row[c]:g}" if isinstance(row[c], float) else str(row[c])
            for c in columns
        ]
        for row in rows
    ]
    _grid(console(), title, [c.replace("_", " ") for c in columns], shown)
