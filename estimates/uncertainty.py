"""Inputs with ranges: the distribution of the answer, and the input its spread comes from.

Sources:
    First-order indices from one sample by ranks: Gamboa, Gremaud, Klein, Lagnoux, Bernoulli 28,
    2345 (2022). Latin hypercube: McKay, Beckman, Conover, Technometrics 21, 239
    (1979).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from trapline.errors import InputError
from trapline.estimates.machine import machines_of
from trapline.estimates.many import EFFICIENCIES, best_of_machines, put_column
from trapline.estimates.report import Distribution, RangedInput
from trapline.targets.quantity import Quantity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.estimates.checks import Floats
    from trapline.estimates.goal import Goal
    from trapline.targets.model import Target

DEFAULT_SAMPLES = 4096
QUANTILES = (5, 25, 50, 75, 95)
# A range that spans a larger factor is sampled evenly on a logarithmic scale.
WIDE = 10.0


@dataclass(frozen=True)
class Range:
    """An input that may lie between two values.

    Args:
        path: Path of the single number, `modules.NAME.X` or `links.NAME.X`.
        low: Lower end.
        high: Upper end.
        whole: Whether it is a whole number.
    """

    path: str
    low: float
    high: float
    whole: bool

    @property
    def logarithmic(self) -> bool:
        """Whether it is sampled on a logarithmic scale."""
        return self.low > 0.0 and self.high / self.low > WIDE

    def at(self, place: Floats) -> Floats:
        """Return values at places from 0 (low) to 1 (high)."""
        if self.logarithmic:
            value = self.low * (self.high / self.low) ** place
        else:
            value = self.low + (self.high - self.low) * place
        return np.round(value) if self.whole else value


def ranges_of(target: Target, *, set_by_user: bool = False) -> list[Range]:
    """List the numbers of a target that carry a range.

    Args:
        target: The target.
        set_by_user: Whether to list only those that the user gave.
    """
    found: list[Range] = []
    for group, items in (("modules", target.modules), ("links", target.links)):
        for item in items:
            for key in item.__struct_fields__:
                value: Any = getattr(item, key)
                if isinstance(value, Quantity) and (not set_by_user or value.is_set_by_user):
                    low, high = value.range
                    if low < high:
                        whole = isinstance(value.value, int)
                        found.append(Range(f"{group}.{item.name}.{key}", low, high, whole))
    return found


def distribution(
    target: Target, goal: Goal, ranges: list[Range], *, samples: int, seed: int
) -> Distribution:
    """Sample the ranges and return the distribution of the modules.

    Inputs are taken to be independent. Where the qubits of a module add up to more than it has,
    data qubits give way.

    Args:
        target: The target.
        goal: What is asked.
        ranges: Inputs that vary.
        samples: Design points, at least 100.
        seed: Seed of the sample.

    Raises:
        InputError: There are too few samples, or no input carries a range.
    """
    if samples < 100:
        raise InputError(f"samples: got {samples}, want at least 100")
    if not ranges:
        raise InputError(
            "uncertainty: no input carries a range",
            hint="give one, such as --set link.bell_fidelity=0.96..0.99, or low and high in TOML",
        )
    places = _latin_hypercube(samples, len(ranges), seed)
    drawn = {r.path: r.at(places[:, column]) for column, r in enumerate(ranges)}
    columns = _columns(target, drawn)
    _make_room(target, columns)
    found, _ = best_of_machines(machines_of(target, columns), goal, samples)
    drawn |= {path: columns[path] for path in drawn if path in columns}
    modules = found["modules"]
    ranks = _ranks(modules)
    return Distribution(
        samples=samples,
        seed=seed,
        feasible_share=float(np.isfinite(modules).mean()),
        modules={f"p{q}": _quantile(modules, q) for q in QUANTILES},
        inputs=[
            RangedInput(
                name=r.path,
                low=r.low,
                high=r.high,
                spacing="logarithmic" if r.logarithmic else "uniform",
                first_order=_first_order(drawn[r.path], ranks),
                rank_correlation=_correlation(_ranks(drawn[r.path]), ranks),
            )
            for r in ranges
        ],
    )


def _latin_hypercube(samples: int, inputs: int, seed: int) -> Floats:
    """Return places in the unit cube, one in each of as many slices as there are samples."""
    rng = np.random.default_rng(seed)
    slices = np.stack([rng.permutation(samples) for _ in range(inputs)], axis=1)
    places: Floats = (slices + rng.random((samples, inputs))) / samples
    return places


def _columns(target: Target, drawn: dict[str, Floats]) -> dict[str, Floats]:
    """Return what was drawn by what it changes; the rate of a link follows its efficiencies.

    It does not where it was drawn itself or the user gave it.
    """
    given = {f"links.{link.name}" for link in target.links if link.pair_rate_hz.is_set_by_user}
    columns: dict[str, Floats] = {}
    for path in sorted(drawn, key=lambda path: path.endswith(".pair_rate_hz")):
        if not (path.endswith(EFFICIENCIES) and path.rpartition(".")[0] in given):
            put_column(target, columns, path, drawn[path])
    return columns


def _make_room(target: Target, values: dict[str, Floats]) -> None:
    """Lower sampled data qubits where a module has not as many qubits as were drawn."""
    for module in target.modules:
        columns = {
            key: values.get(f"modules.{module.name}.{key}", float(getattr(module, key).value))
            for key in ("data_qubits", "communication_qubits", "physical_qubits")
        }
        most = np.maximum(1.0, columns["physical_qubits"] - columns["communication_qubits"])
        if np.any(columns["data_qubits"] > most):
            data = np.minimum(columns["data_qubits"], most)
            values[f"modules.{module.name}.data_qubits"] = np.asarray(data)


def _quantile(modules: Floats, percent: int) -> int | None:
    """Return a quantile as a number that occurs; None where it means no number of modules."""
    value = np.quantile(modules, percent / 100.0, method="inverted_cdf")
    return int(value) if np.isfinite(value) else None


def _ranks(values: Floats) -> Floats:
    """Return mean ranks, equal values sharing one; inf counts as the largest."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(count)
    mean: Floats = (ends - 0.5 * (count - 1.0))[place]
    return mean


def _first_order(x: Floats, y: Floats) -> float:
    """Return the part of the variance of y that x alone explains, 0 to 1."""
    variance = float(y.var())
    if variance == 0.0:
        return 0.0
    ordered = y[np.argsort(x, kind="stable")]
    covered = float((ordered * np.roll(ordered, -1)).mean()) - float(y.mean()) ** 2
    return min(1.0, max(0.0, covered / variance))


def _correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the correlation of two rank columns; 0 where one does not vary."""
    spread = float(a.std() * b.std())
    if spread == 0.0:
        return 0.0
    return float(((a - a.mean()) * (b - b.mean())).mean()) / spread
