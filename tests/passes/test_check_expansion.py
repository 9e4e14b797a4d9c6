"""The plan checker compares the expanded program with the input."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from plans import LOCAL, RUN, Row, builder, make_plan, naive_plan, network, refused, sample_program

from trapline.errors import CheckError
from trapline.passes.check import check_plan
from trapline.passes.program import Term

if TYPE_CHECKING:
    from trapline.passes.plan import Plan


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
