"""Replay the events of a plan: holders, homes, axes, order and occupation at every moment.

Decisions where the plan's format leaves room:

* "The next multi-qubit operation" of a qubit is the next one in the order of events. Operations
  that leave the qubit alone (a rotation by zero) are passed over. Without any, the cat state has no
  axis and nothing but a migration can use it.
* One-qubit gates without condition turn the axis of a cat state; conditional ones and measurements
  must keep it.
* Every qubit of the expanded program occupies a data qubit from the start, used or not.
* A fetch needs one free communication qubit at each end; that at the source is free again at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import mul
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from trapline.errors import CheckError
from trapline.passes.check_axes import CatAxes
from trapline.passes.check_gates import MAX_QUBITS, GateTable
from trapline.passes.check_order import OrderCheck
from trapline.passes.gates import BARRIER, GATES, MEASURE, RESET, UNITARY
from trapline.passes.plan import Event, Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.targets.network import Network

_NO_LIMIT = 1 << 60


@dataclass(frozen=True, kw_only=True)
class PlanCheck:
    """What a valid plan uses, counted by the replay.

    Args:
        epr_pairs: EPR pairs, one for each hop.
        objective: Sum of what the pairs count for, in the unit of the objective.
        link_pairs: Pairs on each link, in the order of `Network.links`.
        peak_data_qubits: Most data qubits in use at any moment, for each module.
        peak_comm_qubits: Most communication qubits in use at any moment, for each module.
        migrations: Changes of home.
        final_home: Module of each qubit of the expanded program at the end.
        events: Events checked.
    """

    epr_pairs: int
    objective: float
    link_pairs: tuple[int, ...]
    peak_data_qubits: tuple[int, ...]
    peak_comm_qubits: tuple[int, ...]
    migrations: int
    final_home: tuple[int, ...]
    events: int


class Replay:
    """Holders, homes and occupation while the events pass.

    Args:
        plan: A plan whose items are in range.
        network: Its network.
        link_values: What a pair over each link counts for, in the order of `Network.links`.
    """

    def __init__(self, plan: Plan, network: Network, link_values: tuple[float, ...]) -> None:
        self.plan = plan
        self.names = network.names
        self.n_modules = network.n_modules
        self.event = 0
        self.opcodes: list[int] = plan.expanded.opcodes.tolist()
        self.conditional: list[bool] = (plan.expanded.conditions >= 0).tolist()
        self.group_start: list[int] = np.searchsorted(
            plan.group, np.arange(plan.program.n_ops + 1)
        ).tolist()
        self.gates = GateTable(plan.expanded)
        self.order = OrderCheck(plan.expanded, self.gates)
        self.axes = CatAxes(plan, self.gates, self.order, self.whole)
        self.home: list[int] = plan.initial_home.tolist()
        # For each qubit: module -> whether it sits in a data qubit there.
        self.holders = [{home: True} for home in self.home]
        self.data_limit = list(network.data_qubits)
        self.comm_limit = [_NO_LIMIT if c is None else c for c in network.comm_qubits]
        self.data = [0] * network.n_modules
        self.comm = [0] * network.n_modules
        self.peak_data = [0] * network.n_modules
        self.peak_comm = [0] * network.n_modules
        self.links = {link: i for i, link in enumerate(network.links)}
        self.link_pairs = [0] * len(network.links)
        self.link_values = link_values
        self.migrations = 0

    def run(self) -> PlanCheck:
        """Take every event in turn, then look at what is left."""
        plan = self.plan
        for home in self.home:
            self.take_data(home)
        take: tuple[Callable[[int, int, int], None], ...] = (
            self.local,
            self.run_gate,
            self.run_whole,
            self.fetch,
            self.release,
            self.call_home,
            self.reset,
            self.park,
            self.store,
            self.spread,
        )
        columns = (plan.kinds, plan.items, plan.modules, plan.sources)
        n_modules = self.n_modules
        for event, (kind, item, module, source) in enumerate(
            zip(*[column.tolist() for column in columns], strict=True)
        ):
            self.event = event
            if not 0 <= module < n_modules and not self.is_placeless(kind, item):
                self.fail("module", f"module {module} does not exist, want 0 to {n_modules - 1}")
            take[kind](item, module, source)
        self.finish()
        return PlanCheck(
            epr_pairs=sum(self.link_pairs),
            objective=sum(map(mul, self.link_values, self.link_pairs)),
            link_pairs=tuple(self.link_pairs),
            peak_data_qubits=tuple(self.peak_data),
            peak_comm_qubits=tuple(self.peak_comm),
            migrations=self.migrations,
            final_home=tuple(self.home),
            events=plan.n_events,
        )

    def finish(self) -> None:
        """Check that all operations happened and every qubit is at home."""
        self.event = self.plan.n_events
        missing = self.order.done.find(0)
        if missing >= 0:
            self.fail("once", f"{self.describe(missing)} never happens")
        for qubit, holders in enumerate(self.holders):
            if list(holders.values()) != [True]:
                where = ", ".join(self.names[m] for m in holders)
                self.fail(
                    "end",
                    f"qubit {qubit} ends with holders in {where}, want one in a data qubit",
                )

    # operations

    def local(self, op: int, module: int, source: int) -> None:
        """One-qubit gate, measurement or barrier at the homes of its operands."""
        del source
        qubits, opcode = self.order.qubits[op], self.opcodes[op]
        if qubits and self.home[qubits[0]] != module:
            home = self.names[self.home[qubits[0]]]
            self.fail(
                "home", f"{self.describe(op)} happens in {self.names[module]}, its home is {home}"
            )
        if opcode not in (MEASURE, BARRIER) and (len(qubits) != 1 or not self.is_gate(op)):
            self.fail("kind", f"{self.describe(op)} cannot be local")
        if opcode != BARRIER:
            for qubit in qubits:
                if len(self.holders[qubit]) > 1:
                    self.local_in_cat(op, qubit)
        self.happen(op)

    def local_in_cat(self, op: int, qubit: int) -> None:
        """A one-qubit gate turns the axis; a measurement or conditional gate must keep it."""
        gate = self.order.gate[op]
        if self.opcodes[op] != MEASURE and not self.conditional[op]:
            self.axes.turn(qubit, gate)
        elif not self.axes.allows(qubit, gate, 0):
            self.fail(
                "axis",
                f"{self.describe(op)} does not keep the axis of the cat state of qubit {qubit}, "
                f"which has {len(self.holders[qubit])} holders",
            )

    def run_gate(self, op: int, module: int, source: int) -> None:
        """A multi-qubit gate where every operand has a holder."""
        del source
        qubits = self.order.qubits[op]
        if len(qubits) < 2 or not self.is_gate(op):
            self.fail("kind", f"{self.describe(op)} is not a gate on several qubits")
        gate = self.order.gate[op]
        for operand, qubit in enumerate(qubits):
            self.use(qubit, module, gate, operand, op)
        self.happen(op)

    def spread(self, op: int, module: int, source: int) -> None:
        """A gate across the axis of a cat state, in all modules that hold it."""
        qubits = self.order.qubits[op]
        if source not in qubits or not self.is_gate(op):
            self.fail("spread", f"{self.describe(op)} is no gate on qubit {source}")
        gate, place = self.order.gate[op], qubits.index(source)
        holders = self.holders[source]
        if module not in holders:
            self.fail("holder", f"qubit {source} has no holder in {self.names[module]}")
        if len(holders) < 2 or not self.axes.crosses(source, gate, place):
            self.fail(
                "spread",
                f"{self.describe(op)} does not flip the cat state of qubit {source} "
                f"under a condition, or there is none",
            )
        for operand, qubit in enumerate(qubits):
            for held in holders if qubit != source else ():
                self.use(qubit, held, gate, operand, op)
        self.happen(op)

    def run_whole(self, group: int, module: int, source: int) -> None:
        """All operations of a group as one gate."""
        del source
        first, last = self.group_start[group], self.group_start[group + 1]
        found = self.whole(group)
        if found is None:
            self.fail(
                "whole", f"operation {group} of the input is not one gate that can be run whole"
            )
        qubits, gate = found
        for operand, qubit in enumerate(qubits):
            self.use(qubit, module, gate, operand, first)
        for op in range(first, last):
            self.happen(op)

    def use(self, qubit: int, module: int, gate: int, operand: int, op: int) -> None:
        """Let a gate act on the holder of a qubit in a module."""
        holders = self.holders[qubit]
        if module not in holders:
            where = ", ".join(self.names[m] for m in holders)
            self.fail(
                "holder",
                f"{self.describe(op)} in {self.names[module]}: "
                f"qubit {qubit} has no holder there, only in {where}",
            )
        if len(holders) > 1 and not self.axes.allows(qubit, gate, operand):
            self.fail(
                "axis",
                f"{self.describe(op)} does not commute with the axis of the cat state "
                f"of qubit {qubit}, which has {len(holders)} holders",
            )

    def whole(self, group: int) -> tuple[tuple[int, ...], int] | None:
        """Return qubits and product of a group; None when it is not one gate."""
        ops = range(self.group_start[group], self.group_start[group + 1])
        qubits = tuple(dict.fromkeys(q for op in ops for q in self.order.qubits[op]))
        if not ops or len(qubits) > MAX_QUBITS or not all(map(self.is_gate, ops)):
            return None
        steps: list[tuple[int, tuple[int, ...]]] = []
        for op in ops:
            places = tuple([qubits.index(q) for q in self.order.qubits[op]])
            steps.append((self.order.gate[op], places))
        return qubits, self.gates.product(steps, len(qubits))

    def reset(self, op: int, module: int, source: int) -> None:
        """A reset: the fresh qubit may appear elsewhere."""
        if self.opcodes[op] != RESET:
            self.fail("kind", f"{self.describe(op)} is not a reset")
        (qubit,) = self.order.qubits[op]
        if len(self.holders[qubit]) != 1:
            self.fail("reset", f"qubit {qubit} has {len(self.holders[qubit])} holders, want one")
        if self.home[qubit] != source:
            self.fail(
                "home", f"qubit {qubit} is reset in module {source}, its home is {self.home[qubit]}"
            )
        if module != source:
            if self.conditional[op]:
                self.fail("reset", f"a conditional reset cannot move qubit {qubit}")
            used = self.data if self.holders[qubit][source] else self.comm
            used[source] -= 1
            self.take_data(module)
            self.holders[qubit] = {module: True}
            self.home[qubit] = module
        self.happen(op)

    # communication

    def fetch(self, qubit: int, module: int, source: int) -> None:
        """One EPR pair gives a qubit one more holder."""
        holders = self.holders[qubit]
        if source not in holders:
            self.fail("fetch", f"qubit {qubit} has no holder in the source, module {source}")
        if module in holders:
            self.fail("fetch", f"qubit {qubit} already has a holder in {self.names[module]}")
        link = self.links.get((min(module, source), max(module, source)))
        if link is None:
            self.fail("link", f"no link joins {self.names[source]} and {self.names[module]}")
        if len(holders) == 1:
            self.axes.begin(qubit, self.event)
        self.take_comm(source)
        self.take_comm(module)
        self.comm[source] -= 1
        holders[module] = False
        self.link_pairs[link] += 1

    def release(self, qubit: int, module: int, source: int) -> None:
        """A holder that is not the home is measured out."""
        del source
        holders = self.holders[qubit]
        if module not in holders:
            self.fail("release", f"qubit {qubit} has no holder in {self.names[module]}")
        if module == self.home[qubit]:
            self.fail(
                "release", f"{self.names[module]} is the home of qubit {qubit}; name another first"
            )
        used = self.data if holders.pop(module) else self.comm
        used[module] -= 1

    def call_home(self, qubit: int, module: int, source: int) -> None:
        """A copy becomes the home."""
        if source != self.home[qubit]:
            self.fail(
                "home", f"the home of qubit {qubit} is module {self.home[qubit]}, not {source}"
            )
        if module == source or module not in self.holders[qubit]:
            self.fail("home", f"qubit {qubit} has no copy in {self.names[module]}")
        self.home[qubit] = module
        self.migrations += 1

    def park(self, qubit: int, module: int, source: int) -> None:
        """A holder moves from a data qubit into a communication qubit."""
        del source
        if not self.holders[qubit].get(module, False):
            self.fail("park", f"qubit {qubit} is in no data qubit of {self.names[module]}")
        self.take_comm(module)
        self.data[module] -= 1
        self.holders[qubit][module] = False

    def store(self, qubit: int, module: int, source: int) -> None:
        """A holder moves from a communication qubit into a data qubit."""
        del source
        if self.holders[qubit].get(module, True):
            self.fail(
                "store", f"qubit {qubit} is in no communication qubit of {self.names[module]}"
            )
        self.take_data(module)
        self.comm[module] -= 1
        self.holders[qubit][module] = True

    # common parts

    def happen(self, op: int) -> None:
        """Let an operation of the expanded program happen, once and in order."""
        if self.order.done[op]:
            self.fail("once", f"{self.describe(op)} has happened before")
        blocking = self.order.happen(op)
        if blocking >= 0:
            self.fail(
                "order",
                f"{self.describe(op)} happens before {self.describe(blocking)}, "
                "and they do not commute",
            )

    def take_data(self, module: int) -> None:
        """Occupy a data qubit."""
        used = self.data[module] = self.data[module] + 1
        if used > self.peak_data[module]:
            self.peak_data[module] = used
            if used > self.data_limit[module]:
                limit = self.data_limit[module]
                self.fail("data qubits", f"{self.names[module]} needs {used}, it has {limit}")

    def take_comm(self, module: int) -> None:
        """Occupy a communication qubit."""
        used = self.comm[module] = self.comm[module] + 1
        if used > self.peak_comm[module]:
            self.peak_comm[module] = used
            if used > self.comm_limit[module]:
                limit = self.comm_limit[module]
                self.fail(
                    "communication qubits", f"{self.names[module]} needs {used}, it has {limit}"
                )

    def is_gate(self, op: int) -> bool:
        """Return whether an operation of the expanded program is a unitary."""
        return self.opcodes[op] == UNITARY or GATES[self.opcodes[op]].matrix is not None

    def is_placeless(self, kind: int, item: int) -> bool:
        """Return whether an event needs no module: a barrier on no qubits."""
        return kind == Event.LOCAL and not self.order.qubits[item]

    def describe(self, op: int) -> str:
        """Name an operation of the expanded program."""
        qubits = ", ".join(map(str, self.order.qubits[op]))
        return f"operation {op} ({GATES[self.opcodes[op]].name} on {qubits})"

    def fail(self, rule: str, what: str) -> NoReturn:
        """Report a violation at the present event."""
        plan = self.plan
        if self.event >= plan.n_events:
            place = "end of the plan"
        else:
            kind = Event(int(plan.kinds[self.event])).name
            place = f"event {self.event} ({kind})"
        raise CheckError(
            f'{place}, rule "{rule}": {what}',
            hint="the plan does not do what the input does; report this as a bug with the input",
        )
