"""Plans made by hand and by the simplest rules, for the tests of the plan checker.

Import as `from plans import naive_plan, network`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from trapline.errors import CheckError
from trapline.passes.check import check_plan
from trapline.passes.gates import GATES
from trapline.passes.plan import Event, Plan
from trapline.passes.program import Program, ProgramBuilder, Register, Term
from trapline.targets.network import Network, ideal_network

LOCAL, RUN, WHOLE, FETCH, RELEASE, HOME, RESET, PARK, STORE, SPREAD = Event
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
                self.events.append((HOME, q, target, self.home[q]))
                self.events.append((STORE, q, target, -1))
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
        (HOME, 0, 2, 0),
        (STORE, 0, 2, -1),
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


def whole_plan() -> Plan:
    b = builder(3)
    b.add("cswap", [0, 1, 2])
    e = builder(3)
    e.add("cx", [2, 1])
    e.add("ccx", [0, 1, 2])
    e.add("cx", [2, 1])
    events: list[Row] = [(FETCH, 0, 1, 0), (WHOLE, 0, 1, -1), (RELEASE, 0, 1, -1)]
    return make_plan(b.build(), events, [0, 1, 1], expanded=e.build(), group=[0, 0, 0])


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
        (HOME, 1, 2, 1),
        (STORE, 1, 2, -1),
        (RELEASE, 1, 1, -1),
        (HOME, 0, 1, 0),
        (STORE, 0, 1, -1),
        (PARK, 0, 0, -1),
        (FETCH, 1, 0, 2),
        (HOME, 1, 0, 2),
        (STORE, 1, 0, -1),
        (RELEASE, 1, 2, -1),
        (RELEASE, 0, 0, -1),
    ]
    return make_plan(b.build(), events, [0, 1])


def spread_plan() -> Plan:
    """A gate across the axis of a cat state happens in both its modules."""
    b = builder(3)
    b.add("cz", [0, 1])
    b.add("cx", [2, 0])
    b.add("cz", [0, 1])
    events: list[Row] = [
        (FETCH, 0, 1, 0),
        (RUN, 0, 1, -1),
        (FETCH, 2, 1, 0),
        (SPREAD, 1, 0, 0),
        (RELEASE, 2, 1, -1),
        (RUN, 2, 1, -1),
        (RELEASE, 0, 1, -1),
    ]
    return make_plan(b.build(), events, [0, 1, 0])


def accepted(plan: Plan) -> bool:
    try:
        check_plan(plan, network())
    except CheckError:
        return False
    return True


def cz_events(b: ProgramBuilder, events: list[Row], homes: list[int], rule: str) -> None:
    refused(make_plan(b.build(), events, homes), rule)
