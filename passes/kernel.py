"""How compiled functions that allocate nothing are compiled.

Without reference counts (`_nrt`), which numba keeps for every array of every call: the arrays of
our states come by the dozen, and counting them took most of the time of the search.
Such a function, and all that it calls, may neither make an array nor return one; numba refuses to
compile it otherwise. It divides as NumPy does, without exceptions, and lets other threads run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba as nb

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile a function when it is first called, and keep the code beside it."""
    options: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False, "error_model": "numpy"}
    return cast("F", nb.njit(**options)(function))
