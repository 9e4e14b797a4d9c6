"""Sample a point with Stim, decode with PyMatching, and give the error with its interval.

Sources:
    Gidney, Quantum 5, 497 (2021). Higgott and Gidney, Quantum 9, 1600 (2025), PyMatching 2.
    Interval: Wilson, J. Am. Stat. Assoc. 22, 209 (1927).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.errors import MissingExtraError

if TYPE_CHECKING:
    from trapline.estimates.seam_points import Point

NORMAL_95 = 1.959964
FIRST_BATCH = 1024
LARGEST_BATCH = 1 << 16


@dataclass(frozen=True, kw_only=True)
class Sampled:
    """How often a point failed.

    Args:
        point: The circuit.
        seed: Seed of the whole run.
        shots: Times it was run.
        failures: Times the decoder's answer was wrong.
    """

    point: Point
    seed: int
    shots: int
    failures: int

    @property
    def error(self) -> float:
        """Error per round, or per merge."""
        return per_period(self.failures / self.shots, self.point.periods)

    @property
    def interval(self) -> tuple[float, float]:
        """Ends of the 95 % interval of `error`."""
        low, high = wilson(self.failures, self.shots)
        periods = self.point.periods
        return per_period(low, periods), per_period(high, periods)


def sample(point: Point, *, seed: int, max_shots: int, max_failures: int) -> Sampled:
    """Run a point until it has failed often enough or long enough.

    Batches double, so that the answer depends on the arguments alone (and on the version of Stim).

    Args:
        point: What to run.
        seed: Seed of the whole run, 0 or more.
        max_shots: Shots at which to stop, 1 or more.
        max_failures: Failures at which to stop after the batch, 1 or more.

    Raises:
        MissingExtraError: PyMatching is not installed.
    """
    pymatching = _pymatching()
    circuit = point.circuit()
    model = circuit.detector_error_model(decompose_errors=True, approximate_disjoint_errors=True)
    matching = pymatching.Matching.from_detector_error_model(model)
    sampler = circuit.compile_detector_sampler(seed=point.seed(seed))
    shots = failures = 0
    batch = FIRST_BATCH
    while shots < max_shots and failures < max_failures:
        batch = min(batch, max_shots - shots)
        events, flips = sampler.sample(batch, separate_observables=True, bit_packed=True)
        guesses = matching.decode_batch(events, bit_packed_shots=True, bit_packed_predictions=True)
        failures += int(np.count_nonzero(guesses != flips))
        shots += batch
        batch = min(2 * batch, LARGEST_BATCH)
    return Sampled(point=point, seed=seed, shots=shots, failures=failures)


def wilson(failures: int, shots: int, normal: float = NORMAL_95) -> tuple[float, float]:
    """Return the interval of a probability from a count.

    Args:
        failures: Count, 0 to shots.
        shots: Trials, 1 or more.
        normal: Half width in standard deviations.
    """
    share, square = failures / shots, normal * normal / shots
    middle = (share + 0.5 * square) / (1.0 + square)
    half = (share * (1.0 - share) * square + 0.25 * square * square) ** 0.5 / (1.0 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def per_period(error: float, periods: int) -> float:
    """Return the flip probability of one of several equal periods that together flip with `error`.

    Args:
        error: Probability of an odd number of flips, 0 to 1; above 1/2 counts as 1/2.
        periods: Periods, 1 or more.
    """
    kept: float = (1.0 - 2.0 * min(0.5, error)) ** (1.0 / periods)
    return 0.5 * (1.0 - kept)


def _pymatching() -> Any:
    """Import PyMatching, or say how to install it."""
    try:
        import pymatching
    except ModuleNotFoundError:
        raise MissingExtraError(
            "calibration decodes with PyMatching, which is not installed",
            hint="pip install 'trapline[qec]'",
        ) from None
    return pymatching
