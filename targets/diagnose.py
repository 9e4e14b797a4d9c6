"""Say what is wrong with a machine file: where, what was found, what was expected, what to do."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from trapline.errors import TargetError
from trapline.targets.shape import allowed_at, is_quantity, keys_at

if TYPE_CHECKING:
    import tomllib
    from collections.abc import Sequence

    from trapline.targets.shape import Step

_PLACE = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_KEY = re.compile(r"field `(?P<key>.*)`")
_EXPECTED = re.compile(r"^Expected (?P<want>.*?)(?:, got .*)?$")
_TOML_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|.*)\)$")
_WORDS = {
    "`object`": "a table",
    "`array`": "a list",
    "`float`": "a number",
    "`int`": "a whole number",
    "`str`": "text",
    "`bool`": "true or false",
}


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Return `; did you mean X?` for the closest known word, or nothing."""
    close = get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def toml_error(error: tomllib.TOMLDecodeError, text: str, file: str) -> TargetError:
    """Say where TOML syntax breaks, with the line and a caret."""
    message = str(error)
    place = _TOML_PLACE.search(message)
    lines = text.splitlines() or [""]
    if place and place["line"]:
        line, column = int(place["line"]), int(place["column"])
    else:
        line, column = len(lines), len(lines[-1]) + 1
    shown = lines[min(line, len(lines)) - 1].replace("\t", " ")
    what = _TOML_PLACE.sub("", message)
    return TargetError(
        f"{file}:{line}:{column}: not TOML: {what}\n    {shown}\n    {' ' * (column - 1)}^",
        hint="the format is explained in docs/targets.md",
    )


def data_error(message: str, data: object, file: str) -> TargetError:
    """Turn a message of msgspec into one that says the place, what was found and what expected.

    Args:
        message: Text of a `msgspec.ValidationError`.
        data: What was converted.
        file: Name of the file, or another word for the origin.
    """
    place = _PLACE.match(message)
    what, path = (place["what"], place["path"] or "") if place else (message, "")
    steps = _steps(path)
    key = _KEY.search(what)
    if key:
        return _key_error(what, key["key"], steps, file)
    where = _show(steps)
    found = _value_at(data, steps)
    expected = _EXPECTED.match(what)
    allowed = allowed_at(steps)
    if allowed:
        text = f"got {found!r}, expected one of {', '.join(allowed)}"
        return _at(file, where, text + did_you_mean(str(found), allowed))
    if expected:
        want = expected["want"]
        for name, words in _WORDS.items():
            want = want.replace(name, words)
        return _at(file, where, f"got {_brief(found)}, expected {want}", _hint(what, steps))
    return _at(file, where, what)


def _key_error(what: str, key: str, steps: list[Step], file: str) -> TargetError:
    where = _show([*steps, key])
    known = keys_at(steps)
    hint = f"keys of {_show(steps) or 'the file'}: {', '.join(known)}"
    if "missing" in what:
        return _at(file, where, "this key is missing", hint)
    return _at(file, where, f"unknown key{did_you_mean(key, known)}", hint)


def _hint(what: str, steps: Sequence[Step]) -> str:
    """Say how a quantity, or the number in it, is written."""
    if "`object`" in what and is_quantity(steps):
        return f'write {steps[-1]} = {{ value = ..., source = "...", confidence = "assumed" }}'
    if "`int`" in what:
        return "write whole numbers out, 1000 and not 1e3"
    if "`float` <= 1.0" in what or "`float` <= 0.5" in what:
        return "probabilities are plain numbers and no percentages, 0.98 and not 98"
    return ""


def _steps(path: str) -> list[Step]:
    return [
        int(part[1:-1]) if part.startswith("[") else part
        for part in re.findall(r"\[\d+\]|[^.\[\]]+", path)
    ]


def _show(steps: Sequence[Step]) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")


def _value_at(data: Any, steps: Sequence[Step]) -> Any:
    for step in steps:
        data = data[step]
    return data


def _brief(found: Any) -> str:
    return "a table" if isinstance(found, dict) else repr(found)


def _at(file: str, where: str, text: str, hint: str = "") -> TargetError:
    return TargetError(f"{file}: {where + ': ' if where else ''}{text}", hint=hint)
