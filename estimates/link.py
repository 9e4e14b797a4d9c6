"""Heralded entanglement between two modules: efficiencies, rates, waiting times, fidelity.

Sources:
    Barrett and Kok, Phys. Rev. A 71, 060310 (2005), two-photon heralding; Cabrillo et al., Phys.
    Rev. A 59, 1025 (1999), one-photon heralding; Stephenson et al., Phys. Rev. Lett. 124, 110501
    (2020), for the check on rate. Quantile of the gamma distribution: Wilson and Hilferty, Proc.
    Natl. Acad. Sci. 17, 684 (1931).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.estimates.checks import Floats, in_range, plain

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

FIBRE_DELAY_US_PER_KM = 4.9
# Standard normal quantile of 99.9 %, the level at which links are provisioned.
NORMAL_QUANTILE = 3.090232306167813


def photon_efficiency(
    *,
    excite: ArrayLike = 1.0,
    collect: ArrayLike = 1.0,
    couple: ArrayLike = 1.0,
    convert: ArrayLike = 1.0,
    detect: ArrayLike = 1.0,
    loss_db_per_km: ArrayLike = 0.0,
    length_km: ArrayLike = 0.0,
) -> Any:
    """Return the chance that an excitation of one module ends in a detected photon.

    Args:
        excite: Chance that a photon is emitted, 0 to 1.
        collect: Chance that it enters the optics.
        couple: Chance that it enters the fibre.
        convert: Efficiency of frequency conversion; 1 without. The loss is then that of the
            converted wavelength.
        detect: Chance that it is detected at the end of the fibre.
        loss_db_per_km: Fibre loss at the wavelength in the fibre.
        length_km: Fibre from this module to the detectors.
    """
    parts = {
        "excite": excite,
        "collect": collect,
        "couple": couple,
        "convert": convert,
        "detect": detect,
    }
    loss_db = in_range("loss_db_per_km", loss_db_per_km, 0.0, 1e6) * in_range(
        "length_km", length_km, 0.0, 1e6
    )
    product = 10.0 ** (-loss_db / 10.0)
    for name, value in parts.items():
        product = product * in_range(name, value, 0.0, 1.0)
    return plain(np.asarray(product))


def two_photon_success(efficiency_a: ArrayLike, efficiency_b: ArrayLike) -> Any:
    """Return the chance of a pair from a two-photon coincidence, half the product of efficiencies.

    Both photons must arrive, so a loss or a converter in both arms counts squared.
    """
    a = in_range("efficiency_a", efficiency_a, 0.0, 1.0)
    b = in_range("efficiency_b", efficiency_b, 0.0, 1.0)
    return plain(np.asarray(0.5 * a * b))


def one_photon_success(bright_population: ArrayLike, efficiency: ArrayLike) -> Any:
    """Return the chance of a pair from one detected photon; its infidelity is at least the first.

    Args:
        bright_population: Chance that a module emits, 0 to 0.5, which is also the infidelity
            from both modules emitting.
        efficiency: Chance that an emitted photon is detected.
    """
    bright = in_range("bright_population", bright_population, 0.0, 0.5)
    return plain(np.asarray(2.0 * bright * in_range("efficiency", efficiency, 0.0, 1.0)))


def attempt_period_us(prepare_us: ArrayLike, length_m: ArrayLike) -> Any:
    """Return the time of an attempt: preparation, light to the middle, herald back.

    Args:
        prepare_us: State preparation, excitation and cooling, microseconds.
        length_m: Fibre from module to module, metres.
    """
    prepare = in_range("prepare_us", prepare_us, 0.0, np.inf)
    length = in_range("length_m", length_m, 0.0, np.inf)
    return plain(np.asarray(prepare + FIBRE_DELAY_US_PER_KM * length / 1000.0))


def pair_rate_hz(
    success: ArrayLike,
    period_us: ArrayLike,
    *,
    multiplexing: ArrayLike = 1,
    duty: ArrayLike = 1.0,
) -> Any:
    """Return pairs a second.

    Args:
        success: Chance of a pair an attempt.
        period_us: Time of an attempt, microseconds, above 0.
        multiplexing: Communication qubits at each end that attempt side by side.
        duty: Part of the time in which attempts are made, 0 to 1.
    """
    chance = in_range("success", success, 0.0, 1.0)
    period = in_range("period_us", period_us, np.finfo(float).tiny, np.inf)
    lanes = in_range("multiplexing", multiplexing, 1, np.inf)
    return plain(np.asarray(lanes * in_range("duty", duty, 0.0, 1.0) * chance * 1e6 / period))


def bell_infidelity(
    *,
    visibility: ArrayLike = 1.0,
    dark_probability: ArrayLike = 0.0,
    efficiency: ArrayLike = 1.0,
    other: ArrayLike = 0.0,
) -> Any:
    """Return the infidelity of a heralded pair by adding its parts.

    Args:
        visibility: Interference visibility of the photons; (1 - V)/2 is lost.
        dark_probability: Chance of a dark count in the detection window; 4 p/efficiency is lost.
        efficiency: Chance that a photon is detected, above 0.
        other: Polarisation mixing, recoil, double excitation, residual phase, added.
    """
    v = in_range("visibility", visibility, 0.0, 1.0)
    dark = in_range("dark_probability", dark_probability, 0.0, 1.0)
    eta = in_range("efficiency", efficiency, np.finfo(float).tiny, 1.0)
    rest = in_range("other", other, 0.0, 0.75)
    return plain(np.minimum(0.75, 0.5 * (1.0 - v) + 4.0 * dark / eta + rest))


def pairs_quantile(n_pairs: ArrayLike) -> Floats:
    """Return how many mean waiting times pass until n pairs are there, in 99.9 % of cases.

    Attempts have no memory, so the n-th pair comes after a gamma-distributed time with mean n and
    standard deviation sqrt(n). The approximation is within 3 % for n >= 1, on the safe side.

    Args:
        n_pairs: Pairs wanted, not necessarily whole, at least 0.
    """
    return gamma_quantile(in_range("n_pairs", n_pairs, 0.0, np.inf))


def gamma_quantile(n: Floats) -> Floats:
    """Do what `pairs_quantile` does without its checks, for inner loops."""
    safe = np.maximum(n, 1e-9)
    root = 1.0 - 1.0 / (9.0 * safe) + NORMAL_QUANTILE / (3.0 * np.sqrt(safe))
    return np.where(n >= 1.0, safe * root * root * root, n * _ONE_PAIR)


def most_pairs(mean_times: Floats) -> Floats:
    """Return no fewer than the pairs whose `gamma_quantile` is at most some mean waiting times.

    From one pair on the quantile of n is above n + z sqrt(n) + 2.2, z being that of the normal
    distribution.
    """
    square = NORMAL_QUANTILE**2 + 4.0 * np.maximum(0.0, mean_times - 2.2)
    root = 0.5 * (np.sqrt(square) - NORMAL_QUANTILE)
    return np.maximum(1.0, root * root)


def slowest_link_factor(n_links: int) -> float:
    """Return the mean time until each of n equal links has given a pair, in mean times of one."""
    return float(sum(1.0 / k for k in range(1, n_links + 1)))


_ONE_PAIR = (1.0 - 1.0 / 9.0 + NORMAL_QUANTILE / 3.0) ** 3
