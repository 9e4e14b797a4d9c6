"""Turn the phases of a folded circuit into few and small diagonal interactions.

Phases on one wire are local. A phase on the sum of three wires with an odd multiple of pi/4 is a
CCZ and smaller phases, which may cancel against others: two Toffolis that share controls share the
phase of the pair. What is left of pairs joins a three-body interaction that holds them, or becomes
one two-body interaction.

Sources: Toffoli as seven phases, Nielsen and Chuang, figure 4.9; Selinger, arXiv:1210.0974.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from math import pi
from typing import TYPE_CHECKING

from trapline.passes.recover_terms import ANGLE_TOLERANCE, Parity, is_zero, sum_of_angles
from trapline.passes.recover_walk import Spot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trapline.passes.diagonals import Phases
    from trapline.passes.recover_skeleton import Skeleton

WIDEST_BLOCK = 4
"""Diagonal interactions on up to this many wires become one unitary."""

_EIGHTH = pi / 4


@dataclass(frozen=True, slots=True)
class Diagonal:
    """Diagonal operations on wires that go to one place.

    Args:
        before: Gate of the skeleton before which it goes.
        wires: Its wires.
        phases: (positions among the wires, angle) of every phase; a CCZ is counted apart.
        has_ccz: Whether a CCZ on its three wires belongs to it.
        controlled: Two wires only: to be written as a controlled phase.
    """

    before: int
    wires: tuple[int, ...]
    phases: Phases
    has_ccz: bool = False
    controlled: bool = False

    @property
    def is_ccz(self) -> bool:
        """Whether it is a CCZ, perhaps with X around it and what is local."""
        return self.has_ccz and all(
            len(chosen) == 2 and abs(abs(angle) - pi / 2) < ANGLE_TOLERANCE
            for chosen, angle in self.phases
        )

    @property
    def is_chain(self) -> bool:
        """Whether it is one rotation on many wires, to be written as a chain of CX."""
        n = len(self.wires)
        return n > WIDEST_BLOCK or (n > 3 and len(self.phases) == 1)


@dataclass(eq=False)
class _Placing:
    """The phases that are still to be placed."""

    angles: dict[Parity, float]
    spots: dict[Parity, Spot]
    out: list[Diagonal] = field(default_factory=list[Diagonal])
    opened: dict[Parity, Spot] = field(default_factory=dict[Parity, Spot])
    """Where blocks are; `spots` may name a smaller spot for what their phases get later."""

    def add(self, parity: Parity, angle: float, spot: Spot) -> None:
        """Add a phase to what is to be placed."""
        self.angles[parity] = sum_of_angles(self.angles.get(parity, 0.0), angle)
        found = self.spots.get(parity)
        if found is None or len(found.wires) > len(spot.wires):
            self.spots[parity] = spot

    def take(self, parity: Parity) -> float:
        """Take a phase out, leaving half a turn to the wires, where it is local."""
        angle = self.angles.pop(parity, 0.0)
        spot = self.spots.get(parity)
        n_halves = round(angle / pi)
        if spot is None or len(spot.wires) == 1 or not n_halves:
            return angle
        if n_halves % 2:
            for k in range(len(spot.wires)):
                self.add(spot.values[k], pi, part_of(spot, (k,)))
        rest = angle - n_halves * pi
        return 0.0 if abs(rest) < ANGLE_TOLERANCE else rest


def part_of(spot: Spot, chosen: tuple[int, ...]) -> Spot:
    """Return the spot of some of the wires of a spot."""
    wires = tuple(spot.wires[k] for k in chosen)
    return Spot(spot.before, wires, tuple(spot.values[k] for k in chosen))


def sum_of(values: Iterable[Parity]) -> Parity:
    """Return the sum of parities."""
    total: Parity = frozenset()
    for value in values:
        total ^= value
    return total


def place(folded: Skeleton, spots: dict[Parity, Spot]) -> list[Diagonal]:
    """Choose diagonal interactions for the phases of a folded circuit.

    Args:
        folded: A circuit without X that were pushed along.
        spots: A place for each phase.

    Returns:
        The interactions and local phases in order of their places.
    """
    spots = dict(spots)
    state = _Placing({p: folded.terms.by_parity[p].angle for p in spots}, spots)
    by_size: dict[int, list[Parity]] = {}
    for parity in state.angles:
        by_size.setdefault(len(spots[parity].wires), []).append(parity)
    blocks: dict[Parity, list[tuple[tuple[int, ...], float]]] = {}
    owners: dict[Parity, tuple[Parity, tuple[int, ...]]] = {}
    ccz: set[Parity] = set()
    for size in sorted(by_size, reverse=True):
        if size > 2:
            for parity in by_size[size]:
                _place_block(state, parity, blocks, owners, ccz)
    _place_pairs(state, folded, blocks, owners)
    for parity, phases in blocks.items():
        spot = state.opened[parity]
        diagonal = Diagonal(spot.before, spot.wires, tuple(phases), parity in ccz)
        state.out.append(diagonal)
        if diagonal.is_ccz:
            for k, angle in _local_of_open_ccz(diagonal):
                state.add(spot.values[k], angle, part_of(spot, (k,)))
    for parity in list(state.angles):
        angle, spot = state.take(parity), spots[parity]
        if not is_zero(angle):
            state.out.append(Diagonal(spot.before, spot.wires, (((0,), angle),)))
    return sorted(state.out, key=lambda diagonal: diagonal.before)


def _place_block(
    state: _Placing,
    parity: Parity,
    blocks: dict[Parity, list[tuple[tuple[int, ...], float]]],
    owners: dict[Parity, tuple[Parity, tuple[int, ...]]],
    ccz: set[Parity],
) -> None:
    """Open a block for a phase on three or more wires, or give it to one that holds them."""
    angle = state.take(parity)
    if not angle:
        return
    owner = owners.get(parity)
    if owner is not None:
        blocks[owner[0]].append((owner[1], angle))
        return
    spot = state.spots[parity]
    n = len(spot.wires)
    if n <= WIDEST_BLOCK and abs(abs(angle) - pi / 2) < ANGLE_TOLERANCE:
        _take_cz(state, spot, angle)
        return
    blocks[parity] = []
    state.opened[parity] = spot
    if n == 3 and abs(abs(angle) - _EIGHTH) < ANGLE_TOLERANCE:
        _take_ccz(state, spot, angle)
        ccz.add(parity)
    else:
        blocks[parity].append((tuple(range(n)), angle))
    if n <= WIDEST_BLOCK:
        for size in range(2, n):
            for chosen in combinations(range(n), size):
                owners.setdefault(sum_of(spot.values[k] for k in chosen), (parity, chosen))


def _local_of_open_ccz(diagonal: Diagonal) -> Iterator[tuple[int, float]]:
    """Return the local phases beside a CCZ that wants some of its wires to be 0.

    A quarter turn of a pair is a CZ and one of each wire, and for x, y, z with a, b, c added
    (x + a)(y + b)(z + c) = xyz + cxy + bxz + ayz + bcx + acy + abz + abc.
    """
    flipped = [3 - sum(pair) for pair, _ in diagonal.phases]
    for pair, angle in diagonal.phases:
        yield pair[0], angle
        yield pair[1], angle
    for k in range(3):
        if len(flipped) - (k in flipped) == 2:
            yield k, pi


def _take_cz(state: _Placing, spot: Spot, angle: float) -> None:
    """Turn a quarter turn of a parity into quarter turns of wires and a CZ for each pair.

    i^p = prod_j i^(x_j) prod_(j<k) (-1)^(x_j x_k) for p the sum of the x_j mod 2.
    """
    n = len(spot.wires)
    for j in range(n):
        state.add(spot.values[j], n * angle, part_of(spot, (j,)))
    for pair in combinations(range(n), 2):
        parity = sum_of(spot.values[k] for k in pair)
        state.add(parity, -angle, part_of(spot, pair))


def _take_ccz(state: _Placing, spot: Spot, angle: float) -> None:
    """Subtract what a CCZ has besides its phase on all three wires."""
    for size in (1, 2):
        for chosen in combinations(range(3), size):
            parity = sum_of(spot.values[k] for k in chosen)
            state.add(parity, -angle if size == 1 else angle, part_of(spot, chosen))


def _place_pairs(
    state: _Placing,
    folded: Skeleton,
    blocks: dict[Parity, list[tuple[tuple[int, ...], float]]],
    owners: dict[Parity, tuple[Parity, tuple[int, ...]]],
) -> None:
    """Place phases on two wires: in a block that holds both, else as one interaction."""
    terms = folded.terms.by_parity
    for parity in [p for p in state.angles if len(state.spots[p].wires) == 2]:
        if len(state.spots[parity].wires) == 1:
            continue  # a wire that holds it was found on the way
        angle, spot = state.take(parity), state.spots[parity]
        if not angle:
            continue
        owner = owners.get(parity)
        if owner is not None:
            blocks[owner[0]].append((owner[1], angle))
            continue
        half_turn = abs(abs(angle) - pi / 2) < ANGLE_TOLERANCE
        controlled = half_turn or (parity in terms and terms[parity].controlled)
        if controlled:
            for k in (0, 1):
                state.add(spot.values[k], angle, part_of(spot, (k,)))
        state.out.append(Diagonal(spot.before, spot.wires, (((0, 1), angle),), False, controlled))
