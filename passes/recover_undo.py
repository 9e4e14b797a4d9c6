"""Put back pairs of CX whose removal does not pay.

Between the two CX of a pair the target holds the sum of two wires. Where phases of that sum meet
several others, they are cheaper with the pair than without: CX CCZ CX is three interactions, but
without its CX the CCZ would be on four wires. Pairs are tried from the longest to the shortest.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from trapline.passes.recover_place import WIDEST_BLOCK
from trapline.passes.recover_walk import Spot, find_spots

if TYPE_CHECKING:
    from trapline.passes.recover_skeleton import Skeleton
    from trapline.passes.recover_terms import Parity

MOST_PHASES = 64
"""Pairs with more phases between them are judged by the first ones."""

_N_BESIDE = 16

Wires = frozenset[int]


def undo(folded: Skeleton) -> dict[Parity, Spot]:
    """Put pairs of CX back into the skeleton where phases become cheaper.

    Args:
        folded: A folded circuit; its skeleton is changed.

    Returns:
        A place for every phase that is not 0.
    """
    spots = find_spots(folded)
    on_wire: dict[int, list[tuple[int, Parity]]] = {}
    wires: dict[Parity, Wires] = {}
    for parity, spot in spots.items():
        if len(spot.wires) > 1:
            wires[parity] = frozenset(spot.wires)
            for wire in spot.wires:
                on_wire.setdefault(wire, []).append((spot.before, parity))
    for held in on_wire.values():
        held.sort(key=lambda place: place[0])
    changed = False
    for first, second in sorted(folded.pairs, key=lambda pair: pair[0] - pair[1]):
        a, b = folded.gates[first].wires
        held = on_wire.get(b, [])
        start = bisect_right(held, first, key=lambda place: place[0])
        inside = {
            parity
            for before, parity in held[start : start + MOST_PHASES]
            if before <= second and b in wires[parity]
        }
        if not any(a in wires[parity] and len(wires[parity]) > 2 for parity in inside):
            continue
        union: Wires = frozenset(wire for parity in inside for wire in wires[parity])
        beside = {
            wires[parity]
            for wire in (a, b)
            for _, parity in _around(on_wire.get(wire, []), first, second)
            if parity not in inside and wires[parity] <= union and len(union) <= WIDEST_BLOCK
        }
        shifted = {parity: wires[parity] ^ {a} for parity in inside}
        cost = _cost(beside | {wires[parity] for parity in inside})
        if 2 + _cost(beside | set(shifted.values())) < cost:
            folded.alive[first] = folded.alive[second] = True
            folded.n_cancelled -= 2
            wires |= shifted
            changed = True
    return find_spots(folded) if changed else spots


def _around(held: list[tuple[int, Parity]], first: int, second: int) -> list[tuple[int, Parity]]:
    """Return the phases on a wire between two gates, and some before and after."""
    start = bisect_right(held, first, key=lambda place: place[0])
    stop = bisect_right(held, second, key=lambda place: place[0])
    stop = min(stop, start + MOST_PHASES)
    return held[max(0, start - _N_BESIDE) : stop + _N_BESIDE]


def _cost(sets: set[Wires]) -> int:
    """Return the cost of interactions on sets of wires: 1, 2, 5, 9, ... for 2, 3, 4, 5 wires.

    A set within another comes with it.
    """
    total = 0
    largest: list[Wires] = []
    for wires in sorted(sets, key=len, reverse=True):
        if len(wires) > 1 and not any(wires < other for other in largest):
            largest.append(wires)
            n = len(wires)
            total += 1 if n == 2 else n * (n - 1) // 2 - 1
    return total
