"""The plan checker accepts what is right and refuses everything else."""

from __future__ import annotations

import time
from dataclasses import replace
from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trapline.errors import CheckError
from trapline.passes.check import PlanCheck, check_plan
from trapline.passes.gates import GATES, OPCODE
from trapline.passes.plan import Event, Plan
from trapline.passes.program import Program, ProgramBuilder, Register, Term
from trapline.targets.network import Network, ideal_network

LOCAL, RUN, WHOLE, FETCH, RELEASE, SETTLE, RESET, PARK = Event
Row = tuple[Event, int, int, int]


def builder(n_qubits: int, n_bits: int = 0) -> ProgramBuilder:
    bits = [Register("c", n_bits)] if n_bits else []
    return ProgramBuilder("test", [Register("q", n_qubits)], bits)


def make_plan(
    program: Program,
    events: list[Row],
    homes: list[int],
    *,
    expanded: Program | None = None,
    group: list[int] | None = None,
    permutation: list[int] | None = None,
) -> Plan:
    columns = np.array(events, dtype=np.int32).reshape(-1, 4).T
    expanded = expanded or program
    return Plan(
        program=program,
        expanded=expanded,
        group=np.array(range(expanded.n_ops) if group is None else group, dtype=np.int32),
        permutation=np.array(permutation or range(program.n_qubits), dtype=np.int32),
        initial_home=np.array(homes, dtype=np.int32),
        kinds=columns[0].astype(np.int8),
        items=columns[1],
        modules=columns[2],
        sources=columns[3],
    )


def events_of(plan: Plan) -> list[Row]:
    columns = (plan.kinds, plan.items, plan.modules, plan.sources)
    return [(Event(k), i, m, s) for k, i, m, s in zip(*(c.tolist() for c in columns), strict=True)]


def with_events(plan: Plan, events: list[Row]) -> Plan:
    columns = np.array(events, dtype=np.int32).reshape(-1, 4).T
    return replace(
        plan,
        kinds=columns[0].astype(np.int8),
        items=columns[1],
        modules=columns[2],
        sources=columns[3],
    )


def parts(name: str, qubits: tuple[int, ...]) -> list[tuple[str, tuple[int, ...]]]:
    if name != "cswap":
        return [(name, qubits)]
    return [("cx", qubits[:0:-1]), ("ccx", qubits), ("cx", qubits[:0:-1])]


class Naive:
    """Round-robin homes; every remote gate fetches, runs and releases, or gathers its qubits."""

    def __init__(self, program: Program, n_modules: int) -> None:
        self.program = program
        self.n_modules = n_modules
        self.out = ProgramBuilder("expanded", program.qubit_registers, program.bit_registers)
        self.where = list(range(program.n_qubits))
        self.home = [q % n_modules for q in self.where]
        self.group: list[int] = []
        self.events: list[Row] = []

    def add(self, op: int, name: str, qubits: tuple[int, ...]) -> int:
        program = self.program
        angles = program.params_of(op) if name == GATES[program.opcodes[op]].name else ()
        bit, condition = int(program.bits[op]), program.condition_of(op)
        self.group.append(op)
        return self.out.add(name, qubits, angles, bit=bit, condition=condition)

    def gather(self, qubits: tuple[int, ...]) -> int:
        target = self.home[qubits[0]]
        for q in qubits:
            if self.home[q] != target:
                self.events.append((FETCH, q, target, self.home[q]))
                self.events.append((SETTLE, q, target, self.home[q]))
                self.events.append((RELEASE, q, self.home[q], -1))
                self.home[q] = target
        return target

    def remote(self, op: int, name: str, qubits: tuple[int, ...]) -> None:
        item, target = self.add(op, name, qubits), self.home[qubits[-1]]
        away = [q for q in qubits if self.home[q] != target]
        self.events.extend((FETCH, q, target, self.home[q]) for q in away)
        self.events.append((RUN, item, target, -1))
        self.events.extend((RELEASE, q, target, -1) for q in away)

    def take(self, op: int) -> None:
        name = GATES[self.program.opcodes[op]].name
        plain = self.program.qubits_of(op)
        qubits = tuple(self.where[q] for q in plain)
        first = self.home[qubits[0]]
        if name == "swap":
            a, b = plain
            self.where[a], self.where[b] = qubits[1], qubits[0]
        elif name == "reset":
            self.home[qubits[0]] = (first + 1) % self.n_modules
            self.events.append((RESET, self.add(op, name, qubits), self.home[qubits[0]], first))
        elif name in ("measure", "barrier") or len(qubits) == 1:
            self.events.append((LOCAL, self.add(op, name, qubits), first, -1))
        elif GATES[self.program.opcodes[op]].axes:
            self.remote(op, name, qubits)
        else:
            for step, operands in parts(name, qubits):
                self.add(op, step, operands)
            self.events.append((WHOLE, op, self.gather(qubits), -1))


