"""The page of architectures holds the tables that the models give."""

from __future__ import annotations

import difflib
import runpy
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = DOCS / "architectures.md"
MAKER: dict[str, Any] = runpy.run_path(str(DOCS / "make_architectures.py"))


def test_the_tables_are_fresh() -> None:
    text = PAGE.read_text(encoding="utf-8")
    fresh = MAKER["page"](text)
    changes = difflib.unified_diff(text.splitlines(), fresh.splitlines(), PAGE.name, "fresh")
    assert text == fresh, "run python docs/make_architectures.py:\n" + "\n".join(changes)


def test_a_page_without_its_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="markers of answers"):
        MAKER["page"]("# Nothing\n")
