"""Logical error of one operation between two modules, in the parts that the report shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.remote import teleported_infidelity
from trapline.estimates.surface_code import HIGHEST, bulk_error, seam_terms

if TYPE_CHECKING:
    from trapline.estimates.checks import Floats
    from trapline.estimates.hardware import Hardware

ONE = np.ones(1)


def seam_infidelity(hardware: Hardware, bell_error: Floats) -> Floats:
    """Return the infidelity that a remote gate brings to a seam: pair and local operations."""
    gate = teleported_infidelity(
        np.minimum(0.75, bell_error),
        np.minimum(0.9375, hardware.p_two),
        np.minimum(0.5, hardware.p_measure),
    )
    return np.minimum(0.75, gate)


def remote_errors(
    distance: Floats, p: Floats, infidelity: Floats, *, seams: Floats, operators: Floats
) -> dict[str, Floats]:
    """Return the error of d rounds across seams: `bulk`, `along`, `across`, and `outcome`.

    Args:
        distance: Code distance, and rounds of the operation.
        p: Local error of a round.
        infidelity: Infidelity of a remote gate.
        seams: Parallel seams through the patch.
        operators: 1 where one operator runs along the seams and the other across; 2 where seams
            cross in both directions, so that each operator meets both.
    """
    terms = seam_terms(distance, p, infidelity)
    weight = operators * distance
    return {
        "bulk": 2.0 * distance * terms.inside,
        "along": weight * (terms.along(seams) - terms.inside),
        "across": weight * (terms.across(seams) - terms.inside),
        "outcome": np.minimum(HIGHEST, distance * terms.along(ONE)),
    }


def local_errors(distance: Floats, p: Floats) -> dict[str, Floats]:
    """Return the error of d rounds inside one module, in the same parts."""
    terms = seam_terms(distance, p, np.zeros(1))
    zero = np.zeros_like(terms.inside)
    return {
        "bulk": 2.0 * distance * terms.inside,
        "along": zero,
        "across": zero,
        "outcome": np.minimum(HIGHEST, distance * terms.along(ONE)),
    }


def idle_error(distance: Floats, p: Floats) -> Floats:
    """Return the error of both operators in one round inside a module."""
    return 2.0 * bulk_error(distance, p)