def naive_plan(program: Program, n_modules: int) -> Plan:
    naive = Naive(program, n_modules)
    homes = list(naive.home)
    for op in range(program.n_ops):
        naive.take(op)
    return make_plan(
        program,
        naive.events,
        homes,
        expanded=naive.out.build(),
        group=naive.group,
        permutation=naive.where,
    )


def network(n_modules: int = 3, data: int = 40, comm: int | None = 6) -> Network:
    return ideal_network("complete", n_modules, data, comm)


def refused(plan: Plan, rule: str, net: Network | None = None) -> str:
    with pytest.raises(CheckError) as caught:
        check_plan(plan, net or network())
    assert f'rule "{rule}"' in caught.value.message
    return caught.value.message


def sample_program() -> Program:
    b = builder(5, 3)
    b.add("h", [0])
    b.add("cx", [0, 1])
    b.add("t", [1])
    b.add("cu3", [1, 2], [0.3, 0.2, 0.1])
    b.add("swap", [2, 3])
    b.add("ccx", [0, 2, 4])
    b.add("iswap", [1, 4])
    b.add("cswap", [0, 3, 4])
    b.add("measure", [3], bit=1)
    b.add("x", [0], condition=(Term((1,), 1),))
    b.add("barrier", [0, 1, 2])
    b.add("rzz", [0, 2], [0.7])
    b.add("reset", [3])
    b.add("crx", [3, 0], [0.4])
    b.add("measure", [0, 4], bit=0)
    return b.build()


# accepted


def test_a_naive_plan_of_every_kind_of_operation_is_accepted() -> None:
    plan = naive_plan(sample_program(), 3)
    found = check_plan(plan, network())
    assert isinstance(found, PlanCheck)
    assert found.epr_pairs == plan.epr_pairs == sum(found.link_pairs) > 0
    assert found.migrations == plan.migrations > 0
    assert found.events == plan.n_events
    assert plan.permutation.tolist() != list(range(5))


def cat_plan() -> Plan:
    """One qubit held in three modules serves three gates, with a frame that turns in between."""
    b = builder(4)
    b.add("h", [0])
    b.add("cx", [0, 1])
    b.add("rz", [0], [0.3])
    b.add("cp", [2, 0], [0.7])
    b.add("h", [0])
    b.add("cx", [3, 0])
    b.add("y", [0])
    b.add("cz", [0, 1])
    events: list[Row] = [
        (LOCAL, 0, 0, -1),
        (FETCH, 0, 1, 0),
        (RUN, 1, 1, -1),
        (FETCH, 0, 2, 1),
        (LOCAL, 2, 0, -1),
        (RUN, 3, 2, -1),
        (LOCAL, 4, 0, -1),
        (RELEASE, 0, 1, -1),
        (SETTLE, 0, 2, 0),
        (RELEASE, 0, 0, -1),
        (FETCH, 3, 2, 0),
        (RUN, 5, 2, -1),
        (RELEASE, 3, 2, -1),
        (LOCAL, 6, 2, -1),
        (FETCH, 1, 2, 1),
        (RUN, 7, 2, -1),
        (RELEASE, 1, 2, -1),
    ]
    return make_plan(b.build(), events, [0, 1, 2, 0])


