"""What a logical operation between two modules takes: time, pairs and errors, three ways.

* Lattice surgery: two patches are merged along a seam for d rounds of 2d - 1 teleported CX.
* Transversal: d^2 teleported CX between the data qubits of two patches, then one round. Every data
  qubit gets the noise of a remote gate, so there is no seam whose noise could be shrugged off. The
  error is that round's, and d rounds of the patch as for any other operation.
* Logical Bell pairs: lattice surgery between spare patches makes logical pairs, four of them are
  distilled to two by the [[4,2,2]] code on logical qubits, and a local CX and two measurements
  teleport the operation through one of them.

All functions take arrays of one shape, an entry a choice, and return columns of `Outcome`.

Sources:
    Lattice surgery along a noisy seam: Ramette et al., npj Quantum Inf. 10 (2024),
    arXiv:2302.01296. One round after a transversal CX: Cain et al., arXiv:2403.03272 (correlated
    decoding); the errors of the partner that it copies are charged as a doubled local error
    (assumed). Distillation of logical pairs: Pattison et al., arXiv:2408.15936, for the idea;
    [[4,2,2]] is Bennett et al., Phys. Rev. A 54, 3824 (1996). The worst kind of Bell-diagonal
    state is assumed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.bell import after_flips, idle_flip
from trapline.estimates.distillation import PROTOCOLS, distill_pairs
from trapline.estimates.link import gamma_quantile
from trapline.estimates.logical import (
    has_a_chance,
    idle_error,
    local_errors,
    remote_errors,
    remote_infidelity,
)
from trapline.estimates.outcome import BUFFERED, OPERATIONS, TRANSVERSAL
from trapline.estimates.plans import NO_RATE
from trapline.estimates.purify import infidelity_of, werner_correlators
from trapline.estimates.rounds import remote_extra_us, with_idling
from trapline.estimates.surface_code import pairs_per_round

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.hardware import Hardware
    from trapline.estimates.outcome import Columns
    from trapline.estimates.plans import Supply

_IS_BUFFERED = np.isin(np.arange(len(OPERATIONS)), BUFFERED)
_IS_TRANSVERSAL = np.arange(len(OPERATIONS)) == TRANSVERSAL
LOGICAL_PROTOCOL = PROTOCOLS["422"]
# Patches for the halves of four logical pairs, each with one for routing.
LOGICAL_PATCHES = 2 * LOGICAL_PROTOCOL.held
# Steps of d rounds: the CX of the distillation one after the other, then a CX and a measurement.
LOGICAL_STEPS = LOGICAL_PROTOCOL.gates + 2
# The teleported operation: a local CX and a measurement of the half.
LOCAL_OPERATIONS = 2.0


def n_pairs_held(distance: Floats, operation: int | NDArray[np.intp]) -> Floats:
    """Return the pairs that are collected before they are used.

    Args:
        distance: Code distance.
        operation: Number of the operation, see `outcome.py`.
    """
    pairs = pairs_per_round(distance) * np.where(_IS_BUFFERED[operation], distance, 1.0)
    return np.where(_IS_TRANSVERSAL[operation], distance * distance, pairs)


def collection_us(supply: Supply, n_pairs: Floats) -> tuple[Floats, Floats]:
    """Return how long it takes to collect pairs: what 99.9 % of trials keep, and the mean."""
    rate = np.maximum(supply.rate_hz, NO_RATE)
    raw = n_pairs * supply.raw_pairs
    local = n_pairs * supply.interval_us
    return (
        np.maximum(1e6 * gamma_quantile(raw) / rate, local),
        np.maximum(1e6 * raw / rate, local),
    )


def stored_error(hardware: Hardware, supply: Supply, mean_us: Floats) -> Floats:
    """Return 1 - F of pairs that wait half a collection on average, both halves dephasing."""
    flip = idle_flip(0.5 * mean_us, hardware.coherence_us)
    return np.minimum(0.75, after_flips(supply.infidelity, flip))


def surgery(
    hardware: Hardware,
    supply: Supply,
    distance: Floats,
    time_us: Floats,
    limit: Floats,
    buffered: NDArray[np.bool_],
) -> Columns:
    """Merge two patches along a seam.

    Args:
        hardware: Rows, one for each choice.
        supply: Pairs of each choice.
        distance: Code distance.
        time_us: Time of a round of all that is in a module.
        limit: Largest error of interest; errors above it may be inf.
        buffered: Whether the pairs of the whole operation are collected before it starts;
            otherwise each round waits for its own.
    """
    merging = time_us + remote_extra_us(hardware)
    wait, mean = collection_us(
        supply, pairs_per_round(distance) * np.where(buffered, distance, 1.0)
    )
    bell_error = stored_error(hardware, supply, mean)
    waits = np.where(buffered, merging, np.maximum(merging, wait))
    p_round = with_idling(hardware, waits)
    raw = distance * pairs_per_round(distance) * supply.raw_pairs
    noise = remote_infidelity(hardware, bell_error)
    errors = remote_errors(distance, p_round, noise, seams=np.ones(len(distance)), limit=limit)
    alive = buffered & np.isfinite(errors["bulk"])
    return errors | {
        "waiting": waiting_error(hardware, distance, time_us, wait, alive),
        "remote_time_us": np.where(
            buffered, np.maximum(distance * merging, wait), distance * waits
        ),
        "unstalled_us": distance * merging,
        "required_hz": 1e6 * gamma_quantile(raw) / (distance * merging),
        "raw_pairs": raw,
        "bell_error": bell_error,
        "p_round": p_round,
        "round_time_us": time_us,
    }


def transversal(
    hardware: Hardware, supply: Supply, distance: Floats, time_us: Floats, limit: float
) -> Columns:
    """Teleport a CX between each two data qubits of two patches; see `surgery` for arguments."""
    lasts = time_us + remote_extra_us(hardware)
    n_pairs = n_pairs_held(distance, TRANSVERSAL)
    wait, mean = collection_us(supply, n_pairs)
    bell_error = stored_error(hardware, supply, mean)
    p_round = with_idling(hardware, lasts)
    noisy = transversal_p(p_round, remote_infidelity(hardware, bell_error))
    errors = {name: np.full(len(distance), np.inf) for name in ("bulk", "transversal")}
    alive = has_a_chance(distance, noisy, limit, one_round=True).nonzero()[0]
    errors["bulk"][alive] = distance[alive] * idle_error(distance[alive], p_round[alive])
    errors["transversal"][alive] = idle_error(distance[alive], noisy[alive])
    finite = np.isfinite(errors["bulk"])
    raw = n_pairs * supply.raw_pairs
    return errors | {
        "waiting": waiting_error(hardware, distance, time_us, wait, finite),
        "remote_time_us": np.maximum(lasts, wait),
        "unstalled_us": lasts,
        "required_hz": 1e6 * gamma_quantile(raw) / lasts,
        "raw_pairs": raw,
        "bell_error": bell_error,
        "p_round": p_round,
        "round_time_us": time_us,
    }


def transversal_p(p_round: Floats, infidelity: Floats) -> Floats:
    """Return the local error of a round after a transversal gate, often above any simulated.

    Args:
        p_round: Local error of a round, doubled for what the gate copies from the partner.
        infidelity: Infidelity of a remote gate.
    """
    noisy: Floats = np.minimum(1.0, 2.0 * p_round + infidelity)
    return noisy


def logical_pairs(hardware: Hardware, distance: Floats, made: Columns) -> Columns:
    """Distill logical pairs made by lattice surgery and teleport an operation through one.

    Args:
        hardware: Rows, one for each choice.
        distance: Code distance.
        made: The lattice surgery, as `surgery` returns it.
    """
    time, lasts = made["round_time_us"], made["remote_time_us"]
    waiting = waiting_rate(hardware, distance, time)
    p_cycle = with_idling(hardware, time)
    local = local_errors(distance, p_cycle)
    held = LOGICAL_PROTOCOL.pairs_in * lasts + LOGICAL_STEPS * distance * time
    made_error = 2.0 * made["bulk"] + made["along"] + made["across"] + made["outcome"]
    raw_error = made_error + held * waiting
    error, cost = distilled_logical(raw_error, local["bulk"] + local["outcome"])
    whole = cost * lasts + LOGICAL_STEPS * distance * time
    return {
        "bulk": LOCAL_OPERATIONS * local["bulk"],
        "outcome": LOCAL_OPERATIONS * local["outcome"],
        "logical": error,
        "waiting": whole * waiting,
        "remote_time_us": whole,
        "unstalled_us": cost * made["unstalled_us"] + LOGICAL_STEPS * distance * time,
        "required_hz": cost * made["required_hz"],
        "raw_pairs": cost * made["raw_pairs"],
        "along": np.zeros(len(error)),
        "across": np.zeros(len(error)),
    }


def distilled_logical(error: Floats, local: Floats) -> tuple[Floats, Floats]:
    """Distill logical pairs by [[4,2,2]]: error of an output, and pairs spent on it.

    Errors go unseen when two of four pairs have them; if all are Y, the worst case, each of the six
    such blocks spoils an output; only blocks without any error are sure to be kept. Local
    operations add in proportion, by what the exact circuit gives for small errors, and may hide
    one wrong pair of the four. No difference of large numbers is taken, so tiny errors come out
    right.

    Args:
        error: 1 - F of a logical pair, 0 to 0.5.
        local: Error of a logical operation inside a module.
    """
    bad = np.minimum(0.5, error)
    odds = bad / (1.0 - bad)
    spoiled, rejected = _local_shares()
    hidden = LOGICAL_PROTOCOL.pairs_in * bad * rejected * local
    kept = (1.0 - bad) ** LOGICAL_PROTOCOL.pairs_in * np.maximum(0.5, 1.0 - rejected * local)
    ratio = LOGICAL_PROTOCOL.pairs_in / LOGICAL_PROTOCOL.pairs_out
    return np.minimum(0.5, 6.0 * odds * odds + spoiled * local + hidden), ratio / kept


@lru_cache(maxsize=1)
def _local_shares() -> tuple[float, float]:
    """Return how much of a small local error spoils an output, and how much rejects a block."""
    small = np.array([1e-5])
    pairs = distill_pairs(
        werner_correlators(np.zeros(1)), LOGICAL_PROTOCOL, p_local=small, rounds=1
    )
    spoiled = infidelity_of(pairs.state) / small
    return float(spoiled[0]), float(((1.0 - pairs.success) / small)[0])


def waiting_error(
    hardware: Hardware,
    distance: Floats,
    time_us: Floats,
    wait_us: Floats,
    alive: NDArray[np.bool_],
) -> Floats:
    """Return the logical error of a patch while it waits, 0 where it is not wanted.

    Args:
        hardware: Rows.
        distance: Code distance.
        time_us: Time of a round.
        wait_us: How long it waits.
        alive: Where the error is wanted.
    """
    some = alive.nonzero()[0]
    error = np.zeros(len(distance))
    error[some] = wait_us[some] * waiting_rate(hardware.rows(some), distance[some], time_us[some])
    return error


def waiting_rate(hardware: Hardware, distance: Floats, time_us: Floats) -> Floats:
    """Return the logical error of a patch for each microsecond that it waits.

    Rounds go on meanwhile, at their own pace or at a slower one where fewer rounds with more idling
    give less error: bulk (p + t/(2 T2))^k / t is least at t = 2 T2 p/(k - 1).

    Args:
        hardware: Rows.
        distance: Code distance.
        time_us: Time of a round.
    """
    half, local = 2.0 * hardware.coherence_us, hardware.p_local
    pace = np.maximum(time_us, half * local / np.maximum(0.5 * (distance - 1.0), 0.5))
    return idle_error(distance, np.minimum(1.0, local + pace / half)) / pace
