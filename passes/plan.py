"""The plan: a list of events that says what happens where.

A plan is complete: whoever has the program, the network and the events can emit the circuit or
check it without knowing how the plan was found. Emitter and checker both work from it.

Words: a *holder* of a qubit is a module that has its home or a copy, in a data qubit or in a
communication qubit. All holders of a qubit form one cat state: sum over z of c_z |z...z> in the
basis of one axis. With a single holder there is no constraint: that module has the whole qubit.
One holder is the *home*: operations on the qubit alone happen there, and it is never released.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.passes.program import Program


class Event(IntEnum):
    """Kinds of event. `item`, `module` and `source` are the other columns of the plan.

    LOCAL: operation `item` of the expanded program, on one qubit (or a barrier or measurement, on
        any number), happens at the home of each operand. `module` is that of the first operand,
        `source` -1.
    RUN: the multi-qubit operation `item` of the expanded program happens in `module`, where every
        operand has a holder. A holder other than the only one may be used only if the gate commutes
        with the qubit's cat axis.
    WHOLE: all operations of group `item` (`Plan.group`), which together are one operation of the
        input, happen in `module` as that one operation. Every operand must have its home there and
        be its only holder, except operands that meet the group along one axis only, for which a
        copy will do.
    FETCH: qubit `item` gets a holder in `module`, from the holder in `source`, over the link
        between the two: one EPR pair. The cat axis is that of the qubit's next multi-qubit
        operation when it had a single holder, those that spread it left aside. The new holder sits
        in a communication qubit; the pair's other half takes one in `source` for a moment.
    RELEASE: the holder of qubit `item` in `module`, which is not its home, is measured out. Frees
        its data or communication qubit.
    HOME: the holder of qubit `item` in `module` becomes its home, instead of that in `source`.
        Nothing happens physically; either may sit in a communication qubit.
    STORE: the holder of qubit `item` in `module` moves from its communication qubit into a free
        data qubit there.
    PARK: the holder of qubit `item` in `module` moves from its data qubit into a free communication
        qubit there.
    SPREAD: the multi-qubit operation `item`, 1 - 2 P with a product P of one projector for each
        operand (CX, CCZ and the like), happens in every module that holds the qubit `source`, whose
        cat state has an axis perpendicular to the gate's there: the gate itself in `module`, in the
        other modules a flip of the holder under the same condition on the other operands, which
        must have holders in all of them. The cat state keeps its axis and its holders.
    RESET: operation `item`, a reset of one qubit with a single holder, in `source`; the fresh qubit
        appears in a data qubit of `module`. Where that is `source`, the qubit stays where it is.

    At the end every qubit has one holder, in a data qubit.
    """

    LOCAL = 0
    RUN = 1
    WHOLE = 2
    FETCH = 3
    RELEASE = 4
    HOME = 5
    RESET = 6
    PARK = 7
    STORE = 8
    SPREAD = 9


@dataclass(frozen=True, eq=False)
class Plan:
    """What happens where; `n` events.

    Args:
        program: The input.
        expanded: The input with every operation that is not one interaction split into operations
            that are (`trapline.passes.expand`).
        group: int32, (expanded operations,). Operation of the input that each operation of
            `expanded` came from.
        permutation: int32, (qubits,). Qubit of `expanded` that holds each input qubit at the end:
            differs from the identity where SWAPs of the input became relabelling.
        initial_home: int32, (qubits,). Module of each qubit of `expanded` at the start.
        kinds: int8, (n,). `Event` values.
        items: int32, (n,). What the event is about.
        modules: int32, (n,). Where it happens.
        sources: int32, (n,). See `Event`; -1 where unused.
    """

    program: Program
    expanded: Program
    group: NDArray[np.int32]
    permutation: NDArray[np.int32]
    initial_home: NDArray[np.int32]
    kinds: NDArray[np.int8]
    items: NDArray[np.int32]
    modules: NDArray[np.int32]
    sources: NDArray[np.int32]

    @property
    def n_events(self) -> int:
        """Number of events."""
        return len(self.kinds)

    @property
    def epr_pairs(self) -> int:
        """EPR pairs used, one for each hop."""
        return int(np.count_nonzero(self.kinds == Event.FETCH))

    @property
    def migrations(self) -> int:
        """Changes of home that were paid for or rode on a copy."""
        return int(np.count_nonzero(self.kinds == Event.HOME))
