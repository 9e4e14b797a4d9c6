"""Operations between modules, each against the same thing written out with plain numbers."""

from math import exp, sqrt
from typing import Any

import numpy as np
import pytest

from trapline.estimates.distillation import distill
from trapline.estimates.hardware import Hardware, hardware_of
from trapline.estimates.operations import (
    LOGICAL_PATCHES,
    distilled_logical,
    logical_pairs,
    surgery,
    transversal,
)
from trapline.estimates.plans import Supply
from trapline.estimates.remote import remote_gate_infidelity
from trapline.estimates.rounds import patch_cx_gates, round_time_us
from trapline.estimates.surface_code import merge_error, seam_error
from trapline.targets.load import load_target

D = np.array([11.0])


def roadmap(**changes: float) -> Hardware:
    target = load_target("ionq-2028")
    hardware = hardware_of(target.modules[0], target.links[0])
    return hardware.vary({k: np.array([v]) for k, v in changes.items()}) if changes else hardware


def pairs(infidelity: float, rate_hz: float, raw: float = 1.0) -> Supply:
    zero = np.zeros(1, dtype=np.intp)
    return Supply(
        row=zero,
        plan=zero,
        infidelity=np.array([infidelity]),
        raw_pairs=np.array([raw]),
        interval_us=np.zeros(1),
        workspace=np.zeros(1),
        rate_hz=np.array([rate_hz]),
    )


def a_round(hardware: Hardware, patches: float) -> Any:
    return round_time_us(hardware, patches * patch_cx_gates(D))


def merged(hardware: Hardware, supply: Supply, *, buffered: bool) -> dict[str, float]:
    found = surgery(
        hardware, supply, D, a_round(hardware, 2.0), np.full(1, 1.0), np.array([buffered])
    )
    return {name: float(values[0]) for name, values in found.items()}


def quantile(n: float) -> float:
    return float(n * (1 - 1 / (9 * n) + 3.090232306167813 / (3 * sqrt(n))) ** 3)


def test_a_streamed_merge_waits_for_2d_minus_1_pairs_every_round() -> None:
    hardware, d, rate = roadmap(), 11, 9700.0
    found = merged(hardware, pairs(0.01, rate), buffered=False)
    round_us = 4 * 200 + 2 * 10 + 100
    merging = round_us + 200 + 100 + 10
    wait = 1e6 * quantile(2 * d - 1) / rate
    assert found["remote_time_us"] == pytest.approx(d * max(merging, wait))
    assert found["unstalled_us"] == pytest.approx(d * merging)
    assert found["raw_pairs"] == d * (2 * d - 1)
    p = 3.3e-4 + 0.5 * (1 - exp(-max(merging, wait) / 10e6))
    assert found["p_round"] == pytest.approx(p)
    held = 0.5 * 1e6 * (2 * d - 1) / rate
    flip = 0.5 * (1 - exp(-held / 10e6))
    both = 2 * flip * (1 - flip)
    stored = 0.01 + both * 0.99 - both * 0.01 / 3
    assert found["bell_error"] == pytest.approx(stored)
    noise = remote_gate_infidelity(stored, p_local=1.25e-4, p_measure=3.3e-4)
    inside = seam_error(d, p, 0.0, n_seams=0)
    assert found["bulk"] == pytest.approx(2 * d * inside)
    along, across = seam_error(d, p, noise), seam_error(d, p, noise, direction="across")
    assert found["along"] == pytest.approx(d * (along - inside))
    assert found["across"] == pytest.approx(d * (across - inside))
    assert found["outcome"] == pytest.approx(merge_error(d, p, noise))


def test_a_buffered_merge_pays_storage_and_waits_with_its_patch() -> None:
    hardware, d, rate = roadmap(), 11, 3000.0
    found = merged(hardware, pairs(0.01, rate), buffered=True)
    n = d * (2 * d - 1)
    assert found["remote_time_us"] == pytest.approx(1e6 * quantile(n) / rate)
    assert found["bell_error"] == pytest.approx(0.01 + n / (2 * rate * 10.0), rel=0.02)
    assert found["waiting"] > 0
    assert merged(hardware, pairs(0.01, rate), buffered=False)["waiting"] == 0


def crossed(hardware: Hardware, supply: Supply) -> dict[str, float]:
    found = transversal(hardware, supply, D, a_round(hardware, 2.0), 1.0)
    return {name: float(values[0]) for name, values in found.items()}


