"""The table of docs/calibration.md is what docs/make_calibration.py writes."""

from __future__ import annotations

import runpy
from typing import Any

from commandline import ROOT

WRITER: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "make_calibration.py"))


def test_the_table_of_the_fit_is_fresh() -> None:
    text = WRITER["PAGE"].read_text(encoding="utf-8")
    assert WRITER["page"](text) == text, "run python docs/make_calibration.py"
