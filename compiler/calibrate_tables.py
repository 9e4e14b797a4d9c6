"""The calibration as tables for people."""

from __future__ import annotations

from typing import Any

from trapline.compiler.layout import facts, noted, show

Data = dict[str, Any]


def print_calibration(data: Data) -> None:
    """Print what was simulated, each law with its fit, and each constant with that in use."""
    limits, sigma = data["range"], data["furthest_from_ours_sigma"]
    rows = [
        ("data", data["data"]),
        ("points", f"{data['points']}, {data['added']} of them new, {data['left']} to do"),
        ("shots", f"{data['shots']:,}, of which {data['failures']:,} failed"),
        (
            "fitted up to",
            f"p {limits['p']:g}, Bell infidelity {limits['bell_infidelity']:g}, "
            f"distance {limits['distance']}",
        ),
        ("furthest from ours", "nothing in common" if sigma is None else f"{sigma:.1f} sigma"),
    ]
    laws = [
        [
            law["law"],
            str(law["n_points"]),
            _share(law["near"]),
            f"{_ratio(law['lowest'])} to {_ratio(law['highest'])}",
        ]
        for law in data["laws"]
    ]
    held = [
        [
            law["law"],
            str(law["distance"]),
            str(law["n_points"]),
            _share(law["near"]),
            _share(law["in_interval"]),
            f"{_ratio(law['lowest'])} to {_ratio(law['highest'])}",
        ]
        for law in data["held_out"]
    ]
    constants = [
        [name, f"{value:.4g}", f"{law['in_use'][name]:.4g}"]
        for law in data["laws"]
        for name, value in law["constants"].items()
    ]
    show(
        facts("Calibration of seam errors", rows),
        noted("Laws", ["law", "points", "within 25 %", "law / data"], laws),
        noted(
            "Fitted without the largest distance, compared with it",
            ["law", "distance", "points", "within 25 %", "within interval", "law / data"],
            held,
        ),
        noted("Constants", ["constant", "fitted", "in use"], constants),
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
