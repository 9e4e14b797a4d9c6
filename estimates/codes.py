"""The codes that can be chosen, by name; one file each says where its numbers are from."""

from __future__ import annotations

import difflib
import re
from typing import Any

import numpy as np

from trapline.errors import InputError
from trapline.estimates.code_bb5 import bb5_codes
from trapline.estimates.code_bicycle import bicycle_codes
from trapline.estimates.code_model import Code, is_extrapolated, logical_error
from trapline.estimates.code_pinnacle import pinnacle_codes
from trapline.estimates.code_surface import rotated_surface, surface_codes
from trapline.estimates.code_walking_cat import walking_cat_codes

SHOWN_P = (1e-3, 1e-4)


def all_codes() -> dict[str, Code]:
    """Return the codes by name, family after family."""
    rows = [
        *surface_codes(),
        *bicycle_codes(),
        *bb5_codes(),
        *walking_cat_codes(),
        *pinnacle_codes(),
    ]
    return {code.name: code for code in rows}


def find_code(name: str) -> Code:
    """Return a code by name; `surface-D` for any odd distance D.

    Raises:
        InputError: There is no such code.
    """
    known = all_codes()
    if name in known:
        return known[name]
    surface = re.fullmatch(r"surface-(\d+)", name)
    if surface:
        return rotated_surface(int(surface[1]))
    close = difflib.get_close_matches(name, known, n=1)
    raise InputError(
        f"code: got {name!r}, want one of {', '.join(known)}",
        hint=f"did you mean {close[0]!r}?" if close else "",
    )


def code_rows() -> list[dict[str, Any]]:
    """List the codes as plain data: size, distances, errors at two local errors, source."""
    return [_row(code) for code in all_codes().values()]


def _row(code: Code) -> dict[str, Any]:
    return {
        "name": code.name,
        "family": code.family,
        "parameters": code.parameters,
        "logical_qubits": code.k,
        "physical_qubits": code.physical_qubits,
        "counted": code.counted,
        "circuit_distance": code.circuit_distance,
        "logical_error_per_qubit_and_cycle": [
            {
                "p": p,
                "value": None if np.isnan(value := logical_error(code, p)) else value,
                "extrapolated": bool(is_extrapolated(code, p)),
            }
            for p in SHOWN_P
        ],
        "seam": code.seam,
        "confidence": code.confidence,
        "source": code.source,
    }
