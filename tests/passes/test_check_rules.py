"""The plan checker names the rule that a plan breaks."""

from __future__ import annotations

from dataclasses import replace

from plans import (
    FETCH,
    HOME,
    LOCAL,
    PARK,
    RELEASE,
    RESET,
    RUN,
    STORE,
    WHOLE,
    Row,
    builder,
    cat_plan,
    cz_events,
    events_of,
    make_plan,
    network,
    parked_plan,
    refused,
    whole_plan,
    with_events,
)

from trapline.passes.check import check_plan
from trapline.passes.program import Term
from trapline.targets.network import Network, ideal_network


def test_a_gate_without_a_holder_is_refused() -> None:
    b = builder(2)
    b.add("cz", [0, 1])
    cz_events(b, [(RUN, 0, 0, -1)], [0, 1], "holder")


def test_a_stale_axis_is_refused() -> None:
    b = builder(2)
    b.add("cz", [0, 1])
    b.add("h", [0])
    b.add("cz", [0, 1])
    events: list[Row] = [
        (FETCH, 0, 1, 0),
        (RUN, 0, 1, -1),
        (LOCAL, 1, 0, -1),
        (RUN, 2, 1, -1),
        (RELEASE, 0, 1, -1),
    ]
    cz_events(b, events, [0, 1], "axis")


def test_a_gate_across_the_axis_at_the_home_is_refused_while_copies_exist() -> None:
    b = builder(3)
    b.add("cz", [0, 1])
    b.add("cx", [2, 0])
    events: list[Row] = [
        (FETCH, 0, 1, 0),
        (RUN, 0, 1, -1),
        (RUN, 1, 0, -1),
        (RELEASE, 0, 1, -1),
    ]
    cz_events(b, events, [0, 1, 0], "axis")


def test_a_slightly_wrong_axis_is_refused() -> None:
    b = builder(2)
    b.add("cz", [0, 1])
    b.add("rx", [0], [1e-6])
    b.add("cz", [0, 1])
    events: list[Row] = [
        (FETCH, 0, 1, 0),
        (RUN, 0, 1, -1),
        (LOCAL, 1, 0, -1),
        (RUN, 2, 1, -1),
        (RELEASE, 0, 1, -1),
    ]
    cz_events(b, events, [0, 1], "axis")


def test_a_conditional_gate_across_the_axis_is_refused() -> None:
    b = builder(2, 1)
    b.add("x", [0], condition=(Term((0,), 1),))
    b.add("cz", [0, 1])
    events: list[Row] = [
        (FETCH, 0, 1, 0),
        (LOCAL, 0, 0, -1),
        (RUN, 1, 1, -1),
        (RELEASE, 0, 1, -1),
    ]
    cz_events(b, events, [0, 1], "axis")


def test_a_measurement_across_the_axis_is_refused() -> None:
    b = builder(2, 1)
    b.add("cx", [1, 0])
    b.add("measure", [0], bit=0)
    events: list[Row] = [
        (FETCH, 0, 1, 0),
        (RUN, 0, 1, -1),
        (LOCAL, 1, 0, -1),
        (RELEASE, 0, 1, -1),
    ]
    cz_events(b, events, [0, 1], "axis")


def test_a_reset_with_a_copy_is_refused() -> None:
    b = builder(2)
    b.add("cx", [0, 1])
    b.add("reset", [0])
    events: list[Row] = [
        (FETCH, 0, 1, 0),
        (RUN, 0, 1, -1),
        (RESET, 1, 0, 0),
        (RELEASE, 0, 1, -1),
    ]
    cz_events(b, events, [0, 1], "reset")


def test_a_conditional_reset_that_moves_is_refused() -> None:
    b = builder(1, 1)
    b.add("reset", [0], condition=(Term((0,), 1),))
    cz_events(b, [(RESET, 0, 1, 0)], [0], "reset")


def test_releasing_the_home_is_refused() -> None:
    b = builder(2)
    b.add("cz", [0, 1])
    events: list[Row] = [(FETCH, 0, 1, 0), (RELEASE, 0, 0, -1), (RUN, 0, 1, -1)]
    cz_events(b, events, [0, 1], "release")


def test_a_copy_left_behind_is_refused() -> None:
    b = builder(2)
    b.add("cz", [0, 1])
    cz_events(b, [(FETCH, 0, 1, 0), (RUN, 0, 1, -1)], [0, 1], "end")


