"""The plan checker accepts what is right, and in time."""

from __future__ import annotations

import time
from math import pi

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import (
    FETCH,
    LOCAL,
    RELEASE,
    RUN,
    Row,
    builder,
    cat_plan,
    make_plan,
    naive_plan,
    network,
    sample_program,
    whole_plan,
)

from trapline.passes.check import PlanCheck, check_plan
from trapline.passes.gates import GATES, OPCODE
from trapline.passes.program import Program, Term


def test_a_naive_plan_of_every_kind_of_operation_is_accepted() -> None:
    plan = naive_plan(sample_program(), 3)
    found = check_plan(plan, network())
    assert isinstance(found, PlanCheck)
    assert found.epr_pairs == plan.epr_pairs == sum(found.link_pairs) > 0
    assert found.migrations == plan.migrations > 0
    assert found.events == plan.n_events
    assert plan.permutation.tolist() != list(range(5))


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


def test_a_measurement_may_overtake_a_gate_that_leaves_its_qubit_alone() -> None:
    for angle in (0.0, 1e-10):
        b = builder(2, 1)
        b.add("rzz", [0, 1], [angle])
        b.add("measure", [0], bit=0)
        events: list[Row] = [(LOCAL, 1, 0, -1), (RUN, 0, 0, -1)]
        assert check_plan(make_plan(b.build(), events, [0, 0]), network()).events == 2


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
