"""Exchange a CX before H for a CZ after it, where that CZ is already there.

CX onto a wire that then meets H is H, then CZ. When the folded circuit has that CZ on the far side,
as Toffolis written with CZ have, both vanish.
"""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

from trapline.passes.recover_skeleton import CX, H, Skeleton, renamed

if TYPE_CHECKING:
    from trapline.passes.recover_terms import Parity


def exchange(folded: Skeleton) -> None:
    """Take CX before H out of the skeleton against CZ after it.

    Args:
        folded: A folded circuit; it is changed.
    """
    value: list[Parity] = [frozenset((wire,)) for wire in range(folded.n_wires)]
    last: list[list[tuple[int, int, Parity]]] = [[] for _ in range(folded.n_wires)]
    for index, gate in enumerate(folded.gates):
        if not folded.alive[index]:
            continue
        if gate.kind == CX:
            a, b = gate.wires
            last[a] = []
            last[b].append((index, a, value[a]))
            value[b] ^= value[a]
            continue
        if gate.kind == H:
            wire = gate.wires[0]
            after = folded.after.get(index, renamed(frozenset(), gate.fresh[0]))
            for number, control, parity in last[wire]:
                if value[control] == parity and folded.terms.n_quarters(after ^ parity) % 2 == 1:
                    _take_out(folded, number, index, after, parity)
            value[wire] = after
        else:
            for fresh in gate.fresh:
                value[fresh[0]] = renamed(value[fresh[0]], fresh)
        for wire in gate.wires:
            last[wire] = []


def _take_out(folded: Skeleton, number: int, turn: int, after: Parity, parity: Parity) -> None:
    a, b = folded.gates[number].wires
    folded.alive[number] = False
    folded.n_cancelled += 2
    folded.terms.turn(after ^ parity, -pi / 2)
    folded.terms.add(after, pi / 2, turn + 1, (b,))
    folded.terms.add(parity, pi / 2, number, (a,))