def test_a_missing_link_is_refused() -> None:
    b = builder(2)
    b.add("cz", [0, 1])
    events: list[Row] = [(FETCH, 0, 2, 0), (RUN, 0, 2, -1), (RELEASE, 0, 2, -1)]
    plan = make_plan(b.build(), events, [0, 2])
    check_plan(plan, network())
    message = refused(plan, "link", ideal_network("line", 3, 4))
    assert message.startswith("event 0 (FETCH)")


def test_a_whole_group_across_the_axis_of_a_copy_is_refused() -> None:
    plan = whole_plan()
    events: list[Row] = [(FETCH, 1, 0, 1), (FETCH, 2, 0, 1), (WHOLE, 0, 0, -1)]
    events += [(RELEASE, 1, 0, -1), (RELEASE, 2, 0, -1)]
    refused(with_events(plan, events), "axis")


def test_the_parts_of_a_group_meet_a_copy_along_their_own_axes_only() -> None:
    # Apart, the CX of a CSWAP act on its targets along two axes; only the whole may use the copy.
    plan = whole_plan()
    events: list[Row] = [(FETCH, 1, 2, 1), (FETCH, 2, 2, 1), (RUN, 0, 2, -1), (RUN, 1, 2, -1)]
    refused(with_events(plan, events), "holder")


def test_too_few_data_qubits_are_refused() -> None:
    plan = cat_plan()
    check_plan(plan, Network("custom", ("a", "b", "c"), (2, 1, 2), (2, 2, 2), network().links))
    for sizes in ((1, 1, 2), (2, 1, 1)):
        net = Network("custom", ("a", "b", "c"), sizes, (2, 2, 2), network().links)
        refused(plan, "data qubits", net)


def test_too_few_communication_qubits_are_refused() -> None:
    plan = cat_plan()
    check_plan(plan, Network("custom", ("a", "b", "c"), (2, 2, 2), (1, 2, 1), network().links))
    for sizes in ((0, 2, 1), (1, 1, 1), (1, 2, 0)):
        net = Network("custom", ("a", "b", "c"), (2, 2, 2), sizes, network().links)
        refused(plan, "communication qubits", net)


def test_a_former_home_keeps_its_data_qubit_until_it_is_released() -> None:
    b = builder(2)
    events: list[Row] = [
        (FETCH, 0, 1, 0),
        (HOME, 0, 1, 0),
        (STORE, 0, 1, -1),
        (FETCH, 1, 0, 1),
        (HOME, 1, 0, 1),
        (STORE, 1, 0, -1),
        (RELEASE, 0, 0, -1),
        (RELEASE, 1, 1, -1),
    ]
    plan = make_plan(b.build(), events, [0, 1])
    assert check_plan(plan, network(2, 2)).peak_data_qubits == (2, 2)
    refused(plan, "data qubits", network(2, 1))


def test_a_former_home_may_park_in_a_communication_qubit() -> None:
    found = check_plan(parked_plan(), network(3, 1, 3))
    assert found.peak_data_qubits == (1, 1, 1)
    assert found.final_home == (1, 0)
    without = [row for row in events_of(parked_plan()) if row[0] != PARK]
    refused(with_events(parked_plan(), without), "data qubits", network(3, 1, 3))


def test_a_parked_home_occupies_a_communication_qubit() -> None:
    net = Network("custom", ("a", "b", "c"), (1, 1, 1), (2, 2, 2), network().links)
    assert check_plan(parked_plan(), net).peak_comm_qubits == (2, 2, 1)
    refused(parked_plan(), "communication qubits", replace(net, comm_qubits=(1, 2, 2)))


def test_parking_what_is_in_no_data_qubit_is_refused() -> None:
    events = events_of(parked_plan())
    at = next(i for i, row in enumerate(events) if row[0] == PARK)
    for module, place in ((2, at), (0, at + 1), (1, at - 1), (1, at - 2)):
        changed = [*events[:place], (PARK, 0, module, -1), *events[place:]]
        refused(with_events(parked_plan(), changed), "park")


def test_storing_what_is_in_no_communication_qubit_is_refused() -> None:
    events = events_of(parked_plan())
    for module, place in ((0, 0), (2, 0), (1, 0), (0, 1)):
        changed = [*events[:place], (STORE, 0, module, -1), *events[place:]]
        refused(with_events(parked_plan(), changed), "store")


