"""Rows of hardware that take their columns when they are asked for."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from trapline.estimates.hardware import COLUMNS
from trapline.estimates.link import gamma_quantile, most_pairs
from trapline.estimates.machine import machines_of
from trapline.targets.load import load_target

HARDWARE = machines_of(load_target("ionq-2028"))[0].hardware.vary(
    {"p_two": np.array([1e-4, 2e-4, 3e-3])}
)


def test_some_rows_hold_the_same_numbers() -> None:
    some = HARDWARE.rows(np.array([2, 0]))
    for name in (*COLUMNS, "p_local"):
        assert (getattr(some, name) == getattr(HARDWARE, name)[[2, 0]]).all()


def test_some_rows_reach_another_process_whole() -> None:
    some = pickle.loads(pickle.dumps(HARDWARE.rows(slice(1, 3))))
    for name in (*COLUMNS, "p_local"):
        assert (getattr(some, name) == getattr(HARDWARE, name)[1:3]).all()


def test_a_column_that_is_not_there_is_an_error() -> None:
    with pytest.raises(AttributeError, match="Hardware"):
        _ = HARDWARE.rows(slice(0, 1)).colour  # type: ignore[attr-defined]


def test_no_more_pairs_than_most_pairs_arrive_in_a_time() -> None:
    pairs = np.logspace(0.0, 8.0, 10_001)
    most = most_pairs(gamma_quantile(pairs))
    assert (most >= pairs).all()
    assert (most <= pairs + 2.0 * np.sqrt(pairs)).all()
