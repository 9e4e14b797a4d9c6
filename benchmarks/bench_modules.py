"""Modules for 1,024 logical qubits over fidelity, rate, module size, local error and goal.

    python benchmarks/bench_modules.py            # benchmarks/results/modules.csv and modules.svg

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


def main() -> None:
    """Write the table and the picture."""
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
    draw(answers, out.with_suffix(".svg"))


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
        axes[1][1].legend(frameon=False, fontsize=7)
        figure.suptitle("1,024 logical qubits; dotted 1e4, dashed 1e5, solid 1e6 pairs/s a link")
        figure.tight_layout()
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)


if __name__ == "__main__":
    main()
