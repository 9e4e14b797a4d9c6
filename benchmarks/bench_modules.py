"""Modules for 1,024 logical qubits over fidelity, rate, module size, local error and goal.

    python benchmarks/bench_modules.py            # modules.csv, .svg, .md, modules_cells.svg

It also writes the table of docs/estimates.md anew.

The module is that of `ionq-2028` cut to size: a tenth of the ions communicate, and all of them make
the link's rate; gates, measurement and reset share one error; the fidelity is that of pairs in
memory.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.estimates import estimate_many

if TYPE_CHECKING:
    from trapline.estimates import Many

HERE = Path(__file__).parent / "results"
TARGET = "ionq-2028"
LOGICAL_QUBITS = 1024
SIZES = (36, 100, 256, 1000, 10_000)
LOCAL_ERRORS = (1e-3, 1e-4)
GOALS = (1e-9, 1e-12)
FIDELITIES = (0.90, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.985, 0.99, 0.995, 0.999)
RATES_HZ = tuple(float(rate) for rate in np.logspace(1, 6, 11))
COMMUNICATE = 0.1
COLUMNS = (
    "module_ions", "local_error", "logical_error", "bell_fidelity", "pair_rate_hz", "modules",
    "physical_qubits", "logical_qubits_per_module", "distance", "regime", "operation",
    "distillation", "step_time_us", "binding",
)  # fmt: skip


# What binds, by a letter.
LETTERS = {
    "link_rate": "r",
    "link_fidelity": "f",
    "local_error": "e",
    "local_speed": "t",
    "module_size": "s",
    "communication_qubits": "q",
    "coherence_time": "c",
    "parallel_gates": "p",
}
LEGEND = (
    "h: hosted, d: distributed; \\* where pairs are distilled; L where operations go through "
    "logical Bell pairs, T transversal, lattice surgery elsewhere. Last letter, what binds: r pair "
    "rate, f Bell fidelity, e local errors, t local speed, s size of a module, q communication "
    "qubits, c coherence, p gates at once. A dash: no number of modules does."
)
PAGE = Path(__file__).parent.parent / "docs" / "estimates.md"
MARKERS = "<!-- modules: written by benchmarks/bench_modules.py -->\n", "<!-- end of modules -->\n"
# What the page shows of it.
SHOWN_FIDELITIES = (0.90, 0.94, 0.97, 0.98, 0.99, 0.999)
SHOWN_RATES_HZ = (1e3, 1e4, 1e5, 1e6)


def main() -> None:
    """Write the tables and the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE / "modules.csv")
    out: Path = parser.parse_args().out
    answers = {
        (size, error, goal): answer(size, error, goal)
        for size in SIZES
        for error in LOCAL_ERRORS
        for goal in GOALS
    }
    with out.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for key, found in answers.items():
            writer.writerows(rows(key, found))
    out.with_suffix(".md").write_text(all_tables(answers), encoding="utf-8")
    draw(answers, out.with_suffix(".svg"))
    draw_cells(answers, out.with_name(f"{out.stem}_cells.svg"))
    page = PAGE.read_text(encoding="utf-8")
    before, start, rest = page.partition(MARKERS[0])
    _, end, after = rest.partition(MARKERS[1])
    shown = table(answers, 1e-4, 1e-9, SHOWN_FIDELITIES, SHOWN_RATES_HZ)
    if start and end:
        PAGE.write_text(f"{before}{start}\n{shown}\n{LEGEND}\n\n{end}{after}", encoding="utf-8")


def all_tables(answers: dict[tuple[int, float, float], Many]) -> str:
    """Return the tables of all local errors and goals, rates at which nothing does left out."""
    parts = [f"# Modules for {LOGICAL_QUBITS:,} logical qubits\n\n{LEGEND}\n"]
    for error in LOCAL_ERRORS:
        for goal in GOALS:
            parts.append(f"\n## Local error {error:g}, goal {goal:g}\n\n")
            parts.append(table(answers, error, goal, FIDELITIES, RATES_HZ, empty=False))
    return "".join(parts)


def table(
    answers: dict[tuple[int, float, float], Many],
    error: float,
    goal: float,
    fidelities: tuple[float, ...],
    rates_hz: tuple[float, ...],
    *,
    empty: bool = True,
) -> str:
    """Return modules, regime, distillation and what binds as a table in Markdown."""
    names = ["ions", "pairs/s", *(f"{value:g}" for value in fidelities)]
    lines = [names, ["---"] * len(names)]
    for size in SIZES:
        found = answers[size, error, goal]
        for rate in rates_hz:
            j = RATES_HZ.index(rate)
            cells = [cell(found, (FIDELITIES.index(value), j)) for value in fidelities]
            if empty or set(cells) != {"-"}:
                lines.append([f"{size:,}", f"{rate:,.0f}", *cells])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def cell(found: Many, here: tuple[int, int]) -> str:
    """Return one answer in short."""
    if not np.isfinite(found.modules[here]):
        return "-"
    ways = {"logical Bell pairs": " L", "transversal": " T"}
    distilled = "" if found.distillation[here] in ("none", "") else r"\*"
    way = ways.get(str(found.operation[here]), "")
    letter = LETTERS[str(found.binding[here])]
    return f"{found.modules[here]:,.0f} {found.regime[here][0]}{distilled}{way} {letter}"


