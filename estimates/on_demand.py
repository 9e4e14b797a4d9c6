"""The answer of an estimate: its numbers at once, all other parts when they are first read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from trapline.errors import InputError
from trapline.estimates.report import EstimateReport, Numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.estimates.report import Assumption, FrontierPoint, NearestFeasible, OtherCode


class Estimate(Numbers, frozen=True, kw_only=True, eq=False, dict=True):
    """What `estimate` returns.

    The frontier, the alternatives, what binds, the nearest change that would do, assumptions and
    references take a multiple of the time of the answer. They are worked out together when one of
    them is first read, in `as_dict` at the latest.
    """

    @cached_property
    def whole(self) -> EstimateReport:
        """The report with all its parts."""
        return EstimateReport(**msgspec.structs.asdict(self), **self._later())

    @property
    def _later(self) -> Callable[[], dict[str, Any]]:
        """What works out the fields of `EstimateReport` that `Numbers` lacks."""
        later: Callable[[], dict[str, Any]] | None = vars(self).get("later")
        if later is None:
            raise InputError(
                "a changed copy of an estimate has numbers only: change a copy of its `whole`"
            )
        return later

    @property
    def binding_constraint(self) -> str:
        """Name of the constraint that matters most."""
        return self.whole.binding_constraint

    @property
    def binding_reason(self) -> str:
        """What it is, and by how much it would help to loosen it."""
        return self.whole.binding_reason

    @property
    def frontier(self) -> list[FrontierPoint]:
        """Choices that no other beats in modules, physical qubits and time together."""
        return self.whole.frontier

    @property
    def alternatives(self) -> list[FrontierPoint]:
        """The best choice of each way to operate between modules and of each distillation."""
        return self.whole.alternatives

    @property
    def other_codes(self) -> list[OtherCode]:
        """What families of codes would take that were not asked for."""
        return self.whole.other_codes

    @property
    def nearest_feasible(self) -> NearestFeasible | None:
        """The smallest changes that make an infeasible machine do, if any were found."""
        return self.whole.nearest_feasible

    @property
    def assumptions(self) -> list[Assumption]:
        """Every number that the answer rests on."""
        return self.whole.assumptions

    @property
    def references(self) -> list[str]:
        """Keys of the references that the answer rests on."""
        return self.whole.references

    def as_dict(self) -> dict[str, Any]:
        """Return the whole report as plain dictionaries, lists, numbers and text."""
        return self.whole.as_dict()

    def require_feasible(self) -> Estimate:
        """Return the estimate, or raise if the machine cannot be.

        Raises:
            InfeasibleError: With the binding constraint and the nearest feasible numbers.
        """
        if not self.feasible:
            self.whole.require_feasible()
        return self

    def __eq__(self, other: object) -> bool:
        """Compare whole reports."""
        return isinstance(other, Estimate) and self.whole == other.whole

    __hash__ = None  # type: ignore[assignment]  # the parts of a report are lists

    def __copy__(self) -> Estimate:
        """Return the estimate itself, which nothing changes."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what is still to be worked out along with the numbers."""
        return estimate_of, (Numbers(**msgspec.structs.asdict(self)), self._later)


def estimate_of(numbers: Numbers, later: Callable[[], dict[str, Any]]) -> Estimate:
    """Return an estimate.

    Args:
        numbers: What is known of it.
        later: Returns the fields of `EstimateReport` that `Numbers` lacks.
    """
    found = Estimate(**msgspec.structs.asdict(numbers))
    vars(found)["later"] = later
    return found
