"""What an emitter keeps in mind of each qubit: its holders and their frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.axes import Z_AXIS, Vector

if TYPE_CHECKING:
    from trapline.passes.gates import Matrix

IDENTITY: Matrix = np.eye(2, dtype=np.complex128)


@dataclass
class Holder:
    """A physical qubit that holds a value; its frame and axis matter only beside other holders."""

    qubit: int
    is_data: bool
    frame: Matrix = field(default_factory=lambda: IDENTITY)
    axis: Vector = Z_AXIS


@dataclass
class Logical:
    """A qubit of the program: its home, its holders and, in a cat state, its frame."""

    home: int
    holders: dict[int, Holder]
    frame: Matrix = field(default_factory=lambda: IDENTITY)
    axis: Vector = Z_AXIS
    start: Matrix = field(default_factory=lambda: IDENTITY)
    pending: list[int] = field(default_factory=list[int])

    @property
    def is_cat(self) -> bool:
        """Whether there are several holders."""
        return len(self.holders) > 1
