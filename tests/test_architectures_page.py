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


def test_the_prose_says_what_the_tables_say() -> None:
    """139 = 82 (code) x 1.7 (routing) x little; seven in ten ions of the ELU make pairs."""
    from trapline.estimates.architecture_report import report_of
    from trapline.estimates.architectures import compare
    from trapline.estimates.question import question_of

    question = question_of()
    rows = {row.architecture.name: report_of(row, question) for row in compare(question)}
    least, most = rows["ionq-walking-cat"], rows["jacinto-chain"]
    elu, e3, e4 = rows["ionq-elu"], rows["azure-v1-e3"], rows["azure-v1-e4"]
    assert {least["physical_qubits"], most["physical_qubits"]} == {
        pick(row["physical_qubits"] for row in rows.values()) for pick in (min, max)
    }
    said = {
        "factor of 139": most["physical_qubits"] / least["physical_qubits"],
        "82 from the code": most["factors"]["code"] / least["factors"]["code"],
        "1.7 from routing": most["factors"]["routing"] / least["factors"]["routing"],
        "a factor of 4.6": e3["physical_qubits"] / e4["physical_qubits"],
        "factor of 3.2": most["factors"]["code"] / e3["factors"]["code"],
        "70 % make pairs": 100 * elu["qubits_by_role"]["communication"] / elu["physical_qubits"],
        "factor of 5.6": elu["factors"]["pairs"],
        "54 million": most["link"]["required_pairs_per_s"] / 1e6,
    }
    text = PAGE.read_text(encoding="utf-8")
    for words, value in said.items():
        assert words in text.replace("\n", " ")
        number = float(next(word for word in words.split() if word[0].isdigit()))
        assert value == pytest.approx(number, rel=0.03), words