def test_a_transversal_operation_takes_d_squared_pairs_and_one_round() -> None:
    found = crossed(roadmap(), pairs(1e-4, 1e9))
    assert found["raw_pairs"] == 121
    assert found["remote_time_us"] == pytest.approx(4 * 200 + 20 + 100 + 200 + 100 + 10)


def test_3_a_transversal_operation_gets_no_seam_tolerance() -> None:
    """Pairs of F = 0.97 are fine along a seam and above threshold on every data qubit."""
    hardware = roadmap()
    seam, whole = (
        merged(hardware, pairs(0.03, 1e9), buffered=True),
        crossed(hardware, pairs(0.03, 1e9)),
    )
    assert seam["along"] < 1e-4
    assert whole["transversal"] > 0.1
    p, noise = whole["p_round"], remote_gate_infidelity(1e-3, p_local=1.25e-4, p_measure=3.3e-4)
    fine = crossed(hardware, pairs(1e-3, 1e12))
    assert fine["transversal"] == pytest.approx(
        2 * seam_error(11, 2 * p + noise, 0.0, n_seams=0), rel=1e-3
    )


def as_pairs(hardware: Hardware, supply: Supply, *, buffered: bool) -> dict[str, float]:
    made = surgery(hardware, supply, D, a_round(hardware, 12.0), np.ones(1), np.array([buffered]))
    found = logical_pairs(hardware, D, made)
    return {name: float(values[0]) for name, values in found.items()}


def test_logical_pairs_square_the_error_and_double_the_pairs() -> None:
    hardware = roadmap(coherence_us=1e12)
    made = merged(hardware, pairs(0.03, 1e8), buffered=True)
    found = as_pairs(hardware, pairs(0.03, 1e8), buffered=True)
    error = 2 * made["bulk"] + made["along"] + made["across"] + made["outcome"]
    assert 6 * error**2 < found["logical"] < 0.01 * made["along"]
    assert found["raw_pairs"] == pytest.approx(2 * made["raw_pairs"], rel=0.01)
    assert found["remote_time_us"] > 2 * made["remote_time_us"]
    assert LOGICAL_PATCHES == 8


def test_distilled_logical_pairs_are_no_better_than_the_exact_circuit_of_any_kind() -> None:
    """All X, all Y, all Z, or Werner pairs, with local noise: ours is the worst of them."""
    from trapline.estimates.distillation import PROTOCOLS, distill_weights

    error, local = np.logspace(-3.5, -1, 9), np.full(9, 1e-5)
    ours, cost = distilled_logical(error, local)
    zero = np.zeros(9)
    for kind in range(4):
        parts = [zero, zero, zero]
        if kind < 3:
            parts[kind] = error
        else:
            parts = [error / 3] * 3
        weights = np.stack([1 - error, *parts], axis=-1)
        out, raw, _ = distill_weights(weights, PROTOCOLS["422"], p_local=local, rounds=1)
        assert (ours >= (1 - out[:, 0]) * (1 - 1e-5)).all()
        assert (cost >= raw * (1 - 1e-5)).all()


def test_tiny_logical_errors_do_not_drown_in_rounding() -> None:
    error, _ = distilled_logical(np.array([1e-12]), np.array([0.0]))
    assert error[0] == pytest.approx(6e-24)


def test_6_distillation_takes_time_of_its_own() -> None:
    """Without enough workspace the local gates are the bottleneck, not the link."""
    from dataclasses import replace

    slow = replace(pairs(0.01, 1e9), interval_us=np.array([500.0]))
    found = merged(roadmap(), slow, buffered=True)
    assert found["remote_time_us"] == pytest.approx(500.0 * 11 * 21)


def test_7_the_storage_error_is_that_of_both_halves_and_half_the_time() -> None:
    hardware = roadmap(coherence_us=1e9)
    found = merged(hardware, pairs(0.0, 250.0), buffered=True)
    n = 11 * 21
    assert found["bell_error"] == pytest.approx(n / (2 * 250.0 * 1e3), rel=0.01)


def test_hashing_bounds_every_protocol() -> None:
    """No protocol gives more pairs a pair than one-way hashing would at its own quality goal."""
    for name, rounds in (("422", 1), ("642", 1), ("513", 1), ("dejmps", 2), ("nested", 1)):
        _, raw, _ = distill(0.97, name, rounds=rounds)
        assert 1 / raw < 0.76
