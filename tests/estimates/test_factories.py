"""The tables of magic-state factories, and how they are packed."""

from itertools import pairwise

import numpy as np
import pytest

from trapline.estimates.factories import FACTORIES, cultivated_error, factories_for
from trapline.estimates.goal import Goal
from trapline.estimates.hardware import hardware_of
from trapline.estimates.magic import menu_of, pack_factories
from trapline.targets.load import load_target


def test_the_smallest_litinski_factory_follows_the_leading_order() -> None:
    """35 p^3 at p = 1e-4 is 3.5e-11; (11,5,5) is near it, smaller ones are limited by the code."""
    errors = {f.name: f.error for f in FACTORIES}
    assert 0.3 * 3.5e-11 < errors["(15-to-1)_{11,5,5}"] < 3.5e-11
    assert errors["(15-to-1)_{7,3,3}"] > 3.5e-11


def test_smaller_errors_only_add_factories() -> None:
    kinds = [set(factories_for(p)) for p in (1e-3, 5e-4, 1e-4, 1e-5)]
    assert all(a <= b for a, b in pairwise(kinds))
    assert cultivated_error(1e-3) == 7.9e-10
    assert cultivated_error(4e-4) == 4.3e-11


def test_factories_go_into_spare_room_before_new_modules() -> None:
    module = load_target("quantinuum-helios").modules[0]
    hardware = hardware_of(module, None)
    goal = Goal(logical_qubits=1, logical_error=1e-9, t_error=1e-9, t_per_step=1.0, steps=1)
    menu = menu_of(goal, hardware.p_local)

    def own(spare: float, room: float) -> float:
        got = pack_factories(
            menu,
            np.zeros(1, dtype=np.intp),
            np.array([11.0]),
            room=np.array([room]),
            spare=np.array([spare]),
            hosts=np.ones(1),
        )
        return float(got.modules[0])

    # 7.9e-10 by cultivation takes 274 cycles, so 25 factories of 463 qubits at distance 11.
    assert own(0.0, 463.0 * 5) == 5
    assert own(463.0 * 25, 463.0 * 5) == 0
    assert own(463.0 * 24, 463.0 * 5) == 1
    assert own(0.0, 200.0) == 25 * 3


@pytest.mark.parametrize("p", [1e-4, 1e-3])
def test_no_factory_claims_a_better_error_than_those_above_it_for_fewer_qubit_cycles(
    p: float,
) -> None:
    rows = [f for f in FACTORIES if f.p == p and "15-to-1" in f.name]
    assert len(rows) >= 5
    assert all(f.qubits > 0 and f.cycles > 0 and 0 < f.error < 1e-6 for f in rows)
