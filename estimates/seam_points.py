"""What is simulated to calibrate seam errors: one point is one circuit, one row of the data.

The plan lists small grids for each question: memory inside a module, along and across seams,
merges, other noise and protocols, several seams, and tiles.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from trapline.errors import InputError
from trapline.estimates.seam_circuit import OPERATORS, memory_circuit, merge_circuit
from trapline.estimates.seam_noise import PROTOCOLS, Noise
from trapline.estimates.seam_patch import cut_patch, merged_patch, tiled_patch

if TYPE_CHECKING:
    from collections.abc import Iterable

    import stim  # type: ignore[import-untyped]  # Stim ships no py.typed marker

    from trapline.estimates.seam_patch import Patch

ROUNDS_PER_DISTANCE = 3
"""Rounds of a memory in units of its distance: enough that its ends count little."""


@dataclass(frozen=True, kw_only=True, order=True)
class Point:
    """One circuit to sample.

    Args:
        kind: `along` or `across` for a memory, `merge` for the outcome of a merge.
        distance: Code distance, odd, 3 or more.
        rounds: Rounds of the circuit.
        n_seams: Parallel vertical seams; of a merge 0 or 1.
        tile: Data qubits in a row of a module where the patch is cut both ways; 0 where not.
        protocol: Key of `PROTOCOLS`.
        p: Local error.
        bell_infidelity: Infidelity of the pairs, or of the gate for `depolarizing`.
    """

    kind: str
    distance: int
    rounds: int
    n_seams: int
    tile: int
    protocol: str
    p: float
    bell_infidelity: float

    def __post_init__(self) -> None:
        """Refuse words that are not known and distances that no patch has."""
        if self.kind not in (*OPERATORS, "merge"):
            raise InputError(f"kind: got {self.kind!r}, want along, across or merge")
        if self.protocol not in PROTOCOLS:
            raise InputError(f"protocol: got {self.protocol!r}, want one of {', '.join(PROTOCOLS)}")
        if self.distance < 3 or self.distance % 2 == 0:
            raise InputError(f"distance: got {self.distance}, want an odd number of at least 3")
        if self.rounds < 1:
            raise InputError(f"rounds: got {self.rounds}, want 1 or more")

    @property
    def periods(self) -> int:
        """Rounds that the error is shared out over: 1 for a merge, whose outcome is one event."""
        return 1 if self.kind == "merge" else self.rounds

    def patch(self) -> Patch:
        """Return the qubits and cuts."""
        if self.kind == "merge":
            return merged_patch(self.distance, seam=self.n_seams > 0)
        if self.tile:
            return tiled_patch(self.distance, self.tile)
        return cut_patch(self.distance, n_seams=self.n_seams)

    def circuit(self) -> stim.Circuit:
        """Return the circuit with its noise."""
        noise = Noise(
            p=self.p,
            bell_infidelity=self.bell_infidelity,
            protocol=PROTOCOLS[self.protocol],
        )
        if self.kind == "merge":
            return merge_circuit(self.patch(), noise, rounds=self.rounds)
        return memory_circuit(self.patch(), noise, rounds=self.rounds, operator=self.kind)

    def seed(self, seed: int) -> int:
        """Return the seed of this point: the same in whatever order points are run.

        Args:
            seed: Seed of the whole run.
        """
        digest = hashlib.sha256(f"{seed} {self!r}".encode()).digest()
        return int.from_bytes(digest[:6], "big")


def planned_points() -> list[Point]:
    """List the points of the data set, each once."""
    some_p = (1e-3, 2e-3, 3e-3)
    found = [
        *_grid("along", (3, 5, 7, 9), (1e-3, 2e-3, 3e-3, 5e-3), (0.0,), seams=(0,)),
        *_grid("along", (3, 5, 7, 9, 11), (6e-3, 7e-3, 8e-3, 9e-3, 1e-2), (0.0,), seams=(0,)),
        *_grid("across", (3, 5, 7), some_p, (0.0,), seams=(0,)),
        *_grid("along", (3, 5, 7, 9), some_p, (0.0, 0.005, 0.01, 0.02, 0.05, 0.1)),
        *_grid("along", (11,), (1e-3, 2e-3), (0.02, 0.05, 0.1)),
        *_grid("along", (3, 5, 7), (5e-3,), (0.01, 0.02, 0.05)),
        *_grid("along", (3, 5, 7, 9), (1e-4,), (0.02, 0.05, 0.1)),
        *_grid("along", (3, 5, 7, 9, 11), (1e-3,), (0.15, 0.2, 0.25, 0.3, 0.35)),
        *_grid("across", (3, 5, 7), some_p, (0.0, 0.01, 0.02, 0.05, 0.1)),
        *_grid("across", (3, 5), (1e-4, 3e-4), (0.01, 0.02, 0.05, 0.1)),
        *_grid("along", (5, 7, 9), (1e-3, 2e-3), (0.02, 0.05), seams=(2, 3)),
        *_grid("across", (9, 11), (3e-3, 5e-3), (0.0, 0.02, 0.05, 0.1)),
        *_grid("across", (5, 7, 9), (2e-3, 3e-3), (0.01, 0.02, 0.05), seams=(2, 3)),
        *_merges((3, 5, 7, 9), some_p, (0.0, 0.005, 0.01, 0.02, 0.05, 0.1)),
        *_merges((5, 7), some_p, (0.0,), seam=False),
        *_merges((5,), (1e-3, 2e-3), (0.02, 0.05), rounds=(3, 7, 9)),
    ]
    for protocol in ("depolarizing", "one-pair", "mixed"):
        found += _grid("along", (3, 5, 7), (1e-3, 2e-3), (0.01, 0.02, 0.05), protocol=protocol)
    found += _grid("across", (3, 5), (1e-3, 2e-3), (0.02, 0.05), protocol="one-pair")
    found += _grid(
        "along", (3, 5, 7, 9), (1e-3, *some_p[1:], 5e-3), (0.0,), seams=(0,), protocol="idling"
    )
    found += _grid(
        "along",
        (3, 5, 7, 9, 11),
        tuple(n * 1e-3 for n in (6, 7, 8, 9)),
        (0.0,),
        seams=(0,),
        protocol="idling",
    )
    found += _grid("along", (3, 5, 7), (1e-3, 2e-3), (0.01, 0.02, 0.05), protocol="idling")
    for tile in (2, 3, 4):
        found += _grid("along", (5, 7, 9), (1e-3, 2e-3), (0.01, 0.02, 0.05), seams=(0,), tile=tile)
    for tile in (3, 4):
        found += _grid("along", (11,), (1e-3, 2e-3), (0.02, 0.05), seams=(0,), tile=tile)
    found += _grid("along", (9, 11), (3e-3,), (0.01, 0.02, 0.05), seams=(0,), tile=3)
    found += _grid("along", (7, 11), (3e-3,), (0.01, 0.02, 0.05), seams=(0,), tile=4)
    return list(dict.fromkeys([*found, *_large_distances(some_p)]))


def _large_distances(some_p: tuple[float, ...]) -> list[Point]:
    """List points of distance 11 to 15 at errors that some 1e5 shots resolve."""
    found = [
        *_grid("along", (11, 13), (3e-3,), (0.0,), seams=(0,)),
        *_grid("along", (11, 13, 15), (5e-3,), (0.0,), seams=(0,)),
        *_grid("along", (13, 15), some_p, (0.05, 0.1)),
        *_grid("along", (13,), (3e-3,), (0.02,)),
        *_grid("along", (9, 11), (5e-3,), (0.02,)),
        *_grid("along", (9, 11, 13, 15), (5e-3,), (0.05,)),
        *_grid("across", (11,), (3e-3,), (0.05, 0.1)),
        *_grid("across", (13,), (3e-3,), (0.1,)),
        *_grid("across", (13,), (5e-3,), (0.05, 0.1)),
        *_grid("across", (15,), (5e-3,), (0.1,)),
        *_merges((11, 13, 15), some_p, (0.05, 0.1)),
        *_merges((13,), (3e-3,), (0.02,)),
        *_merges((9, 13, 15), (5e-3,), (0.02, 0.05)),
    ]
    for tile in (3, 4):
        found += _grid("along", (15,), (1e-3, 2e-3), (0.05,), seams=(0,), tile=tile)
    return found


def _grid(
    kind: str,
    distances: Iterable[int],
    errors: Iterable[float],
    infidelities: Iterable[float],
    *,
    seams: Iterable[int] = (1,),
    tile: int = 0,
    protocol: str = "teleported",
) -> list[Point]:
    """List memories over all combinations."""
    return [
        Point(
            kind=kind,
            distance=distance,
            rounds=ROUNDS_PER_DISTANCE * distance,
            n_seams=n_seams,
            tile=tile,
            protocol=protocol,
            p=p,
            bell_infidelity=infidelity,
        )
        for distance, p, infidelity, n_seams in product(distances, errors, infidelities, seams)
    ]


def _merges(
    distances: Iterable[int],
    errors: Iterable[float],
    infidelities: Iterable[float],
    *,
    seam: bool = True,
    rounds: tuple[int, ...] = (),
) -> list[Point]:
    """List merges over all combinations, of as many rounds as the distance unless given."""
    return [
        Point(
            kind="merge",
            distance=distance,
            rounds=length,
            n_seams=int(seam),
            tile=0,
            protocol="teleported",
            p=p,
            bell_infidelity=infidelity,
        )
        for distance, p, infidelity in product(distances, errors, infidelities)
        for length in rounds or (distance,)
    ]
