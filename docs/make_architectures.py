"""Write the tables of docs/architectures.md: python docs/make_architectures.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trapline.compiler.architecture_tables import exact
from trapline.compiler.tables import duration
from trapline.estimates.architecture_factors import FACTORS
from trapline.estimates.architecture_report import comparison_of
from trapline.estimates.architectures import architecture_rows, compare
from trapline.estimates.question import question_of

PAGE = Path(__file__).resolve().parent / "architectures.md"
WRITTEN = "written by docs/make_architectures.py"


def page(text: str) -> str:
    """Return a page with its tables written anew.

    Args:
        text: The page as it is.
    """
    for name, table in (
        ("answers", answers()),
        ("factors", factors()),
        ("numbers", numbers()),
    ):
        before, start, rest = text.partition(f"<!-- {name}: {WRITTEN} -->\n")
        _, end, after = rest.partition(f"<!-- end of {name} -->\n")
        if not start or not end:
            raise ValueError(f"{PAGE.name} has lost the markers of {name}")
        text = before + start + "\n" + table + "\n" + end + after
    return text


def answers() -> str:
    """Return the answers for 1,024 logical qubits as a table."""
    names = [
        "architecture", "source", "modules", "physical qubits", "x monolith", "logical error",
        "clock", "physical error", "cycle", "code", "link", "communication", "factories", "routing",
    ]  # fmt: skip
    return _table(names, [_answer(row) for row in _reports()])


def factors() -> str:
    """Return what makes up the physical qubits of a logical one as a table."""
    rows = [row for row in _reports() if row["factors"]]
    names = ["architecture", "in all", *FACTORS]
    return _table(names, [_factors(row) for row in rows])


def numbers() -> str:
    """Return the numbers of the sources beside ours as a table."""
    rows = [
        [row["name"], p["what"], exact(p["theirs"]), exact(p["ours"]), p["where"]]
        for row in architecture_rows()
        for p in row["published"]
    ]
    return _table(["architecture", "number", "theirs", "ours", "where"], rows)


def _reports() -> list[dict[str, Any]]:
    question = question_of()
    reports: list[dict[str, Any]] = comparison_of(compare(question), question)["architectures"]
    return reports


def _factors(row: dict[str, Any]) -> list[str]:
    whole = row["physical_qubits"] / row["logical_qubits"]
    parts = [f"{value:,.4g}" for value in row["factors"].values()]
    return [f"`{row['architecture']}`", f"{whole:,.4g}", *parts]


def _answer(row: dict[str, Any]) -> list[str]:
    code, counted = row["code"], row["counted"]
    stretched = " +" if row["extrapolated"] else ""
    misses = " *" if row["meets_goal"] is False else ""
    ratio = row["ratio_to_monolith"]
    return [
        f"`{row['architecture']}`",
        row["source"],
        f"{row['modules']:,}",
        f"{row['physical_qubits']:,}{stretched}",
        "-" if ratio is None else f"{ratio:.3g}",
        f"{row['logical_error']:.2g}{misses}",
        duration(row["logical_cycle_time_us"]),
        f"{row['physical_error']:g}",
        duration(row["cycle_time_us"]),
        f"{code['family']} d={code['distance']}",
        row["link_model"],
        counted["communication"],
        counted["factories"],
        counted["routing"],
    ]


def _table(names: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
