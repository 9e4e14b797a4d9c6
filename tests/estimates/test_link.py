"""Heralded links against published rates and exact quantiles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trapline.errors import InputError
from trapline.estimates import link


def test_stephenson_2020_rate_follows_from_chance_and_attempt_rate() -> None:
    """2.2e-4 a try at 0.83 MHz gave 182 pairs/s (PRL 124, 110501)."""
    assert link.pair_rate_hz(2.2e-4, 1 / 0.83) == pytest.approx(182, rel=0.01)


def test_conversion_counts_squared_when_two_photons_herald() -> None:
    plain, converted = (
        link.two_photon_success(eta, eta)
        for eta in (link.photon_efficiency(convert=c) for c in (1.0, 0.3))
    )
    assert converted / plain == pytest.approx(0.09)


def test_conversion_counts_once_when_one_photon_heralds() -> None:
    plain, converted = (
        link.one_photon_success(0.05, link.photon_efficiency(convert=c)) for c in (1.0, 0.3)
    )
    assert converted / plain == pytest.approx(0.3)


def test_blue_photons_die_in_a_kilometre_of_fibre_and_telecom_photons_do_not() -> None:
    blue = link.photon_efficiency(loss_db_per_km=40, length_km=1)
    telecom = link.photon_efficiency(loss_db_per_km=0.2, length_km=1, convert=0.3)
    assert blue == pytest.approx(1e-4)
    assert telecom > 1000 * blue


def test_half_of_the_bell_states_are_told_apart() -> None:
    assert link.two_photon_success(1.0, 1.0) == 0.5


def test_light_takes_five_microseconds_a_kilometre() -> None:
    assert link.attempt_period_us(1.0, 520.0) == pytest.approx(1.0 + 0.52 * 4.9)


def test_multiplexing_and_duty_multiply_the_rate() -> None:
    assert link.pair_rate_hz(1e-3, 10.0, multiplexing=7, duty=0.5) == pytest.approx(350.0)


def test_infidelities_add() -> None:
    got = link.bell_infidelity(visibility=0.98, dark_probability=1e-6, efficiency=1e-2, other=0.005)
    assert got == pytest.approx(0.01 + 4e-4 + 0.005)


def test_waiting_is_provisioned_by_a_quantile_and_not_by_the_mean() -> None:
    gamma = pytest.importorskip("scipy.stats").gamma
    n = np.array([1.0, 2.0, 5.0, 17.0, 153.0, 703.0])
    exact = gamma.ppf(0.999, n)
    got = link.pairs_quantile(n)
    assert (got > n).all()
    assert got == pytest.approx(exact, rel=0.03)
    assert (got >= exact * 0.9999).all()


@settings(derandomize=True, max_examples=50, deadline=None)
@given(st.floats(0, 1e5), st.floats(0, 10))
def test_more_pairs_never_take_less_time(n: float, more: float) -> None:
    assert link.pairs_quantile(n + more) >= link.pairs_quantile(n)


def test_two_links_that_must_both_succeed_take_half_as_long_again() -> None:
    assert link.slowest_link_factor(2) == pytest.approx(1.5)


def test_an_efficiency_above_one_is_refused() -> None:
    with pytest.raises(InputError, match="collect"):
        link.photon_efficiency(collect=1.2)
