"""Change single numbers of a machine: `link.bell_fidelity=0.98` on the command line."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from trapline.errors import TargetError
from trapline.targets.diagnose import data_error, did_you_mean
from trapline.targets.model import Target, target_data
from trapline.targets.quantity import SET_BY_USER
from trapline.targets.shape import is_quantity, keys_at
from trapline.targets.to_network import links_between

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Value = float | int | bool | str | tuple[float, float]

_FIXED = ("name", "ends", "native_gates", "note")
_GROUPS = ("modules", "links")
_EFFICIENCIES = ("conversion_efficiency", "transducer_efficiency")


def parse_overrides(texts: Sequence[str]) -> dict[str, Value]:
    """Read `PATH=VALUE` texts; a value is a number, a range `LOW..HIGH`, true, false or a word.

    Raises:
        TargetError: A text has no `=`, or nothing after it.
    """
    found: dict[str, Value] = {}
    for text in texts:
        path, equals, value = (part.strip() for part in text.partition("="))
        if not (path and equals and value):
            raise TargetError(
                f"--set {text}: expected PATH=VALUE", hint="for example link.bell_fidelity=0.98"
            )
        found[path] = _scalar(value)
    return found


def apply_overrides(target: Target, changes: Mapping[str, Value]) -> Target:
    """Return a copy of a machine with some values replaced.

    A replaced quantity has the source "set by the user" and the confidence "assumed". When an
    efficiency that is already part of a link's pair rate changes and the rate itself is not
    given, the rate follows.

    Args:
        target: The machine.
        changes: Path -> value, or the two ends of a range. `link.X` and `module.X` change every
            link or module, `links.NAME.X` and `modules.NAME.X` one of them.

    Raises:
        TargetError: A path leads nowhere, or a value has the wrong type or is out of range.
    """
    plain = _plain(target)
    data = plain | {group: [dict(table) for table in plain[group]] for group in _GROUPS}
    for path in sorted(changes, key=lambda path: path.endswith(".pair_rate_hz")):
        _apply(data, path, changes[path])
    try:
        changed = msgspec.convert(data, Target)
    except msgspec.ValidationError as error:
        raise data_error(str(error), data, f"{target.name} with --set") from error
    links_between(changed)
    return changed


@lru_cache(maxsize=16)
def _plain(target: Target) -> dict[str, Any]:
    """Return a machine as plain data, to be copied; a machine is often changed again and again."""
    return target_data(target)


def _apply(data: dict[str, Any], path: str, value: Value) -> None:
    group, tables, key = _resolve(data, path)
    for table in tables:
        if not is_quantity([group, 0, key]):
            table[key] = value
            continue
        given = _ranged(path, value) if isinstance(value, tuple) else {"value": value}
        if key in _EFFICIENCIES:
            _rescale_rate(table, key, given["value"])
        table[key] = {**given, "source": SET_BY_USER, "confidence": "assumed"}


def _resolve(data: dict[str, Any], path: str) -> tuple[str, list[dict[str, Any]], str]:
    """Return `modules` or `links`, the tables that a path means, and the key to change."""
    head, *middle = path.split(".")
    key = middle.pop() if middle else ""
    group = {"module": "modules", "link": "links"}.get(head, head)
    wanted = 1 if head in ("modules", "links") else 0
    if group not in ("modules", "links") or not key or len(middle) != wanted:
        heads = ("module", "link", "modules", "links")
        raise TargetError(
            f"--set {path}: no such path{did_you_mean(head, heads) if head not in heads else ''}",
            hint="paths are link.X, module.X, links.NAME.X and modules.NAME.X",
        )
    tables: list[dict[str, Any]] = data.get(group, [])
    names = [table["name"] for table in tables]
    if middle:
        tables = [table for table in tables if table["name"] == middle[0]]
    if not tables:
        missing = f"is called {middle[0]}" if middle else "is in this target"
        close = did_you_mean(middle[0], names) if middle else ""
        raise TargetError(
            f"--set {path}: no {group.removesuffix('s')} {missing}{close}",
            hint=f"{group}: {', '.join(names) or 'none'}",
        )
    keys = [known for known in keys_at([group, 0]) if known not in _FIXED]
    if key not in keys:
        raise TargetError(
            f"--set {path}: unknown key {key}{did_you_mean(key, keys)}",
            hint=f"keys of {group}: {', '.join(keys)}",
        )
    return group, tables, key


def _rescale_rate(link: dict[str, Any], key: str, value: Value) -> None:
    """Let the pair rate follow an efficiency that it contains."""
    before = link.get(key)
    if before is None or not isinstance(value, int | float) or value <= 0:
        return
    power = link["efficiency_power"]
    rate = link["pair_rate_hz"]["value"] * (value / before["value"]) ** power
    link["pair_rate_hz"] = {
        "value": rate,
        "source": f"the rate of the target, times ({key} / {before['value']:g})^{power}",
        "confidence": "assumed",
    }


def _ranged(path: str, ends: tuple[float, float]) -> dict[str, Value]:
    """Return a range with its middle as value; the geometric middle where it spans decades."""
    low, high = ends
    if low > high:
        raise TargetError(
            f"--set {path}: got {low:g}..{high:g}, expected the lower end first",
            hint=f"write {path}={high:g}..{low:g}",
        )
    middle = (low * high) ** 0.5 if low > 0 and high / low > 10 else 0.5 * (low + high)
    if isinstance(low, int) and isinstance(high, int):
        middle = round(middle)
    return {"value": middle, "low": low, "high": high}


def _scalar(text: str) -> Value:
    """Read a range, a TOML number or truth value; anything else is a word."""
    low, dots, high = text.partition("..")
    if dots:
        ends = _scalar(low.strip()), _scalar(high.strip())
        if all(isinstance(end, int | float) and not isinstance(end, bool) for end in ends):
            return ends  # type: ignore[return-value]  # both were just found to be numbers
    try:
        value: object = tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError:
        return text
    return value if isinstance(value, bool | int | float | str) else text
