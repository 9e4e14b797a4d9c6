"""Bell-diagonal algebra against closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trapline.errors import InputError
from trapline.estimates import bell

FIDELITIES = st.floats(0.25, 1.0)


@settings(derandomize=True, max_examples=50, deadline=None)
@given(FIDELITIES, FIDELITIES)
def test_swapping_two_werner_pairs_gives_the_textbook_fidelity(first: float, second: float) -> None:
    got = bell.compose(bell.werner(first), bell.werner(second))
    assert got[0] == pytest.approx(first * second + (1 - first) * (1 - second) / 3)
    assert got.sum() == pytest.approx(1.0)


def test_composing_single_paulis_multiplies_them() -> None:
    pauli = np.eye(4)
    product = bell.compose(pauli[:, None], pauli[None, :]).argmax(axis=-1)
    assert product.tolist() == [[0, 1, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1], [3, 2, 1, 0]]


def test_dephasing_exchanges_phi_plus_with_its_z_partner() -> None:
    got = bell.dephase(bell.werner(1.0), 0.1)
    assert got == pytest.approx([0.9, 0.0, 0.0, 0.1])


def test_storage_loss_is_t_over_t2_when_short() -> None:
    assert bell.stored_infidelity(0.0, 1.0, 1000.0) == pytest.approx(1e-3, rel=2e-3)


@settings(derandomize=True, max_examples=30, deadline=None)
@given(st.floats(0.0, 0.5), st.floats(0.0, 10.0))
def test_storage_of_a_werner_pair_is_two_dephasings(eps: float, time: float) -> None:
    p = float(bell.dephasing_probability(time, 3.0))
    twice = bell.dephase(bell.dephase(bell.werner(1 - eps), p), p)
    assert bell.stored_infidelity(eps, time, 3.0) == pytest.approx(1 - twice[0])


@pytest.mark.parametrize(
    ("fidelity", "wanted"), [(0.90, 0.37), (0.94, 0.58), (0.97, 0.76), (0.99, 0.90)]
)
def test_hashing_yield_of_werner_pairs_is_the_known_one(fidelity: float, wanted: float) -> None:
    assert bell.hashing_yield(bell.werner(fidelity)) == pytest.approx(wanted, abs=0.005)


def test_hashing_yields_nothing_from_a_mixed_pair_and_one_from_a_pure_pair() -> None:
    assert bell.hashing_yield(bell.werner([0.25, 1.0])).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan"), "high"])
def test_a_fidelity_that_is_no_probability_is_refused(bad: float) -> None:
    with pytest.raises(InputError, match="fidelity"):
        bell.werner(bad)
