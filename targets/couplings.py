"""Which qubits of one module can meet in a gate, by number.

Source for the heavy-hexagon lattice: Chamberland et al., Phys. Rev. X 10, 011022 (2020), figure 1.
"""

from __future__ import annotations

from functools import lru_cache

from trapline.targets.network import links_of

_ROW = 16  # qubits in a full row of the heavy-hexagon lattice; every fourth has a bridge below


@lru_cache(maxsize=64)
def couplings(connectivity: str, n_qubits: int) -> tuple[frozenset[int], ...] | None:
    """Return the neighbours of each qubit of a module, or None where all meet all.

    Args:
        connectivity: `all-to-all`, `line`, `grid` (the most square one) or `heavy-hex` (rows of 16
            with bridges, cut off at the last qubit).
        n_qubits: Qubits of the module, data qubits first.
    """
    if connectivity == "all-to-all":
        return None
    edges = (
        _heavy_hex(n_qubits) if connectivity == "heavy-hex" else links_of(connectivity, n_qubits)
    )
    found: list[set[int]] = [set() for _ in range(n_qubits)]
    for a, b in edges:
        found[a].add(b)
        found[b].add(a)
    return tuple(frozenset(row) for row in found)


def _heavy_hex(n_qubits: int) -> tuple[tuple[int, int], ...]:
    places: list[tuple[int, int]] = []
    row = 0
    while len(places) < n_qubits:
        columns = range(_ROW) if row % 2 == 0 else range(3 if row % 4 == 1 else 1, _ROW, 4)
        places.extend((row, column) for column in columns)
        row += 1
    number = {place: i for i, place in enumerate(places[:n_qubits])}
    right = [((r, c), (r, c + 1)) for r, c in number if r % 2 == 0]
    down = [((r, c), (r + 1, c)) for r, c in number]
    return tuple((number[a], number[b]) for a, b in (*right, *down) if b in number)
