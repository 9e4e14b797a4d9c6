"""Write the table of the fit in docs/calibration.md: python docs/make_calibration.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trapline.estimates.calibration_data import read_data
from trapline.estimates.calibration_report import calibration_report

PAGE = Path(__file__).resolve().parent / "calibration.md"
START = "<!-- fit: written by docs/make_calibration.py -->\n"
END = "<!-- end of fit -->\n"


def page(text: str) -> str:
    """Return a page with its table written anew.

    Args:
        text: The page as it is.
    """
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise ValueError(f"{PAGE.name} has lost the markers of the fit")
    return before + start + "\n" + table() + "\n" + end + after


def table() -> str:
    """Return how well each law fits, and how it holds at distances that it was not fitted to."""
    rows = read_data()
    report = calibration_report(rows, rows)
    head = (
        f"{report['points']} points, {report['shots']:,} shots, {report['failures']:,} failures. "
        "Points with fewer than 30 failures are kept and not fitted.\n"
    )
    lines = [
        "| law | constants | points | within 25 % | law / data |",
        "|---|---|---|---|---|",
        *map(_row, report["laws"]),
    ]
    held = [
        "Each law fitted without the points of its largest distance, and compared with those:\n",
        "| law | held out | points | within 25 % | within their interval | law / data |",
        "|---|---|---|---|---|---|",
        *map(_held_row, report["held_out"]),
    ]
    return "\n".join([head, *lines, "", *held]) + "\n"


def _row(law: dict[str, Any]) -> str:
    constants = ", ".join(f"{name} {value:.4g}" for name, value in law["in_use"].items())
    ratio = f"{law['lowest']:.2f} to {law['highest']:.2f}"
    return f"| {law['law']} | {constants} | {law['n_points']} | {law['near']:.0%} | {ratio} |"


def _held_row(law: dict[str, Any]) -> str:
    ratio = f"{law['lowest']:.2f} to {law['highest']:.2f}"
    shares = f"{law['near']:.0%} | {law['in_interval']:.0%}"
    return f"| {law['law']} | d = {law['distance']} | {law['n_points']} | {shares} | {ratio} |"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
