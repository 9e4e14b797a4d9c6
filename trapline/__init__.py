"""Trapline: compile and cost circuits for modular quantum computers."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
    from trapline.compiler.pipeline import compile  # noqa: A004  # the public name, as in re.compile
    from trapline.compiler.transformer import transformer
    from trapline.estimates.answer import estimate
    from trapline.targets.device import device
    from trapline.targets.noise import noise_model

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
    "compile",
    "device",
    "estimate",
    "noise_model",
    "transformer",
]

_HOMES = {
    "compile": "trapline.compiler.pipeline",
    "device": "trapline.targets.device",
    "estimate": "trapline.estimates.answer",
    "noise_model": "trapline.targets.noise",
    "transformer": "trapline.compiler.transformer",
}


def __getattr__(name: str) -> Any:
    """Load a public function when it is first used, so that importing trapline costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names, those not loaded yet included."""
    return [*globals(), *_HOMES]
