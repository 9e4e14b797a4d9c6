"""Physics models and the module count.

Names are loaded when they are first used, so that importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trapline.estimates.answer import estimate
    from trapline.estimates.architecture_schema import estimate_schema
    from trapline.estimates.azure import AzureQubit, azure_v1
    from trapline.estimates.distillation import distill
    from trapline.estimates.heralded import heralded_link
    from trapline.estimates.many import Many, estimate_many
    from trapline.estimates.on_demand import Estimate
    from trapline.estimates.references import REFERENCES
    from trapline.estimates.remote import average_fidelity, process_fidelity, remote_gate_infidelity
    from trapline.estimates.report import EstimateReport
    from trapline.estimates.surface_code import is_extrapolated, merge_error, seam_error

__all__ = [
    "REFERENCES",
    "AzureQubit",
    "Estimate",
    "EstimateReport",
    "Many",
    "average_fidelity",
    "azure_v1",
    "distill",
    "estimate",
    "estimate_many",
    "estimate_schema",
    "heralded_link",
    "is_extrapolated",
    "merge_error",
    "process_fidelity",
    "remote_gate_infidelity",
    "seam_error",
]

_HOMES = {
    "REFERENCES": "references",
    "AzureQubit": "azure",
    "Estimate": "on_demand",
    "EstimateReport": "report",
    "Many": "many",
    "average_fidelity": "remote",
    "azure_v1": "azure",
    "distill": "distillation",
    "estimate": "answer",
    "estimate_many": "many",
    "estimate_schema": "architecture_schema",
    "heralded_link": "heralded",
    "is_extrapolated": "surface_code",
    "merge_error": "surface_code",
    "process_fidelity": "remote",
    "remote_gate_infidelity": "remote",
    "seam_error": "surface_code",
}


def __getattr__(name: str) -> Any:
    """Load a public name from the file that defines it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
