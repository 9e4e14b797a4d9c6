"""The whole table of magic-state factories, and the choice of the cheapest."""

import numpy as np
import pytest

from trapline.errors import InputError
from trapline.estimates.factories import (
    CCZ_FACTORIES,
    CULTIVATION,
    FACTORIES,
    LITINSKI,
    cheapest_factory,
    find_factory,
)

# arXiv:1905.06903, table 1: physical error, output error, qubits, cycles, states.
LITINSKI_ROWS = [
    (1e-4, 4.4e-8, 810, 18.1, 1),
    (1e-4, 9.3e-10, 1150, 18.1, 1),
    (1e-4, 1.9e-11, 2070, 30.0, 1),
    (1e-4, 2.4e-15, 16400, 90.3, 4),
    (1e-4, 6.3e-25, 18600, 67.8, 1),
    (1e-3, 4.5e-8, 4620, 42.6, 1),
    (1e-3, 1.4e-10, 43300, 130, 4),
    (1e-3, 2.6e-11, 46800, 157, 4),
    (1e-3, 2.7e-12, 30700, 82.5, 1),
    (1e-3, 3.3e-14, 39100, 97.5, 1),
    (1e-3, 4.5e-20, 73400, 128, 1),
]
CCZ_ROWS = [(1e-4, 7.2e-14, 12400, 36.1, 1), (1e-3, 5.2e-11, 47000, 60, 1)]
# arXiv:2409.17595: physical error, output error, qubits, qubit-rounds a state.
CULTIVATION_ROWS = [
    (1e-3, 2.65e-6, 454, 8071),
    (1e-3, 7.9e-10, 463, 1.27e5),
    (1e-3, 2.1e-9, 463, 5.7e4),
    (1e-3, 2.1e-7, 463, 1.85e4),
    (5e-4, 3.0e-7, 454, 4434),
    (5e-4, 4.3e-11, 463, 1.90e4),
]


@pytest.mark.parametrize("row", LITINSKI_ROWS, ids=str)
def test_a_litinski_factory_is_as_published(row: tuple[float, ...]) -> None:
    found = find_factory(LITINSKI, row[0], row[1])
    assert (found.qubits, found.cycles, found.states, found.gives) == (*row[2:], "T")


@pytest.mark.parametrize("row", CULTIVATION_ROWS, ids=str)
def test_a_cultivation_is_as_published(row: tuple[float, ...]) -> None:
    found = find_factory(CULTIVATION, row[0], row[1])
    assert found.qubits == row[2]
    assert found.qubit_cycles == pytest.approx(row[3])


def test_ccz_factories_are_as_published_and_no_t_factories() -> None:
    rows = [(f.p, f.error, f.qubits, f.cycles, f.states) for f in CCZ_FACTORIES]
    assert rows == CCZ_ROWS
    assert {f.gives for f in CCZ_FACTORIES} == {"CCZ"}
    assert {f.gives for f in FACTORIES} == {"T"}


def test_the_tables_hold_these_rows_and_no_others() -> None:
    assert len(FACTORIES) == len(LITINSKI_ROWS) + len(CULTIVATION_ROWS)
    with pytest.raises(KeyError):
        find_factory(LITINSKI, 1e-3, 1.0)


def test_the_cheapest_factory_is_that_of_a_plain_search() -> None:
    p = np.geomspace(1e-5, 1e-3, 12)[:, None]
    wanted = np.geomspace(1e-26, 1e-3, 40)
    choice = cheapest_factory(p, wanted)
    for i, j in np.ndindex(choice.index.shape):
        usable = [f for f in FACTORIES if f.p * (1 + 1e-9) >= p[i, 0] and f.error <= wanted[j]]
        best = min(usable, key=lambda f: f.qubits * f.cycles / f.states, default=None)
        index = int(choice.index[i, j])
        assert (index == -1) == (best is None)
        if best is not None:
            assert FACTORIES[index] == best
            assert choice.qubits[i, j] == best.qubits
            assert choice.cycles[i, j] == best.cycles


def test_a_better_state_never_costs_less() -> None:
    wanted = np.geomspace(1e-24, 1e-4, 50)
    cost = np.array([f.qubit_cycles for f in FACTORIES])
    for p in (1e-4, 5e-4, 1e-3):
        index = cheapest_factory(p, wanted).index
        costs = np.where(index >= 0, cost[index], np.inf)
        assert (costs[:-1] >= costs[1:]).all()


def test_no_factory_is_said_so_and_errors_above_the_table_are_marked() -> None:
    none = cheapest_factory(1e-3, 1e-22)
    assert int(none.index) == -1
    assert np.isnan(none.error)
    assert np.isinf(none.qubits)
    assert bool(cheapest_factory(2e-3, 1e-8).extrapolated)
    assert not bool(cheapest_factory(1e-3, 1e-8).extrapolated)
    with pytest.raises(InputError):
        cheapest_factory(1.5, 1e-8)


def test_ccz_states_have_a_choice_of_their_own() -> None:
    assert int(cheapest_factory(1e-4, 1e-12, table=CCZ_FACTORIES).index) == 0
    assert int(cheapest_factory(1e-3, 1e-10, table=CCZ_FACTORIES).index) == 1
    assert int(cheapest_factory(1e-3, 1e-12, table=CCZ_FACTORIES).index) == -1
