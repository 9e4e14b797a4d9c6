"""Curves around an estimate: modules against fidelity and rate, the error budget, the spread.

Grey and black, told apart by line style and marker, so that they survive printing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.estimates.many import estimate_many

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trapline.estimates.checks import Floats
    from trapline.estimates.on_demand import Estimate
    from trapline.targets.model import Target

# Lines of one picture: grey level, dashes, marker.
STYLES = (("0.0", "-", "o"), ("0.35", "--", "s"), ("0.6", ":", "^"))
FIDELITIES = 1.0 - np.logspace(-1.0, -3.0, 33)
RATES_HZ = np.logspace(1.0, 6.0, 41)
# Other values of the second number of a picture, as factors of the target's own.
FACTORS = (0.1, 1.0, 10.0)


def draw(
    report: Estimate,
    path: str,
    *,
    target: Target,
    logical_qubits: int | None = None,
    logical_error: float = 1e-9,
    budget: float | None = None,
    counts: Mapping[str, int] | None = None,
    traffic: Any = None,
    code: str = "surface",
) -> None:
    """Draw an estimate.

    Args:
        report: The estimate.
        path: File to write; its suffix (.svg, .png, .pdf) says how.
        target: The target of the estimate.
        logical_qubits: As for `estimate`, and so are the others.
        logical_error: Error a logical qubit and operation.
        budget: Chance that a whole program fails.
        counts: Logical counts of a program.
        traffic: Operations between modules; only the time depends on it, which is not drawn.
        code: Codes to choose from.
    """
    plt = _pyplot()
    del traffic
    goal: dict[str, Any] = {
        "logical_qubits": logical_qubits,
        "logical_error": logical_error,
        "budget": budget,
        "counts": counts,
        "code": code,
    }
    with plt.rc_context(SETTINGS):
        linked = bool(target.links)
        figure, axes = plt.subplots(1, 3 if linked else 1, figsize=(10.5 if linked else 4.0, 3.2))
        panels: list[Any] = list(axes) if linked else [axes]
        if linked:
            _against_fidelity(panels[0], target, goal)
            _against_rate(panels[1], target, goal)
        _budget(panels[-1], report)
        figure.suptitle(f"{report.logical_qubits:,} logical qubits on {report.target}", fontsize=9)
        figure.tight_layout()
        figure.savefig(path, metadata={"Date": None} if path.lower().endswith(".svg") else None)
        plt.close(figure)


SETTINGS: dict[str, Any] = {
    "font.size": 8,
    "axes.titlesize": 8,
    "legend.fontsize": 7,
    "lines.linewidth": 1.2,
    "lines.markersize": 3.5,
    "svg.hashsalt": "trapline",
    "savefig.dpi": 200,
}


def _pyplot() -> Any:
    """Load matplotlib, which draws into files only."""
    import_module("matplotlib").use("Agg")
    return import_module("matplotlib.pyplot")


def _against_fidelity(panel: Any, target: Target, goal: Mapping[str, Any]) -> None:
    rate = target.links[0].pair_rate_hz.value
    rates = rate * np.array(FACTORS)
    values = {"link.bell_fidelity": FIDELITIES, "link.pair_rate_hz": rates[:, None]}
    modules = estimate_many(values, target=target, **goal).modules
    labels = [f"{value:,.3f}".rstrip("0").rstrip(".") + " pairs/s" for value in rates]
    _lines(panel, 1.0 - FIDELITIES, modules, labels)
    panel.set_xlabel("1 - Bell fidelity")
    panel.invert_xaxis()


def _against_rate(panel: Any, target: Target, goal: Mapping[str, Any]) -> None:
    error = 1.0 - target.links[0].bell_fidelity.value
    fidelities = 1.0 - np.clip(np.array((3.0, 1.0, 1.0 / 3.0)) * error, 1e-6, 0.75)
    values = {"link.pair_rate_hz": RATES_HZ, "link.bell_fidelity": fidelities[:, None]}
    modules = estimate_many(values, target=target, **goal).modules
    _lines(panel, RATES_HZ, modules, [f"F = {value:.4g}" for value in fidelities])
    panel.set_xlabel("pairs/s of a link")


def _lines(panel: Any, x: Floats, modules: Floats, labels: list[str]) -> None:
    """Draw modules against a number, gaps where no number of modules does."""
    for row, label, (grey, dashes, marker) in zip(modules, labels, STYLES, strict=True):
        shown = np.where(np.isfinite(row), row, np.nan)
        panel.plot(x, shown, dashes, color=grey, marker=marker, markevery=4, label=label)
    panel.set_xscale("log")
    panel.set_yscale("log")
    plain = import_module("matplotlib.ticker").FuncFormatter(_plain)
    panel.yaxis.set_major_formatter(plain)
    panel.yaxis.set_minor_formatter(plain)
    panel.set_ylabel("modules")
    panel.grid(visible=True, which="major", color="0.85", linewidth=0.5)
    panel.legend(frameon=False)


def _plain(value: float, place: int) -> str:
    """Write a number on an axis in full."""
    del place
    return f"{value:,.0f}"


def _budget(panel: Any, report: Estimate) -> None:
    """Draw the parts of the error of an operation as bars."""
    parts = {name: value for name, value in report.error_budget.items() if value > 0.0}
    names = [name.replace("_", " ") for name in parts]
    greys = ["0.85" if name == "allowed" else "0.4" for name in parts]
    panel.barh(names, list(parts.values()), color=greys, edgecolor="0.0", linewidth=0.5)
    panel.set_xscale("log")
    panel.invert_yaxis()
    panel.set_xlabel("error a logical qubit and operation")
