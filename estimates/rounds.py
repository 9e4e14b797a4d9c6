"""The time of a round of the code in a module, and the error of a qubit that idles through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.bell import idle_flip

if TYPE_CHECKING:
    from trapline.estimates.checks import Floats
    from trapline.estimates.hardware import Hardware

LAYERS = 4
# Part of the probability of an idle Z error that counts as local error of the uniform noise model.
IDLE_WEIGHT = 1.0


def round_time_us(hardware: Hardware, cx_gates: Floats) -> Floats:
    """Return the time of one round of syndrome extraction of everything in a module.

    Four layers of CX, or more where the module cannot run its gates at once (a chain of ions runs
    one after the other), two layers of one-qubit gates, and a measurement with reset.

    Args:
        hardware: Rows that broadcast against the gates.
        cx_gates: CX gates of the module in a round.
    """
    layers = np.maximum(LAYERS, np.ceil(cx_gates / hardware.parallel_gates))
    return layers * hardware.gate_time_us + 2.0 * hardware.one_time_us + hardware.measure_time_us


def patch_cx_gates(distance: Floats) -> Floats:
    """Return the CX gates of one patch in a round: (d-1)^2 checks of four, 2(d-1) of two."""
    return 4.0 * distance * (distance - 1.0)


def remote_extra_us(hardware: Hardware) -> Floats:
    """Return the time that teleported gates add to a round: a gate, a measurement, a message."""
    return hardware.gate_time_us + hardware.measure_time_us + hardware.latency_us


def with_idling(hardware: Hardware, time_us: Floats) -> Floats:
    """Return the local error of a round of a given length, dephasing of every qubit included."""
    finite = np.minimum(time_us, 1e30)
    idle = idle_flip(finite, hardware.coherence_us)
    return np.minimum(1.0, hardware.p_local + IDLE_WEIGHT * idle)
