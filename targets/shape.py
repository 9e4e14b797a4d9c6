"""Which keys and types the tables of a machine file have, found by path."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import inspect

from trapline.targets.model import Target
from trapline.targets.quantity import Quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

Step = str | int
"""A key of a table, or a position in a list."""


def keys_at(steps: Sequence[Step]) -> list[str]:
    """List the keys of the table at a path of keys and positions in a machine file."""
    here = _type_at(steps)
    return [f.encode_name for f in here.fields] if isinstance(here, inspect.StructType) else []


def allowed_at(steps: Sequence[Step]) -> list[str]:
    """List the words that may stand at a path, or nothing when it is not a choice of words."""
    here = _type_at(steps)
    return [str(value) for value in here.values] if isinstance(here, inspect.LiteralType) else []


def is_quantity(steps: Sequence[Step]) -> bool:
    """Tell whether a number with unit, source and confidence stands at a path."""
    here = _type_at(steps)
    return isinstance(here, inspect.StructType) and issubclass(here.cls, Quantity)


def _type_at(steps: Sequence[Step]) -> inspect.Type:
    here = _whole_file()
    for step in steps:
        if isinstance(step, int):
            here = _item(here, step)
        elif isinstance(here, inspect.StructType):
            here = _solid(next(f.type for f in here.fields if f.encode_name == step))
    return here


@lru_cache(maxsize=1)
def _whole_file() -> inspect.Type:
    return inspect.type_info(Target)


def _item(here: inspect.Type, step: int) -> inspect.Type:
    if isinstance(here, inspect.VarTupleType):
        return _solid(here.item_type)
    return _solid(here.item_types[step]) if isinstance(here, inspect.TupleType) else here


def _solid(here: inspect.Type) -> inspect.Type:
    """Strip descriptions and `| None`."""
    if isinstance(here, inspect.Metadata):
        return _solid(here.type)
    if isinstance(here, inspect.UnionType):
        return _solid(next(t for t in here.types if not isinstance(t, inspect.NoneType)))
    return here
