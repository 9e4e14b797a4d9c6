"""Checks of physics inputs: a number out of its range is refused by name, value and range."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from trapline.errors import InputError

Floats = NDArray[np.float64]


def in_range(name: str, value: ArrayLike, low: float, high: float) -> Floats:
    """Return a value as float64 array after checking low <= value <= high.

    Args:
        name: What the value is, for the message.
        value: Number or array of any shape.
        low: Smallest value allowed.
        high: Largest value allowed.

    Raises:
        InputError: The value is no number, is NaN, or lies outside the range.
    """
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{name}: got {value!r}, want a number or an array of numbers") from None
    fine = (array >= low) & (array <= high)
    if not fine.all():
        bad = float(array[~fine].flat[0])
        raise InputError(
            f"{name}: got {bad:g}, want {low:g} to {high:g}",
            hint=f"{name} is a plain number between {low:g} and {high:g}, not a percentage",
        )
    return array


def whole_number(name: str, value: Any, low: int) -> int:
    """Return an integer after checking value >= low.

    Raises:
        InputError: The value is not an integer, or is too small.
    """
    if not is_whole(value, low):
        raise InputError(f"{name}: got {value!r}, want an integer of at least {low}")
    return int(cast("int", value))


def is_whole(value: Any, low: int) -> bool:
    """Tell whether a value is an integer of at least `low`; True and False are none."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        return False
    return int(cast("int", value)) >= low


def plain(value: Floats) -> Any:
    """Return a float for a single number and the array otherwise, as the caller gave it."""
    return float(value) if value.ndim == 0 else value
