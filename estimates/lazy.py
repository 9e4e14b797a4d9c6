"""Holders of columns of which some rows can be had without taking every column of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from numpy.typing import NDArray


class LazyColumns:
    """Base of frozen data classes whose fields are columns of one length.

    Some rows of a holder take a column, or a cached property that is a column, from it when that is
    first asked for: most formulas use a few of many.
    """

    def some(self, chosen: slice | NDArray[Any]) -> Self:
        """Return some of the rows."""
        found = object.__new__(type(self))
        found.__dict__["_source"] = (self, chosen)
        return found

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NDArray[Any]:
            """Take a column that is not there yet."""
            if name not in type(self).__dataclass_fields__ or "_source" not in self.__dict__:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            column = self.from_source(name)
            self.__dict__[name] = column
            return column

    def from_source(self, name: str) -> NDArray[Any] | None:
        """Take a column from the holder that these are rows of; None where they are of none."""
        if "_source" not in self.__dict__:
            return None
        source, chosen = self.__dict__["_source"]
        column: NDArray[Any] = getattr(source, name)[chosen]
        return column

    def __getstate__(self) -> dict[str, Any]:
        """Return all columns, for another process."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    # Set by the data class.
    __dataclass_fields__: dict[str, Any]
