"""Trapline: compile and cost circuits for modular quantum computers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trapline.errors import (
    CheckError,
    InfeasibleError,
    InputError,
    MissingExtraError,
    SolverError,
    TargetError,
    TraplineError,
)

if TYPE_CHECKING:
    from typing import Any

__version__ = "0.1.0"

__all__ = [
    "CheckError",
    "InfeasibleError",
    "InputError",
    "MissingExtraError",
    "SolverError",
    "TargetError",
    "TraplineError",
    "__version__",
]
