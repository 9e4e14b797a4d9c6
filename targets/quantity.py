"""Numbers that carry their source, how far to trust them, and the range they may lie in.

The unit is not a field: it is in the key that holds the quantity (`two_qubit_gate_time_us`), and
`unit_of` reads it from there, so that a number and its unit cannot come apart.
"""

from math import isfinite
from typing import Annotated, Literal

from msgspec import Meta, Struct

Confidence = Literal["measured", "claimed", "roadmap", "assumed"]
CONFIDENCES: tuple[Confidence, ...] = ("measured", "claimed", "roadmap", "assumed")
"""From the most to the least trusted."""

SET_BY_USER = "set by the user"

Text = Annotated[str, Meta(min_length=1)]


class Quantity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number with its source.

    Args:
        value: The number, in the unit that the key names.
        source: Paper (arXiv id), page or person the number comes from, or "chosen: why".
        confidence: `measured` in a paper, `claimed` by its maker, on a `roadmap`, or `assumed`.
        low: Lower end of the plausible range.
        high: Upper end of the plausible range.
        note: What a reader should know before using the number.

    Raises:
        ValueError: A number is not finite, or `low <= value <= high` does not hold.
    """

    value: float
    source: Text
    confidence: Confidence
    low: float | None = None
    high: float | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        if not all(isfinite(number) for number in (low, self.value, high)):
            raise ValueError("expected finite numbers, got inf or nan")
        if not low <= self.value <= high:
            found = f"{low:.9g}, {self.value:.9g}, {high:.9g}"
            raise ValueError(f"expected low <= value <= high, got {found}")

    @property
    def range(self) -> tuple[float, float]:
        """Lower and upper end; the value itself where the range does not reach beyond it."""
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        return float(low), float(high)

    @property
    def is_set_by_user(self) -> bool:
        """Whether the number came by `--set`."""
        return self.source == SET_BY_USER


class Positive(Quantity, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A quantity above zero: times, rates, lengths that divide."""

    value: Annotated[float, Meta(gt=0)]
    low: Annotated[float, Meta(gt=0)] | None = None
    high: Annotated[float, Meta(gt=0)] | None = None


class NonNegative(Quantity, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A quantity of zero or more: latencies, overheads, noise."""

    value: Annotated[float, Meta(ge=0)]
    low: Annotated[float, Meta(ge=0)] | None = None
    high: Annotated[float, Meta(ge=0)] | None = None


class Count(Quantity, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole number of zero or more."""

    value: Annotated[int, Meta(ge=0)]
    low: Annotated[int, Meta(ge=0)] | None = None
    high: Annotated[int, Meta(ge=0)] | None = None


class PositiveCount(Quantity, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole number of one or more."""

    value: Annotated[int, Meta(ge=1)]
    low: Annotated[int, Meta(ge=1)] | None = None
    high: Annotated[int, Meta(ge=1)] | None = None


class ErrorRate(Quantity, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A probability of error, 0 to 0.5 (a larger one is no operation at all, or percent)."""

    value: Annotated[float, Meta(ge=0, le=0.5)]
    low: Annotated[float, Meta(ge=0, le=0.5)] | None = None
    high: Annotated[float, Meta(ge=0, le=0.5)] | None = None


class Efficiency(Quantity, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A probability of success, above 0 and at most 1."""

    value: Annotated[float, Meta(gt=0, le=1)]
    low: Annotated[float, Meta(gt=0, le=1)] | None = None
    high: Annotated[float, Meta(gt=0, le=1)] | None = None


class BellFidelity(Quantity, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Overlap with the Bell state, 0.25 (no entanglement at all) to 1."""

    value: Annotated[float, Meta(ge=0.25, le=1)]
    low: Annotated[float, Meta(ge=0.25, le=1)] | None = None
    high: Annotated[float, Meta(ge=0.25, le=1)] | None = None


_UNITS = {"_us": "us", "_s": "s", "_hz": "1/s", "_m": "m", "_quanta": "quanta"}


def unit_of(key: str) -> str:
    """Return the unit that a key names; `1` for counts, probabilities and fidelities."""
    return next((unit for ending, unit in _UNITS.items() if key.endswith(ending)), "1")
