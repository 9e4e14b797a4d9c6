"""The plan checker refuses plans that were right before something was changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from plans import (
    FETCH,
    HOME,
    LOCAL,
    RELEASE,
    RESET,
    RUN,
    SPREAD,
    STORE,
    WHOLE,
    accepted,
    cat_plan,
    events_of,
    naive_plan,
    network,
    sample_program,
    spread_plan,
    whole_plan,
    with_events,
)

from trapline.errors import CheckError
from trapline.passes.check import check_plan
from trapline.passes.plan import Event, Plan

PLANS = [lambda: naive_plan(sample_program(), 3), cat_plan, whole_plan, spread_plan]


@pytest.mark.parametrize("make", PLANS)
def test_dropping_any_event_is_refused(make) -> None:  # type: ignore[no-untyped-def]
    plan = make()
    events = events_of(plan)
    for at, (kind, item, module, _) in enumerate(events):
        if kind == STORE and (RELEASE, item, module, -1) in events[at:]:
            continue  # a holder that leaves later may stay in its communication qubit
        with pytest.raises(CheckError):
            check_plan(with_events(plan, [*events[:at], *events[at + 1 :]]), network())


@pytest.mark.parametrize("make", PLANS)
def test_doubling_any_event_is_refused(make) -> None:  # type: ignore[no-untyped-def]
    plan = make()
    events = events_of(plan)
    for at in range(len(events)):
        with pytest.raises(CheckError):
            check_plan(with_events(plan, [*events[: at + 1], *events[at:]]), network())


@pytest.mark.parametrize("make", PLANS)
def test_any_other_module_is_refused(make) -> None:  # type: ignore[no-untyped-def]
    plan = make()
    events = events_of(plan)
    for at, (kind, item, module, source) in enumerate(events):
        for other in {-1, 0, 1, 2, 3} - {module}:
            if kind == RESET and other in (0, 1, 2):
                continue  # a fresh qubit may appear anywhere; later events then fail or not
            if kind == SPREAD and other in (0, 1):
                continue  # either holder may be the one that takes part in the gate itself
            changed = [*events[:at], (kind, item, other, source), *events[at + 1 :]]
            with pytest.raises(CheckError):
                check_plan(with_events(plan, changed), network())


@pytest.mark.parametrize("make", PLANS)
def test_any_other_kind_is_refused(make) -> None:  # type: ignore[no-untyped-def]
    plan = make()
    events = events_of(plan)
    for at, (kind, item, module, source) in enumerate(events):
        for other in set(Event) - {kind}:
            if other == WHOLE and kind in (LOCAL, RUN) and group_is(plan, item):
                continue  # a group of one operation is that operation
            changed = [*events[:at], (other, item, module, source), *events[at + 1 :]]
            with pytest.raises(CheckError):
                check_plan(with_events(plan, changed), network())


def group_is(plan: Plan, item: int) -> bool:
    """Whether operation `item` of the input is operation `item` of the expanded program alone."""
    return np.flatnonzero(plan.group == item).tolist() == [item]


@pytest.mark.parametrize("make", PLANS)
def test_any_other_item_is_refused(make) -> None:  # type: ignore[no-untyped-def]
    plan = make()
    events = events_of(plan)
    for at, (kind, item, module, source) in enumerate(events):
        for other in {-1, 0, 1, 2, 5, 7, 99} - {item}:
            changed = [*events[:at], (kind, other, module, source), *events[at + 1 :]]
            with pytest.raises(CheckError):
                check_plan(with_events(plan, changed), network())


def test_any_other_source_of_a_fetch_or_settlement_is_refused() -> None:
    plan = naive_plan(sample_program(), 3)
    events = events_of(plan)
    for at, (kind, item, module, source) in enumerate(events):
        for other in {-1, 0, 1, 2, 3} - {source}:
            if kind in (FETCH, HOME, RESET):
                changed = [*events[:at], (kind, item, module, other), *events[at + 1 :]]
                with pytest.raises(CheckError):
                    check_plan(with_events(plan, changed), network())


def test_any_other_initial_home_is_refused() -> None:
    plan = naive_plan(sample_program(), 3)
    for qubit in range(5):
        for home in {-1, 0, 1, 2, 3} - {int(plan.initial_home[qubit])}:
            homes = plan.initial_home.copy()
            homes[qubit] = home
            with pytest.raises(CheckError):
                check_plan(replace(plan, initial_home=homes), network())


def test_exchanging_neighbours_that_do_not_commute_is_refused() -> None:
    plan = cat_plan()
    events = events_of(plan)
    free = {
        at
        for at in range(len(events) - 1)
        if accepted(
            with_events(plan, [*events[:at], events[at + 1], events[at], *events[at + 2 :]])
        )
    }
    # H and Y turn the frame of a cat state, RZ commutes with CP, a holder may be named home before
    # or after it is stored, the rest are independent.
    assert free == {0, 2, 3, 4, 6, 7, 8, 9, 10, 13, 14}