def test_a_copy_may_be_stored_where_a_data_qubit_is_free() -> None:
    b = builder(2)
    b.add("cz", [0, 1])
    events: list[Row] = [
        (FETCH, 0, 1, 0),
        (STORE, 0, 1, -1),
        (RUN, 0, 1, -1),
        (RELEASE, 0, 1, -1),
    ]
    plan = make_plan(b.build(), events, [0, 1])
    found = check_plan(plan, network(2, 2))
    assert found.peak_data_qubits == (1, 2)
    assert found.migrations == 0
    refused(plan, "data qubits", network(2, 1))


def test_a_home_may_wait_in_a_communication_qubit_but_not_stay_there() -> None:
    b = builder(1)
    b.add("h", [0])
    events: list[Row] = [(PARK, 0, 0, -1), (LOCAL, 0, 0, -1), (STORE, 0, 0, -1)]
    check_plan(make_plan(b.build(), events, [0]), network())
    refused(make_plan(b.build(), events[:2], [0]), "end")


def test_a_home_without_a_holder_or_with_another_former_home_is_refused() -> None:
    b = builder(2)
    b.add("cz", [0, 1])
    for home in ((HOME, 0, 2, 0), (HOME, 0, 1, 2), (HOME, 0, 0, 0), (HOME, 0, 1, 1)):
        events: list[Row] = [(FETCH, 0, 1, 0), home, (RUN, 0, 1, -1), (RELEASE, 0, 0, -1)]
        cz_events(b, [*events, (STORE, 0, 1, -1)], [0, 1], "home")


def test_two_qubits_change_places_between_full_modules() -> None:
    b = builder(2)
    events: list[Row] = [
        (FETCH, 0, 1, 0),
        (HOME, 0, 1, 0),
        (RELEASE, 0, 0, -1),
        (FETCH, 1, 0, 1),
        (HOME, 1, 0, 1),
        (RELEASE, 1, 1, -1),
        (STORE, 1, 0, -1),
        (STORE, 0, 1, -1),
    ]
    plan = make_plan(b.build(), events, [0, 1])
    net = Network("custom", ("a", "b"), (1, 1), (1, 2), ((0, 1),))
    found = check_plan(plan, net)
    assert found.peak_data_qubits == (1, 1)
    assert found.peak_comm_qubits == (1, 2)
    assert found.final_home == (1, 0)
    refused(plan, "communication qubits", replace(net, comm_qubits=(1, 1)))


def test_overtaking_a_barrier_is_refused() -> None:
    b = builder(2)
    b.add("t", [0])
    b.add("barrier", [0, 1])
    b.add("t", [0])
    events: list[Row] = [(LOCAL, 2, 0, -1), (LOCAL, 0, 0, -1), (LOCAL, 1, 0, -1)]
    cz_events(b, events, [0, 0], "order")


def test_a_condition_that_overtakes_its_measurement_is_refused() -> None:
    b = builder(2, 1)
    b.add("measure", [0], bit=0)
    b.add("x", [1], condition=(Term((0,), 1),))
    cz_events(b, [(LOCAL, 1, 0, -1), (LOCAL, 0, 0, -1)], [0, 0], "order")


def test_a_later_measurement_into_the_same_bit_may_not_come_first() -> None:
    b = builder(2, 1)
    b.add("measure", [0], bit=0)
    b.add("measure", [1], bit=0)
    cz_events(b, [(LOCAL, 1, 0, -1), (LOCAL, 0, 0, -1)], [0, 0], "order")


def test_a_gate_that_overtakes_another_axis_is_refused() -> None:
    b = builder(2)
    b.add("cz", [0, 1])
    b.add("h", [0])
    b.add("cz", [0, 1])
    cz_events(b, [(RUN, 2, 0, -1), (LOCAL, 1, 0, -1), (RUN, 0, 0, -1)], [0, 0], "order")


def test_a_gate_that_overtakes_one_of_its_own_axis_may_not_pass_the_gate_between() -> None:
    b = builder(1)
    for name in ("t", "h", "t"):
        b.add(name, [0])
    cz_events(b, [(LOCAL, 0, 0, -1), (LOCAL, 2, 0, -1), (LOCAL, 1, 0, -1)], [0], "order")
