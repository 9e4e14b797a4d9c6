"""A whole heralded link from its optics: fidelity, rate and latency, ready for a target.

Both modules are alike and the detectors stand half-way, so a photon travels half the fibre and the
herald the other half back.

Sources:
    As in `link.py`; one-photon heralding of two bright modules: Cabrillo et al., Phys. Rev. A 59,
    1025 (1999).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trapline.errors import InputError
from trapline.estimates.link import (
    FIBRE_DELAY_US_PER_KM,
    attempt_period_us,
    bell_infidelity,
    one_photon_success,
    pair_rate_hz,
    photon_efficiency,
    two_photon_success,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def heralded_link(
    *,
    herald: str,
    efficiency: ArrayLike,
    prepare_us: ArrayLike,
    length_m: ArrayLike = 0.0,
    loss_db_per_km: ArrayLike = 0.0,
    convert: ArrayLike = 1.0,
    multiplexing: ArrayLike = 1,
    duty: ArrayLike = 1.0,
    bright_population: ArrayLike = 0.05,
    visibility: ArrayLike = 1.0,
    dark_probability: ArrayLike = 0.0,
    other: ArrayLike = 0.0,
) -> dict[str, Any]:
    """Work out a link from its optics.

    Loss and conversion count once for one photon and squared for two, and cost rate, not fidelity;
    but they raise the share of dark counts.

    Args:
        herald: `two-photon` or `one-photon`.
        efficiency: Excitation, collection, coupling and detection of one photon, without fibre and
            conversion; 0 to 1.
        prepare_us: State preparation, excitation and cooling of an attempt.
        length_m: Fibre from module to module.
        loss_db_per_km: Loss at the wavelength in the fibre, the converted one if converted.
        convert: Efficiency of frequency conversion; 1 without.
        multiplexing: Communication qubits at each end that attempt side by side.
        duty: Part of the time in which attempts are made.
        bright_population: One-photon only: chance that a module emits, which is also infidelity.
        visibility: Interference visibility.
        dark_probability: Chance of a dark count, noise of the converter included, in the window.
        other: Other infidelity, added.

    Returns:
        `bell_fidelity`, `pair_rate_hz`, `latency_us`, by the names of a target; floats or arrays.

    Raises:
        InputError: A number is out of range, or the herald is unknown.
    """
    if herald not in ("two-photon", "one-photon"):
        raise InputError(f"herald: got {herald!r}, want 'two-photon' or 'one-photon'")
    half_km = attempt_period_us(0.0, length_m) / FIBRE_DELAY_US_PER_KM / 2.0
    eta = photon_efficiency(
        collect=efficiency, convert=convert, loss_db_per_km=loss_db_per_km, length_km=half_km
    )
    error = bell_infidelity(
        visibility=visibility, dark_probability=dark_probability, efficiency=eta, other=other
    )
    if herald == "two-photon":
        success = two_photon_success(eta, eta)
    else:
        success = one_photon_success(bright_population, eta)
        error = error + bright_population
    period = attempt_period_us(prepare_us, length_m)
    return {
        "bell_fidelity": 1.0 - error,
        "pair_rate_hz": pair_rate_hz(success, period, multiplexing=multiplexing, duty=duty),
        "latency_us": attempt_period_us(0.0, length_m),
    }
