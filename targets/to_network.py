"""From the kinds of module and link in a target to single modules and the links between them."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

from trapline.errors import TargetError
from trapline.targets.network import MOST_MODULES, Network, links_of

if TYPE_CHECKING:
    from trapline.targets.model import Link, Module, Target


def module_instances(target: Target) -> tuple[tuple[str, Module], ...]:
    """List the single modules of a target, each with its kind, in the order of the file.

    A module is named after its kind, and numbered from 0 where there are several. Names are legal
    identifiers in lower case (`node-a` becomes `node_a`) and differ from each other.
    """
    used: set[str] = set()
    found: list[tuple[str, Module]] = []
    for kind in target.modules:
        base = re.sub(r"[^a-z0-9_]", "_", kind.name.lower())
        for number in range(kind.count):
            name = base if kind.count == 1 else f"{base}{number}"
            while name in used:
                name += "_"
            used.add(name)
            found.append((name, kind))
    return tuple(found)


def links_between(target: Target) -> dict[tuple[int, int], Link]:
    """Map each joined pair of module numbers, smaller first, to its kind of link.

    When several links of the file match a pair, the first counts.

    Raises:
        TargetError: The network joins two modules that no link of the target matches, or too many.
    """
    total = sum(kind.count for kind in target.modules)
    if total > MOST_MODULES:
        raise TargetError(f"{target.name}: {total} modules, at most {MOST_MODULES} can be joined")
    names = module_instances(target)
    sides = [(_matching(link.ends[0], names), _matching(link.ends[1], names), link)
             for link in target.links]  # fmt: skip

    def link_of(a: int, b: int) -> Link | None:
        return next(
            (link for s, t, link in sides if (a in s and b in t) or (b in s and a in t)), None
        )

    if target.network == "custom":
        pairs = combinations(range(len(names)), 2)
        return {(a, b): link for a, b in pairs if (link := link_of(a, b)) is not None}
    joined: dict[tuple[int, int], Link] = {}
    for a, b in links_of(target.network, len(names)):
        link = link_of(a, b)
        if link is None:
            first, second = names[a][1].name, names[b][1].name
            raise TargetError(
                f"{target.name}: the {target.network} network joins {names[a][0]} and "
                f"{names[b][0]}, but no link has these ends",
                hint=f'add [[links]] with ends = ["{first}", "{second}"], '
                'or say network = "custom" to join only what the links name',
            )
        joined[a, b] = link
    return joined


def network_of(target: Target) -> Network:
    """Return the modules and links of a target as the compiler sees them.

    Raises:
        TargetError: The network joins two modules that no link of the target matches, or too many.
    """
    modules = module_instances(target)
    return Network(
        kind=target.network,
        names=tuple(name for name, _ in modules),
        data_qubits=tuple(kind.data_qubits.value for _, kind in modules),
        comm_qubits=tuple(kind.communication_qubits.value for _, kind in modules),
        links=tuple(sorted(links_between(target))),
    )


def _matching(end: str, modules: tuple[tuple[str, Module], ...]) -> set[int]:
    return {i for i, (name, kind) in enumerate(modules) if end in ("*", kind.name, name)}
