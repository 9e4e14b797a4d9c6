"""Modules and links as the compiler sees them: capacities and hops."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from trapline.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

KINDS = ("complete", "line", "ring", "grid", "custom")

MOST_MODULES = 2_000
"""Of one network: tables have an entry for every two modules."""

MOST_QUBITS = 2**31 - 1
"""Data or communication qubits of one module: the largest number of 32 bits."""


@dataclass(frozen=True)
class Network:
    """Modules joined by links; the part of a target that decides how many EPR pairs a plan needs.

    Args:
        kind: One of `KINDS`.
        names: Names of the modules.
        data_qubits: Data qubits of each module.
        comm_qubits: Communication qubits of each module; None for no limit.
        links: Pairs of module numbers, smaller first, each once.

    Raises:
        ValueError: The fields do not fit together, or a number is negative.
        TargetError: A module has more than `MOST_QUBITS` qubits of a kind.
    """

    kind: str
    names: tuple[str, ...]
    data_qubits: tuple[int, ...]
    comm_qubits: tuple[int | None, ...]
    links: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        if not len(self.names) == len(self.data_qubits) == len(self.comm_qubits):
            raise ValueError("names, data_qubits and comm_qubits must have one entry a module")
        if len(set(self.names)) != len(self.names):
            raise ValueError(f"module names repeat: {self.names}")
        if any(not 0 <= a < b < self.n_modules for a, b in self.links):
            raise ValueError(f"links must be pairs a < b of module numbers: {self.links}")
        if len(set(self.links)) != len(self.links):
            raise ValueError(f"links repeat: {self.links}")
        if not self.names or min(self.data_qubits) < 0 or min(c or 0 for c in self.comm_qubits) < 0:
            raise ValueError(
                "need at least one module, and no fewer than 0 qubits in any: got "
                f"{self.data_qubits} data and {self.comm_qubits} communication qubits"
            )
        hint = "write None for no limit"
        _check_range("data_qubits", self.names, self.data_qubits, "")
        _check_range("comm_qubits", self.names, [c or 0 for c in self.comm_qubits], hint)

    @property
    def n_modules(self) -> int:
        """Number of modules."""
        return len(self.names)

    @cached_property
    def neighbours(self) -> tuple[tuple[int, ...], ...]:
        """Modules that share a link with each module, ascending."""
        found: list[list[int]] = [[] for _ in self.names]
        for a, b in self.links:
            found[a].append(b)
            found[b].append(a)
        return tuple(tuple(sorted(row)) for row in found)

    @cached_property
    def hops(self) -> NDArray[np.int32]:
        """Links on a shortest path between modules, -1 for none; int32, (modules, modules)."""
        n = self.n_modules
        hops = np.full((n, n), -1, dtype=np.int32)
        for start in range(n):
            hops[start, start] = 0
            queue = deque([start])
            while queue:
                here = queue.popleft()
                for there in self.neighbours[here]:
                    if hops[start, there] < 0:
                        hops[start, there] = hops[start, here] + 1
                        queue.append(there)
        hops.flags.writeable = False
        return hops

    @property
    def is_connected(self) -> bool:
        """Whether every module reaches every other."""
        return bool((self.hops >= 0).all())

    @property
    def pieces(self) -> tuple[tuple[int, ...], ...]:
        """Groups of modules that reach each other, by their first modules, each ascending."""
        rows = {tuple(np.flatnonzero(row >= 0).tolist()) for row in self.hops}
        return tuple(sorted(rows))

    @property
    def is_complete(self) -> bool:
        """Whether every two modules share a link, so that each pair costs one."""
        return 2 * len(self.links) == self.n_modules * (self.n_modules - 1)

    @property
    def limits_comm_qubits(self) -> bool:
        """Whether any module has a limit on its communication qubits."""
        return any(limit is not None for limit in self.comm_qubits)

    def without_idle_links(self) -> Network:
        """Return the network without the links of modules that have no communication qubits."""
        idle = {m for m, limit in enumerate(self.comm_qubits) if limit == 0}
        links = tuple(link for link in self.links if not idle & set(link))
        return replace(self, kind="custom", links=links)

    def part(self, modules: Sequence[int]) -> Network:
        """Return the network of some modules, given in ascending order, with their links."""
        number = {m: i for i, m in enumerate(modules)}
        return Network(
            kind="custom",
            names=tuple(self.names[m] for m in modules),
            data_qubits=tuple(self.data_qubits[m] for m in modules),
            comm_qubits=tuple(self.comm_qubits[m] for m in modules),
            links=tuple((number[a], number[b]) for a, b in self.links if {a, b} <= number.keys()),
        )


def ideal_network(
    kind: str, modules: int, data_qubits: int | Sequence[int], comm_qubits: int | None = None
) -> Network:
    """Build an ideal network of equal modules, or of the given capacities.

    Args:
        kind: `complete`, `line`, `ring` or `grid` (the most square, 2 x 3 for six modules).
        modules: Number of modules, 1 to `MOST_MODULES`.
        data_qubits: Data qubits of each module.
        comm_qubits: Communication qubits of each module; None for no limit.

    Raises:
        ValueError: The kind is unknown, or a number is too small.
        TargetError: A number is too large.
    """
    if modules > MOST_MODULES:
        raise TargetError(f"modules: got {modules}, want 1 to {MOST_MODULES}")
    sizes = [data_qubits] * modules if isinstance(data_qubits, int) else list(data_qubits)
    if modules < 1 or len(sizes) != modules or min(sizes, default=0) < 1:
        raise ValueError(f"need at least one module with at least one data qubit, got {sizes}")
    if comm_qubits is not None and comm_qubits < 0:
        raise ValueError(f"communication qubits: got {comm_qubits}, want 0 or more")
    return Network(
        kind=kind,
        names=tuple(f"m{i}" for i in range(modules)),
        data_qubits=tuple(sizes),
        comm_qubits=(comm_qubits,) * modules,
        links=links_of(kind, modules),
    )


def links_of(kind: str, modules: int) -> tuple[tuple[int, int], ...]:
    """List the links of a named kind of network, smaller module first.

    Raises:
        ValueError: The kind is unknown.
    """
    if kind == "complete":
        return tuple((a, b) for a in range(modules) for b in range(a + 1, modules))
    if kind == "line":
        return tuple((a, a + 1) for a in range(modules - 1))
    if kind == "ring":
        closing = ((0, modules - 1),) if modules > 2 else ()
        return links_of("line", modules) + closing
    if kind == "grid":
        rows = max(r for r in range(1, int(modules**0.5) + 1) if modules % r == 0)
        columns = modules // rows
        across = ((m, m + 1) for m in range(modules) if (m + 1) % columns)
        down = ((m, m + columns) for m in range(modules - columns))
        return tuple(sorted([*across, *down]))
    raise ValueError(f"network kind: got {kind!r}, want one of {', '.join(KINDS[:-1])}")


def _check_range(what: str, names: Sequence[str], sizes: Sequence[int], hint: str) -> None:
    for name, size in zip(names, sizes, strict=True):
        if size > MOST_QUBITS:
            message = f"module {name}: {what}: got {size}, want 0 to {MOST_QUBITS}"
            raise TargetError(message, hint=hint)
