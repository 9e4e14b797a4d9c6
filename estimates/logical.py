"""Logical error of one operation between two modules, in the parts that the report shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.remote import remote_gate_infidelity
from trapline.estimates.surface_code import merge_error, seam_error

if TYPE_CHECKING:
    from trapline.estimates.checks import Floats
    from trapline.estimates.hardware import Hardware


def seam_infidelity(hardware: Hardware, bell_error: Floats) -> Floats:
    """Return the infidelity that a remote gate brings to a seam: pair and local operations."""
    gate = remote_gate_infidelity(
        np.minimum(0.75, bell_error),
        p_local=np.minimum(0.9375, hardware.p_two),
        p_measure=np.minimum(0.5, hardware.p_measure),
    )
    return np.minimum(0.75, np.asarray(gate))


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
    bulk = np.asarray(seam_error(distance, p, 0.0, n_seams=0))
    along = np.asarray(seam_error(distance, p, infidelity, n_seams=seams))
    across = np.asarray(seam_error(distance, p, infidelity, direction="across", n_seams=seams))
    return {
        "bulk": 2.0 * distance * bulk,
        "along": operators * distance * (along - bulk),
        "across": operators * distance * (across - bulk),
        "outcome": np.asarray(merge_error(distance, p, infidelity)),
    }


def local_errors(distance: Floats, p: Floats) -> dict[str, Floats]:
    """Return the error of d rounds inside one module, in the same parts."""
    bulk = 2.0 * distance * np.asarray(seam_error(distance, p, 0.0, n_seams=0))
    zero = np.zeros_like(bulk)
    return {
        "bulk": bulk,
        "along": zero,
        "across": zero,
        "outcome": np.asarray(merge_error(distance, p, 0.0)),
    }
