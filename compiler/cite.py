"""The references behind a result."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, cast

from trapline.errors import InputError
from trapline.estimates import REFERENCES

_HINT = "give a file that `trapline estimate -o FILE` wrote"


def references_behind(path: str) -> list[dict[str, str]]:
    """Read a report and return its references, `key` and `text` of each.

    Args:
        path: File with the report as JSON; `-` is standard input.

    Raises:
        InputError: The file cannot be read or is not a report with references.
    """
    file = "<stdin>" if path == "-" else path
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8-sig")
        data: object = json.loads(text)
    except OSError as error:
        raise InputError(f"cannot read the result: {error.strerror}", file=file) from None
    except ValueError as error:
        raise InputError(f"the result is not JSON: {error}", file=file, hint=_HINT) from None
    table = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
    keys: list[Any] | None = table.get("references")
    if type(keys) is not list:
        raise InputError("the result names no references", file=file, hint=_HINT)
    return [{"key": str(key), "text": REFERENCES.get(str(key), str(key))} for key in keys]


def print_references(data: dict[str, Any]) -> None:
    """Print references, one a paragraph."""
    from trapline.compiler.layout import grid, show

    rows = [[row["key"], row["text"]] for row in data["references"]]
    show(grid("References", ["key", "reference"], rows))