def test_copies_in_several_modules_share_one_cat_state() -> None:
    found = check_plan(cat_plan(), network())
    assert found.epr_pairs == 4
    assert found.link_pairs == (1, 1, 2)
    assert found.peak_data_qubits == (2, 1, 2)
    assert found.peak_comm_qubits == (1, 2, 1)
    assert found.migrations == 1


def test_the_axis_is_turned_back_through_the_gates_before_the_next_interaction() -> None:
    b = builder(2)
    b.add("u3", [0], [0.4, 1.1, -0.3])
    b.add("cu3", [1, 0], [0.3, 0.2, 0.1])
    b.add("u3", [0], [1.4, 0.1, 2.0])
    events: list[Row] = [
        (FETCH, 0, 1, 0),
        (LOCAL, 0, 0, -1),
        (RUN, 1, 1, -1),
        (LOCAL, 2, 0, -1),
        (RELEASE, 0, 1, -1),
    ]
    assert check_plan(make_plan(b.build(), events, [0, 1]), network()).epr_pairs == 1


def test_commuting_operations_may_happen_in_another_order() -> None:
    b = builder(3)
    b.add("cx", [0, 1])
    b.add("cz", [0, 2])
    b.add("t", [0])
    b.add("rxx", [1, 2], [0.4])
    b.add("rzz", [1, 2], [0.3])
    events: list[Row] = [
        (LOCAL, 2, 0, -1),
        (RUN, 1, 0, -1),
        (RUN, 0, 0, -1),
        (RUN, 4, 0, -1),
        (RUN, 3, 0, -1),
    ]
    assert check_plan(make_plan(b.build(), events, [0, 0, 0]), network()).events == 5


def test_a_third_module_may_host_a_gate() -> None:
    b = builder(2)
    b.add("cz", [0, 1])
    events: list[Row] = [
        (FETCH, 0, 2, 0),
        (FETCH, 1, 2, 1),
        (RUN, 0, 2, -1),
        (RELEASE, 0, 2, -1),
        (RELEASE, 1, 2, -1),
    ]
    assert check_plan(make_plan(b.build(), events, [0, 1]), network()).peak_comm_qubits[2] == 2


def test_a_measurement_along_the_axis_may_happen_while_copies_exist() -> None:
    b = builder(2, 1)
    b.add("cx", [0, 1])
    b.add("measure", [0], bit=0)
    events: list[Row] = [
        (FETCH, 0, 1, 0),
        (RUN, 0, 1, -1),
        (LOCAL, 1, 0, -1),
        (RELEASE, 0, 1, -1),
    ]
    check_plan(make_plan(b.build(), events, [0, 1]), network())


def test_a_group_run_whole_may_use_a_copy_of_the_qubit_it_meets_along_one_axis() -> None:
    plan = whole_plan()
    assert check_plan(plan, network()).epr_pairs == 1


def whole_plan() -> Plan:
    b = builder(3)
    b.add("cswap", [0, 1, 2])
    e = builder(3)
    e.add("cx", [2, 1])
    e.add("ccx", [0, 1, 2])
    e.add("cx", [2, 1])
    events: list[Row] = [(FETCH, 0, 1, 0), (WHOLE, 0, 1, -1), (RELEASE, 0, 1, -1)]
    return make_plan(b.build(), events, [0, 1, 1], expanded=e.build(), group=[0, 0, 0])


random_gates = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("h", "t", "rz", "u3", "cx", "cz", "cp", "rzz", "rxx", "swap", "iswap", "ccx"),
                *("cswap", "cu3", "ch", "measure", "reset", "barrier", "rccx"),
            ]
        ),
        st.permutations(range(5)),
        st.floats(-7, 7),
        st.booleans(),
    ),
    max_size=25,
)


