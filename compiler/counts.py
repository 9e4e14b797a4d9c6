"""Read the logical counts of a program."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import cast

from trapline.errors import InputError

_HINT = 'want one object of whole numbers, such as {"numQubits": 100, "tCount": 1000000}'


def read_counts(path: str) -> dict[str, int]:
    """Read logical counts, a JSON object of whole numbers; `-` is standard input.

    Raises:
        InputError: The file cannot be read or holds something else.
    """
    file = "<stdin>" if path == "-" else path
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read the counts: {error.strerror}", file=file) from None
    except UnicodeDecodeError as error:
        raise InputError(f"byte {error.start} is not UTF-8 text", file=file, hint=_HINT) from None
    try:
        found: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            f"malformed JSON: {error.msg}",
            file=file,
            line=error.lineno,
            column=error.colno,
            source_line=[*text.split("\n"), ""][error.lineno - 1],
            hint=_HINT,
        ) from None
    if not isinstance(found, dict):
        raise InputError("the counts are not an object", file=file, hint=_HINT)
    counts = cast("dict[str, object]", found)
    for key, value in counts.items():
        if type(value) is not int:
            raise InputError(f"{key}: got {json.dumps(value)}", file=file, hint=_HINT)
    return cast("dict[str, int]", counts)
