"""What a compilation keeps small: EPR pairs, the time that links need for them, or infidelity.

Each objective gives a pair over a link a value, and a plan the sum over its pairs. The values are
those of the schedule (`trapline.passes.schedule`): a link is busy for 1/rate + latency with each
pair on average, and the fidelity of a pair multiplies that of the circuit, so that its negative
logarithm adds up.

Sources: seconds per Bell pair as the cost of a link, Van Meter et al., "Path selection for quantum
repeater networks", arXiv:1206.5655; probabilities that multiply as logarithmic costs that add up,
Leone et al., "Cost vector analysis and multi-path entanglement routing in quantum networks",
arXiv:2105.00418.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import log
from typing import TYPE_CHECKING

from trapline.errors import TargetError
from trapline.targets.model import Target
from trapline.targets.to_network import links_between

if TYPE_CHECKING:
    from trapline.targets.model import Link
    from trapline.targets.network import Network

UNITS = {"pairs": "pairs", "time": "us", "infidelity": "1"}
"""Unit of each objective; an infidelity is -ln of a fidelity."""

OBJECTIVES = tuple(UNITS)

LIGHTEST = 1000
"""Integer weight of the link with the least value above zero."""

HEAVIEST = 10_000_000
"""Largest integer weight: links more than 10,000 times worse than the best are alike."""


@dataclass(frozen=True)
class Objective:
    """What a pair over each link counts for.

    Args:
        name: One of `OBJECTIVES`.
        values: Value of a pair over each link, in the order of `Network.links`; in `unit`, 0 or
            more.
    """

    name: str
    values: tuple[float, ...]

    @property
    def unit(self) -> str:
        """Unit of the values."""
        return UNITS[self.name]

    @cached_property
    def weights(self) -> tuple[int, ...] | None:
        """The values as integers, 1 to `HEAVIEST`; None where all links count alike.

        A link of value 0 weighs 1, so that pairs over it are not wasted either.
        """
        least = min((value for value in self.values if value > 0), default=0.0)
        if least == 0.0 or len(set(self.values)) == 1:
            return None
        scaled = (round(min(LIGHTEST * (value / least), HEAVIEST)) for value in self.values)
        weights = tuple(max(weight, 1) for weight in scaled)
        return weights if len(set(weights)) > 1 else None


def objective_of(name: str, machine: Target | Network) -> Objective:
    """Return an objective for the links of a machine.

    Args:
        name: One of `OBJECTIVES`.
        machine: A target, or for `pairs` also an ideal network.

    Raises:
        TargetError: The objective needs the links of a target, or the network joins two modules
            that no link of the target matches.
    """
    if isinstance(machine, Target):
        links = links_between(machine)
        return Objective(name, tuple(_value(name, links[ends]) for ends in sorted(links)))
    if name != "pairs":
        raise TargetError(
            f"objective {name}: the pairs of an ideal network take no time and are perfect",
            hint="give a target, whose links have rates and fidelities",
        )
    return Objective(name, (1.0,) * len(machine.links))


def _value(name: str, link: Link) -> float:
    if name == "time":
        return 1e6 / link.pair_rate_hz.value + link.latency_us.value
    if name == "infidelity":
        return log(1.0 / link.bell_fidelity.value)
    return 1.0
