"""BB5 codes, bicycle codes with checks of weight five, in one long chain of ions.

Sources:
    Ye and Delfosse, arXiv:2503.22071: parameters; [[48,4,7]] reaches 5e-5 per logical qubit at
    p = 1e-3 under the noise of a long chain. Gates in a chain follow each other: five for each
    of n checks. Away from 1e-3 the error is scaled by p^((d+1)/2) (assumed); of [[30,4,5]] no error
    is known here. Four ancillas a chain are assumed.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.code_model import Code

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.estimates.checks import Floats

SOURCE = "arXiv:2503.22071"
PUBLISHED_P = 1e-3
WEIGHT = 5
N_ANCILLAS = 4
UNKNOWN = float("nan")
# n, k, d, error per logical qubit at p = 1e-3.
TABLE = ((30, 4, 5, UNKNOWN), (48, 4, 7, 5e-5))


def bb5_codes() -> list[Code]:
    """List the BB5 codes."""
    return [_code(*row) for row in TABLE]


def _code(n: int, k: int, distance: int, published: float) -> Code:
    exponent = 0.5 * (distance + 1)

    def error(p: Floats) -> Floats:
        return np.asarray(published * (p / PUBLISHED_P) ** exponent)

    return Code(
        name=f"bb5-{n}-{k}-{distance}",
        family="bb5",
        n=n,
        k=k,
        distance=distance,
        circuit_distance=distance,
        physical_qubits=n + N_ANCILLAS,
        counted=f"data and {N_ANCILLAS} reused ancillas (assumed)",
        error=error,
        p_low=PUBLISHED_P,
        p_high=PUBLISHED_P,
        cycle=_cycle_of(n),
        seam=False,
        source=SOURCE,
        confidence="claimed",
    )


def _cycle_of(n: int) -> Callable[[float, float, float], float]:
    def cycle(t_two_us: float, t_one_us: float, t_measure_us: float) -> float:
        del t_one_us
        return WEIGHT * n * t_two_us + ceil(n / N_ANCILLAS) * t_measure_us

    return cycle