def random_program(gates: list[tuple[str, list[int], float, bool]]) -> Program:
    b = builder(5, 4)
    for name, order, angle, conditional in gates:
        row = GATES[OPCODE[name]]
        n = 3 if name == "barrier" else 2 if name == "measure" else row.n_qubits
        condition = (Term((0, 2), 1),) if conditional and name not in ("barrier", "swap") else ()
        angles = [angle + k for k in range(row.n_params)]
        if name == "reset":
            condition = ()
        b.add(
            name,
            order[:n],
            angles,
            bit=order[4] % 3 if name == "measure" else -1,
            condition=condition,
        )
    return b.build()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(random_gates, st.integers(1, 4))
def test_naive_plans_of_random_programs_are_accepted(
    gates: list[tuple[str, list[int], float, bool]], n_modules: int
) -> None:
    plan = naive_plan(random_program(gates), n_modules)
    found = check_plan(plan, network(n_modules))
    assert found.epr_pairs == plan.epr_pairs


# refused: generic damage

PLANS = [lambda: naive_plan(sample_program(), 3), cat_plan, whole_plan]


@pytest.mark.parametrize("make", PLANS)
def test_dropping_any_event_is_refused(make) -> None:  # type: ignore[no-untyped-def]
    plan = make()
    events = events_of(plan)
    for at in range(len(events)):
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
            if kind in (FETCH, SETTLE, RESET):
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
    # H and Y turn the frame of a cat state, RZ commutes with CP, the rest are independent.
    assert free == {0, 2, 3, 4, 6, 7, 9, 12, 13}


def accepted(plan: Plan) -> bool:
    try:
        check_plan(plan, network())
    except CheckError:
        return False
    return True


# refused: each rule by name


def cz_events(b: ProgramBuilder, events: list[Row], homes: list[int], rule: str) -> None:
    refused(make_plan(b.build(), events, homes), rule)


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
        (SETTLE, 0, 1, 0),
        (FETCH, 1, 0, 1),
        (SETTLE, 1, 0, 1),
        (RELEASE, 0, 0, -1),
        (RELEASE, 1, 1, -1),
    ]
    plan = make_plan(b.build(), events, [0, 1])
    assert check_plan(plan, network(2, 2)).peak_data_qubits == (2, 2)
    refused(plan, "data qubits", network(2, 1))


def parked_plan() -> Plan:
    """Two qubits change places; the first parks, so that the second finds a free data qubit."""
    b = builder(2)
    b.add("cz", [0, 1])
    events: list[Row] = [
        (FETCH, 0, 1, 0),
        (FETCH, 1, 0, 1),
        (RUN, 0, 0, -1),
        (RELEASE, 1, 0, -1),
        (FETCH, 1, 2, 1),
        (SETTLE, 1, 2, 1),
        (RELEASE, 1, 1, -1),
        (SETTLE, 0, 1, 0),
        (PARK, 0, 0, -1),
        (FETCH, 1, 0, 2),
        (SETTLE, 1, 0, 2),
        (RELEASE, 1, 2, -1),
        (RELEASE, 0, 0, -1),
    ]
    return make_plan(b.build(), events, [0, 1])


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


def test_parking_a_home_or_a_copy_is_refused() -> None:
    events = events_of(parked_plan())
    at = next(i for i, row in enumerate(events) if row[0] == PARK)
    for module, place in ((1, at), (0, at - 1), (1, at - 1), (2, at), (0, at + 1)):
        changed = [*events[:place], (PARK, 0, module, -1), *events[place:]]
        refused(with_events(parked_plan(), changed), "park")


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


# refused: the expansion


def expansion_plan() -> Plan:
    return naive_plan(sample_program(), 1)


def test_a_wrong_permutation_is_refused() -> None:
    plan = expansion_plan()
    refused(replace(plan, permutation=np.arange(5, dtype=np.int32)), "expansion")


def test_a_wrong_group_is_refused() -> None:
    plan = expansion_plan()
    for at in range(len(plan.group)):
        for change in (-1, 1):
            group = plan.group.copy()
            group[at] += change
            with pytest.raises(CheckError):
                check_plan(replace(plan, group=group), network())


