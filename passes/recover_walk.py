"""Find where each phase of a folded circuit can be applied, and on which wires.

A phase on a parity may be applied at any moment at which the parity is the sum of what some wires
hold; as their values are independent, those wires are unique. A wire that holds the parity itself
costs nothing, wherever that happens. Otherwise the phase goes where it first stood.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import pi

from trapline.passes.recover_skeleton import CX, H, Skeleton, renamed
from trapline.passes.recover_terms import Parity, is_zero

_WIDEST_RETRY = 8
"""Phases on more wires are not placed again."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place for a phase.

    Args:
        before: Gate of the skeleton before which it goes.
        wires: Wires whose values sum to the parity, in order.
        values: Parities that they hold.
    """

    before: int
    wires: tuple[int, ...]
    values: tuple[Parity, ...]


def find_spots(folded: Skeleton) -> dict[Parity, Spot]:
    """Find a place for every phase that is not 0.

    Args:
        folded: A circuit without X that were pushed along.
    """
    due = sorted(
        (place, number, parity)
        for number, (parity, term) in enumerate(folded.terms.by_parity.items())
        if not is_zero(term.angle)
        for place in set(term.places)
    )
    walk = _Walk(folded)
    position = 0
    for index, (gate, alive) in enumerate(zip(folded.gates, folded.alive, strict=True)):
        if not alive:
            continue
        while position < len(due) and due[position][0] <= index:
            walk.place(due[position][2], due[position][0])
            position += 1
        if gate.kind == CX:
            a, b = gate.wires
            walk.hold(b, walk.value[b] ^ walk.value[a], index + 1)
            walk.retry(a, b, index + 1)
        elif gate.kind == H:
            single = renamed(frozenset(), gate.fresh[0])
            walk.turn(gate.wires[0], folded.after.get(index, single), index)
        else:
            for fresh in gate.fresh:
                walk.hold(fresh[0], renamed(walk.value[fresh[0]], fresh), index + 1)
    for place, _, parity in due[position:]:
        walk.place(parity, place)
    return walk.spots


class _Walk:
    """The parities on the wires at one moment."""

    def __init__(self, folded: Skeleton) -> None:
        terms = folded.terms.by_parity
        n_wires = folded.n_wires
        self.spots: dict[Parity, Spot] = {}
        self.value: list[Parity] = [frozenset()] * n_wires
        self._wanted = {parity for parity, term in terms.items() if not is_zero(term.angle)}
        self._terms = terms
        self._holder: dict[Parity, int] = {}
        self._touching: dict[int, set[int]] = {}
        self._beside_h: set[Parity] = set()
        self._heavy: dict[tuple[int, int], list[Parity]] = {}
        for wire in range(n_wires):
            self.hold(wire, frozenset((wire,)), 0)

    def turn(self, wire: int, parity: Parity, before: int) -> None:
        """Apply H; phases beside it can become one gate with it."""
        for held, place in ((self.value[wire], before), (parity, before + 1)):
            if held in self._wanted and held not in self._beside_h:
                self._beside_h.add(held)
                self.spots[held] = Spot(place, (wire,), (held,))
        self.hold(wire, parity, before + 1)

    def hold(self, wire: int, parity: Parity, before: int) -> None:
        """Give a wire another parity."""
        old = self.value[wire]
        self._holder.pop(old, None)
        for variable in old ^ parity:
            touching = self._touching.setdefault(variable, set())
            if variable in parity:
                touching.add(wire)
            else:
                touching.discard(wire)
        self.value[wire] = parity
        self._holder[parity] = wire
        if parity in self._wanted:
            found = self.spots.get(parity)
            if found is None or len(found.wires) > 1:
                self.spots[parity] = Spot(before, (wire,), (parity,))

    def place(self, parity: Parity, before: int) -> None:
        """Note where a phase can be applied now, if that is on fewer wires than elsewhere."""
        found = self.spots.get(parity)
        if found is not None and (
            len(found.wires) <= 2 or (len(found.wires) == 3 and self._is_toffoli(parity))
        ):
            return
        wires = self._solve(parity)
        if wires is None and found is None:
            raise ValueError(f"no wires hold the parity of variables {sorted(parity)}")
        if wires is not None and (found is None or len(wires) < len(found.wires)):
            values = tuple(self.value[wire] for wire in wires)
            self.spots[parity] = Spot(before, wires, values)
            if 2 < len(wires) <= _WIDEST_RETRY and not (
                len(wires) == 3 and self._is_toffoli(parity)
            ):
                for pair in combinations(wires, 2):
                    self._heavy.setdefault(pair, []).append(parity)

    def _is_toffoli(self, parity: Parity) -> bool:
        """Tell whether a phase on three wires is that of a CCZ, which has its place."""
        n_eighths = self._terms[parity].angle / (pi / 4)
        return abs(n_eighths - round(n_eighths)) < 1e-9 and round(n_eighths) % 2 == 1

    def retry(self, a: int, b: int, before: int) -> None:
        """Place again what is on three or more wires, two of which have just met in a CX."""
        for parity in self._heavy.pop((min(a, b), max(a, b)), ()):
            self.place(parity, before)

    def _solve(self, parity: Parity) -> tuple[int, ...] | None:
        """Return the wires whose values sum to a parity, None when there are none."""
        for depth in (1, 2, 3):
            wires = self._search(parity, depth)
            if wires is not None:
                return tuple(sorted(wires))
        return self._eliminate(parity)

    def _search(self, parity: Parity, depth: int) -> tuple[int, ...] | None:
        held = self._holder.get(parity)
        if held is not None:
            return (held,)
        if depth == 1:
            return None
        for wire in sorted(self._touching.get(min(parity), ())):
            rest = self._search(parity ^ self.value[wire], depth - 1)
            if rest is not None:
                return (wire, *rest)
        return None

    def _eliminate(self, parity: Parity) -> tuple[int, ...] | None:
        """Solve by Gaussian elimination over the wires that the variables lead to."""
        wires: list[int] = []
        seen: set[int] = set()
        variables, frontier = set(parity), set(parity)
        while frontier:
            found = sorted({w for v in frontier for w in self._touching.get(v, ())} - seen)
            wires.extend(found)
            seen.update(found)
            frontier = {v for w in found for v in self.value[w]} - variables
            variables |= frontier
        pivots: list[tuple[int, Parity, frozenset[int]]] = []
        for wire in wires:
            rest, used = _reduce(self.value[wire], frozenset((wire,)), pivots)
            pivots.append((min(rest), rest, used))
        rest, used = _reduce(parity, frozenset(), pivots)
        return None if rest else tuple(sorted(used))


def _reduce(
    rest: Parity, used: frozenset[int], pivots: list[tuple[int, Parity, frozenset[int]]]
) -> tuple[Parity, frozenset[int]]:
    """Subtract pivots from a parity; the wires of all that were used add up."""
    for pivot, parity, wires in pivots:
        if pivot in rest:
            rest ^= parity
            used ^= wires
    return rest, used