def answer(size: int, error: float, goal: float) -> Many:
    """Estimate one kind of module over all fidelities and rates."""
    communication = max(2, round(COMMUNICATE * size))
    values: dict[str, Any] = {
        "module.physical_qubits": size,
        "module.communication_qubits": communication,
        "module.data_qubits": size - communication,
        "module.two_qubit_gate_error": 0.8 * error,
        "module.one_qubit_gate_error": error / 10,
        "module.measurement_error": error,
        "module.memory_swap_error": 0.0,
        "link.multiplexing": communication,
        "link.bell_fidelity": np.array(FIDELITIES)[:, None],
        "link.pair_rate_hz": np.array(RATES_HZ),
    }
    return estimate_many(
        values,
        target=TARGET,
        logical_qubits=LOGICAL_QUBITS,
        logical_error=goal,
        binding=True,
    )


def rows(key: tuple[int, float, float], found: Many) -> list[list[Any]]:
    """Return the lines of the table of one kind of module."""
    lines: list[list[Any]] = []
    for i, fidelity in enumerate(FIDELITIES):
        for j, rate in enumerate(RATES_HZ):
            here = (i, j)
            does = np.isfinite(found.modules[here])
            numbers: list[Any] = [""] * 4
            if does:
                numbers = [
                    int(found.modules[here]),
                    int(found.physical_qubits[here]),
                    f"{found.logical_qubits_per_module[here]:.4g}",
                    int(found.distance[here]),
                ]
            words = [found.regime[here], found.operation[here], found.distillation[here]]
            time = f"{found.step_time_us[here]:.6g}" if does else ""
            place = [*key, fidelity, f"{rate:.6g}"]
            lines.append([*place, *numbers, *words, time, found.binding[here]])
    return lines


def draw(answers: dict[tuple[int, float, float], Many], path: Path) -> None:
    """Draw modules against fidelity at three rates, a panel for each local error and goal."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    styles = {1e4: ":", 1e5: "--", 1e6: "-"}
    greys = dict(zip(SIZES, ("0.75", "0.6", "0.45", "0.25", "0.0"), strict=True))
    settings = {"font.size": 8, "svg.hashsalt": "trapline"}
    with plt.rc_context(settings):
        figure, axes = plt.subplots(2, 2, figsize=(8, 6.4), sharex=True, sharey=True)
        for i, error in enumerate(LOCAL_ERRORS):
            for j, goal in enumerate(GOALS):
                panel = axes[i][j]
                for size in SIZES:
                    modules = answers[size, error, goal].modules
                    for rate, dashes in styles.items():
                        row = modules[:, RATES_HZ.index(rate)]
                        shown = np.where(np.isfinite(row), row, np.nan)
                        label = f"{size:,} ions" if rate == 1e6 else None
                        panel.plot(
                            1 - np.array(FIDELITIES), shown, dashes, color=greys[size],
                            marker="o", markersize=2.5, label=label,
                        )  # fmt: skip
                panel.set(xscale="log", yscale="log")
                panel.set_title(f"local error {error:g}, goal {goal:g}", fontsize=8)
                panel.grid(visible=True, color="0.9", linewidth=0.5)
                if j == 0:
                    panel.set_ylabel("modules")
                if i == 1:
                    panel.set_xlabel("1 - Bell fidelity")
        axes[0][0].invert_xaxis()
        figure.suptitle("1,024 logical qubits; dotted 1e4, dashed 1e5, solid 1e6 pairs/s a link")
        handles, labels = axes[0][0].get_legend_handles_labels()
        figure.legend(handles, labels, frameon=False, ncol=len(SIZES), loc="lower center")
        figure.tight_layout(rect=(0.0, 0.04, 1.0, 1.0))
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
        plt.close(figure)


def draw_cells(answers: dict[tuple[int, float, float], Many], path: Path) -> None:
    """Draw every cell of the goal 1e-9: its regime by a grey, what binds by a letter."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    with plt.rc_context({"font.size": 7, "svg.hashsalt": "trapline"}):
        figure, axes = plt.subplots(
            len(LOCAL_ERRORS), len(SIZES), figsize=(10.5, 5.2), sharex=True, sharey=True
        )
        for i, error in enumerate(LOCAL_ERRORS):
            for j, size in enumerate(SIZES):
                panel, found = axes[i][j], answers[size, error, GOALS[0]]
                grey = np.select([found.regime == "hosted", found.regime == "distributed"], [2, 1])
                panel.pcolormesh(grey.T, cmap="gray", vmin=-1.2, vmax=2.2, edgecolor="1", lw=0.4)
                for (x, y), name in np.ndenumerate(found.binding):
                    if name:
                        panel.text(x + 0.5, y + 0.5, LETTERS[str(name)], ha="center", va="center")
                panel.set_title(f"{size:,} ions, local error {error:g}", fontsize=7)
                panel.set_xticks(np.arange(len(FIDELITIES)) + 0.5)
                panel.set_xticklabels([f"{value:g}" for value in FIDELITIES], rotation=90)
                panel.set_yticks(np.arange(0, len(RATES_HZ), 2) + 0.5)
                panel.set_yticklabels([f"{rate:,.0f}" for rate in RATES_HZ[::2]])
                if j == 0:
                    panel.set_ylabel("pairs/s of a link")
                if i == len(LOCAL_ERRORS) - 1:
                    panel.set_xlabel("Bell fidelity")
        figure.suptitle(
            "1,024 logical qubits at 1e-9. Light: hosted, grey: distributed, dark: no number of "
            "modules does. What binds: r rate, f fidelity,\ne local errors, t local speed, s size, "
            "q communication qubits, c coherence, p gates at once",
            fontsize=7,
        )
        figure.tight_layout()
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
        plt.close(figure)


if __name__ == "__main__":
    main()
