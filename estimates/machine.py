"""From a target to the machines that the estimator may build: a kind of module and a link.

Where a link joins two kinds of module, the machine alternates them and every number is the worse of
the two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.hardware import Hardware, hardware_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trapline.estimates.checks import Floats
    from trapline.targets.model import Link, Module, Target

# Columns in which less is worse; in all others more is worse.
LESS_IS_WORSE = (
    "physical_qubits",
    "data_qubits",
    "communication_qubits",
    "coherence_us",
    "parallel_gates",
    "pair_rate_hz",
    "pair_buffer",
    "far_gates",
)


@dataclass(frozen=True)
class Machine:
    """One way to build a machine out of a target.

    Args:
        modules: Kinds of module, one or two.
        link: The link between two modules; None where there is none.
        hardware: Their numbers, one row.
    """

    modules: tuple[Module, ...]
    link: Link | None
    hardware: Hardware

    @property
    def name(self) -> str:
        """Kinds of module, for messages."""
        return " + ".join(module.name for module in self.modules)


def machines_of(target: Target, values: Mapping[str, Floats] | None = None) -> tuple[Machine, ...]:
    """List the machines that a target allows.

    Args:
        target: The target.
        values: Columns by path that stand in for numbers of the target; see `hardware_of`.
    """
    found: list[Machine] = []
    linked: set[str] = set()
    kinds = target.modules
    for a, b in combinations_with_replacement(range(len(kinds)), 2):
        first, second = kinds[a], kinds[b]
        link = next((link for link in target.links if _joins(link, first, second)), None)
        if link is None or (a == b and first.count == 1 and not first.extensible):
            continue
        found.append(_joined(first, second, link, values))
        linked |= {first.name, second.name}
    for module in kinds:
        if module.name not in linked:
            alone = hardware_of(module, None, values)
            found.append(Machine((module,), None, alone))
    return tuple(found)


def _joined(
    first: Module, second: Module, link: Link, values: Mapping[str, Floats] | None
) -> Machine:
    """Build the machine of one link."""
    if first is second:
        return Machine((first,), link, hardware_of(first, link, values))
    one, two = hardware_of(first, link, values), hardware_of(second, link, values)
    worse = {
        f.name: (np.minimum if f.name in LESS_IS_WORSE else np.maximum)(
            getattr(one, f.name), getattr(two, f.name)
        )
        for f in fields(Hardware)
    }
    limit = one.max_modules + two.max_modules
    if first.extensible != second.extensible:
        limit = np.minimum(one.max_modules, two.max_modules)
    return Machine((first, second), link, replace(Hardware(**worse), max_modules=limit))


def _joins(link: Link, first: Module, second: Module) -> bool:
    """Tell whether a link joins modules of two kinds, in either order."""
    a, b = link.ends
    return (_is(a, first) and _is(b, second)) or (_is(a, second) and _is(b, first))


def _is(end: str, module: Module) -> bool:
    """Tell whether an end of a link means modules of a kind, or one of them (`chip0`)."""
    if end in ("*", module.name):
        return True
    base = re.sub(r"[^a-z0-9_]", "_", module.name.lower())
    return re.fullmatch(rf"{re.escape(base)}[0-9]+", end.lower()) is not None
