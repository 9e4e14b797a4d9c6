"""Links from their optics."""

import numpy as np
import pytest

from trapline.errors import InputError
from trapline.estimates.heralded import heralded_link

# A photon is detected with 2.1 % at each end, so that a coincidence succeeds with 2.2e-4.
STEPHENSON = {"herald": "two-photon", "efficiency": (2 * 2.2e-4) ** 0.5, "prepare_us": 1 / 0.833}


def test_stephenson_2020_delivers_182_pairs_a_second() -> None:
    """PRL 124, 110501: 2.2e-4 at 0.833 MHz."""
    assert heralded_link(**STEPHENSON)["pair_rate_hz"] == pytest.approx(182, rel=0.02)


def test_loss_costs_rate_and_not_fidelity() -> None:
    near = heralded_link(**STEPHENSON, visibility=0.94)
    far = heralded_link(**STEPHENSON, visibility=0.94, length_m=1000.0, loss_db_per_km=3.0)
    assert far["bell_fidelity"] == near["bell_fidelity"] == pytest.approx(0.97)
    # 1.5 dB in each arm, 3 dB in all, and attempts last 4.9 us longer.
    attempts = (1 / 0.833 + 4.9) / (1 / 0.833)
    assert near["pair_rate_hz"] / far["pair_rate_hz"] == pytest.approx(10**0.3 * attempts)
    assert far["latency_us"] == pytest.approx(4.9)


@pytest.mark.parametrize(("herald", "power"), [("two-photon", 2), ("one-photon", 1)])
def test_10_conversion_counts_for_each_photon_that_must_arrive(herald: str, power: int) -> None:
    numbers = {"herald": herald, "efficiency": 0.02, "prepare_us": 1.0}
    plain, converted = heralded_link(**numbers), heralded_link(**numbers, convert=0.3)
    assert converted["pair_rate_hz"] / plain["pair_rate_hz"] == pytest.approx(0.3**power)


def test_10_blue_photons_do_not_cross_kilometres() -> None:
    """At 422 nm, 40 dB/km, conversion to 0.2 dB/km wins back its 30 % within 2 km."""
    blue = heralded_link(**STEPHENSON, length_m=2000.0, loss_db_per_km=40.0)
    telecom = heralded_link(**STEPHENSON, length_m=2000.0, loss_db_per_km=0.2, convert=0.3)
    assert telecom["pair_rate_hz"] > 1e6 * blue["pair_rate_hz"]


def test_one_photon_trades_fidelity_for_rate() -> None:
    numbers = {"herald": "one-photon", "efficiency": 0.02, "prepare_us": 1.0}
    found = heralded_link(**numbers, bright_population=np.array([0.02, 0.1]))
    assert found["bell_fidelity"] == pytest.approx([0.98, 0.9])
    assert found["pair_rate_hz"][1] == pytest.approx(5 * found["pair_rate_hz"][0])


def test_qubits_that_attempt_side_by_side_multiply_the_rate() -> None:
    one, many = (heralded_link(**STEPHENSON, multiplexing=n)["pair_rate_hz"] for n in (1, 50))
    assert many == pytest.approx(50 * one)


def test_an_unknown_herald_is_refused() -> None:
    with pytest.raises(InputError, match="three-photon"):
        heralded_link(herald="three-photon", efficiency=0.1, prepare_us=1.0)
