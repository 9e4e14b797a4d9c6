"""Modules for 1,024 logical qubits by code: surface patches and bicycle blocks, side by side.

    python benchmarks/bench_codes.py              # benchmarks/results/codes.csv

It also writes the table of codes of docs/estimates.md anew.

The module is that of `ionq-2028` cut to size as in bench_modules.py: a tenth of the ions
communicate, gates, measurement and reset share one error, pairs in memory have F = 0.97.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.estimates import estimate_many

if TYPE_CHECKING:
    from trapline.estimates import Many

OUT = Path(__file__).parent / "results" / "codes.csv"
PAGE = Path(__file__).parent.parent / "docs" / "estimates.md"
MARKERS = "<!-- codes: written by benchmarks/bench_codes.py -->\n", "<!-- end of codes -->\n"
SIZES = (500, 1000, 1250, 1500, 2000, 5000, 10_000)
LOCAL_ERRORS = (1e-4, 3e-4, 8e-4)
GOALS = (1e-6, 1e-9, 1e-12)
RATES_HZ = (1e3, 1e4, 1e5)
FIDELITY = 0.97
CODES = ("surface", "bicycle")
COLUMNS = (
    "code_choice", "module_ions", "local_error", "logical_error", "pair_rate_hz", "modules",
    "code", "distance", "logical_qubits_per_module", "operation", "step_time_us",
)  # fmt: skip
SHOWN_RATES_HZ = (1e4, 1e5)


def main() -> None:
    """Write the table, and what of it the page shows."""
    found = {
        (code, size, error, goal): answer(code, size, error, goal)
        for code in CODES
        for size in SIZES
        for error in LOCAL_ERRORS
        for goal in GOALS
    }
    with OUT.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for key, many in found.items():
            writer.writerows(rows(key, many))
    page = PAGE.read_text(encoding="utf-8")
    before, start, rest = page.partition(MARKERS[0])
    _, end, after = rest.partition(MARKERS[1])
    if start and end:
        PAGE.write_text(f"{before}{start}\n{table(found)}\n{end}{after}", encoding="utf-8")


def answer(code: str, size: int, error: float, goal: float) -> Many:
    """Estimate one kind of module at all rates."""
    communication = round(0.1 * size)
    values: dict[str, Any] = {
        "module.physical_qubits": size,
        "module.communication_qubits": communication,
        "module.data_qubits": size - communication,
        "module.two_qubit_gate_error": 0.8 * error,
        "module.one_qubit_gate_error": error / 10,
        "module.measurement_error": error,
        "module.memory_swap_error": 0.0,
        "link.multiplexing": communication,
        "link.bell_fidelity": FIDELITY,
        "link.pair_rate_hz": np.array(RATES_HZ),
    }
    return estimate_many(
        values, target="ionq-2028", logical_qubits=1024, logical_error=goal, code=code
    )


def rows(key: tuple[str, int, float, float], many: Many) -> list[list[Any]]:
    """Return the lines of one kind of module."""
    lines: list[list[Any]] = []
    for index, rate in enumerate(RATES_HZ):
        numbers: list[Any] = [""] * 6
        if np.isfinite(many.modules[index]):
            numbers = [
                int(many.modules[index]),
                many.code[index],
                int(many.distance[index]),
                f"{many.logical_qubits_per_module[index]:.4g}",
                many.operation[index],
                f"{many.step_time_us[index]:.6g}",
            ]
        lines.append([*key, f"{rate:g}", *numbers])
    return lines


def table(found: dict[tuple[str, int, float, float], Many]) -> str:
    """Return modules and time of a step as a table in Markdown."""
    names = ["local error", "goal", "pairs/s", *(f"{size:,}" for size in SIZES)]
    lines = [names, ["---"] * len(names)]
    for error in LOCAL_ERRORS:
        for goal in GOALS:
            for rate in SHOWN_RATES_HZ:
                index = RATES_HZ.index(rate)
                cells = [
                    " / ".join(cell(found[code, size, error, goal], index) for code in CODES)
                    for size in SIZES
                ]
                lines.append([f"{error:g}", f"{goal:g}", f"{rate:,.0f}", *cells])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def cell(many: Many, index: int) -> str:
    """Return the modules of one answer, with a letter for gross blocks; a dash where none do."""
    if not np.isfinite(many.modules[index]):
        return "-"
    return f"{many.modules[index]:,.0f}{' g' if many.code[index] == 'gross' else ''}"


if __name__ == "__main__":
    main()
