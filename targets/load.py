"""Read machines: from the catalogue, from a file, or from TOML text, and check them all alike."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from trapline.errors import TargetError
from trapline.targets.diagnose import data_error, did_you_mean, toml_error
from trapline.targets.model import Target
from trapline.targets.overrides import apply_overrides, parse_overrides
from trapline.targets.to_network import links_between, module_instances

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["apply_overrides", "catalogue", "load_target", "read_target", "target_of"]


def catalogue() -> tuple[str, ...]:
    """List the names of the machines that come with Trapline, in alphabetical order."""
    folder = files("trapline.targets").joinpath("catalog")
    return tuple(
        sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))
    )


def load_target(name_or_path: str | Path, overrides: Sequence[str] = ()) -> Target:
    """Load a machine by name, from a file, or from TOML text.

    Args:
        name_or_path: A name of the catalogue, the path of a TOML file, or TOML text (anything that
            holds a newline).
        overrides: Changes of single numbers, each `PATH=VALUE`; see `apply_overrides`.

    Raises:
        TargetError: There is no such machine or file, or it is malformed.
    """
    text, origin = _text_of(name_or_path)
    target = read_target(text, origin=origin)
    return apply_overrides(target, parse_overrides(overrides)) if overrides else target


@lru_cache(maxsize=64)
def read_target(text: str, *, origin: str = "<text>") -> Target:
    """Read a machine from TOML text.

    Args:
        text: The whole file.
        origin: Name of the file for messages.

    Raises:
        TargetError: The text is not TOML, or does not describe a machine.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise toml_error(error, text, origin) from error
    return target_of(data, origin=origin)


def target_of(data: Mapping[str, Any], *, origin: str = "<data>") -> Target:
    """Build a machine from plain data, as a TOML file holds it, and check it.

    Args:
        data: Tables, lists, text and numbers.
        origin: Where the data come from, for messages.

    Raises:
        TargetError: The data do not describe a machine.
    """
    try:
        target = msgspec.convert(data, Target)
    except msgspec.ValidationError as error:
        raise data_error(str(error), data, origin) from error
    _check_names(target, origin)
    return target


def _text_of(name_or_path: str | Path) -> tuple[str, str]:
    """Return the TOML text and the name of its origin."""
    if isinstance(name_or_path, str) and "\n" in name_or_path:
        return name_or_path, "<text>"
    if name_or_path in catalogue():
        name = f"{name_or_path}.toml"
        entry = files("trapline.targets").joinpath("catalog", name)
        return entry.read_text(encoding="utf-8"), name
    return _file_text(str(name_or_path)), str(name_or_path)


def _file_text(path: str) -> str:
    hint = f"the catalogue holds {', '.join(catalogue())}"
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TargetError(f"{path}: byte {error.start} is not UTF-8 text", hint=hint) from error
    except (FileNotFoundError, ValueError) as error:
        if path.endswith(".toml"):
            raise TargetError(f"{path}: there is no such file", hint=hint) from error
        close = did_you_mean(path, catalogue())
        raise TargetError(f"{path}: no such target, and no such file{close}", hint=hint) from error
    except OSError as error:
        raise TargetError(f"{path}: cannot be read: {error.strerror}", hint=hint) from error


def _check_names(target: Target, origin: str) -> None:
    """Check what one table cannot know of another.

    Raises:
        TargetError: Names repeat, a link ends nowhere, or the network lacks a link.
    """
    for what in ("modules", "links"):
        names = [item.name for item in getattr(target, what)]
        repeated = next((name for name in names if names.count(name) > 1), None)
        if repeated:
            raise TargetError(f"{origin}: {what}: the name {repeated} stands twice, expected once")
    known = [module.name for module in target.modules]
    single = [name for name, _ in module_instances(target)]
    for number, link in enumerate(target.links):
        for side, end in enumerate(link.ends):
            if end != "*" and end not in known and end not in single:
                raise TargetError(
                    f"{origin}: links[{number}].ends[{side}]: no module is called {end}"
                    f"{did_you_mean(end, [*known, *single])}",
                    hint=f"modules: {', '.join(known)}, or * for any",
                )
    links_between(target)