@pytest.mark.parametrize("name", ["qubit", "angle", "gate", "condition", "bit", "extra", "less"])
def test_an_expansion_that_is_another_program_is_refused(name: str) -> None:
    b = builder(3, 2)
    b.add("cu3", [0, 1], [0.3, 0.2, 0.1])
    b.add("measure", [1], bit=0)
    b.add("rz", [2], [0.1], condition=(Term((0,), 1),))
    e = builder(3, 2)
    e.add("cu3", [0, 2 if name == "qubit" else 1], [0.3, 0.2, 0.1 + 1e-5 * (name == "angle")])
    e.add("measure", [1], bit=int(name == "bit"))
    gate, value = ("rx" if name == "gate" else "rz"), int(name != "condition")
    e.add(gate, [2], [0.1], condition=(Term((0,), value),))
    group = [0, 1, 2]
    if name == "extra":
        e.add("x", [2], condition=(Term((0,), 1),))
        group.append(2)
    if name == "less":
        e = builder(3, 2)
        e.add("cu3", [0, 1], [0.3, 0.2, 0.1])
        e.add("measure", [1], bit=0)
        group = [0, 1]
    expanded = e.build()
    events: list[Row] = [(RUN, 0, 0, -1)]
    events += [(LOCAL, op, 0, -1) for op in range(1, expanded.n_ops)]
    plan = make_plan(b.build(), events, [0, 0, 0], expanded=expanded, group=group)
    refused(plan, "expansion")


def test_an_expansion_may_differ_by_a_global_phase_and_by_a_relabelling() -> None:
    b = builder(2)
    b.add("iswap", [0, 1])
    b.add("rz", [0], [0.4])
    e = builder(2)
    e.add("cz", [0, 1])
    e.add("s", [0])
    e.add("s", [1])
    e.add("p", [1], [0.4])
    events: list[Row] = [(RUN, 0, 0, -1), *[(LOCAL, op, 0, -1) for op in (1, 2, 3)]]
    plan = make_plan(
        b.build(),
        events,
        [0, 0],
        expanded=e.build(),
        group=[0, 0, 0, 1],
        permutation=[1, 0],
    )
    check_plan(plan, network())


def test_a_conditional_swap_cannot_become_a_relabelling() -> None:
    b = builder(2, 1)
    b.add("swap", [0, 1], condition=(Term((0,), 1),))
    plan = make_plan(
        b.build(), [], [0, 0], expanded=builder(2, 1).build(), group=[], permutation=[1, 0]
    )
    refused(plan, "expansion")


# speed


def test_a_plan_of_a_hundred_thousand_events_is_checked_in_seconds() -> None:
    generator = np.random.default_rng(7)
    b = builder(60)
    while len(b) < 55_000:
        a, c = (int(q) for q in generator.choice(60, 2, replace=False))
        kind = generator.integers(4)
        if kind == 0:
            b.add("h", [a])
        elif kind == 1:
            b.add("rz", [a], [float(generator.uniform(0, 2 * pi))])
        elif kind == 2:
            b.add("cx", [a, c])
        else:
            b.add("cp", [a, c], [pi / float(generator.integers(1, 40))])
    plan = naive_plan(b.build(), 6)
    assert plan.n_events > 100_000
    start = time.process_time()
    found = check_plan(plan, network(6))
    seconds = time.process_time() - start
    assert found.epr_pairs == plan.epr_pairs
    assert seconds / plan.n_events < 60e-6


def test_reversing_a_long_run_of_commuting_gates_is_checked_in_near_linear_time() -> None:
    b = builder(2)
    n_gates = 20_000
    for k in range(n_gates):
        b.add("cp", [0, 1], [pi / (1 + k % 7)])
    events: list[Row] = [(RUN, op, 0, -1) for op in reversed(range(n_gates))]
    start = time.process_time()
    check_plan(make_plan(b.build(), events, [0, 0]), network())
    assert (time.process_time() - start) / n_gates < 100e-6
