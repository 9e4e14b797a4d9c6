"""A time limit in seconds that several steps share, and whether it struck."""

from __future__ import annotations

import time


class Deadline:
    """A limit that begins now.

    Args:
        seconds: Seconds until it strikes; None for never.
    """

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.perf_counter() + seconds
        self.struck = False
        """Whether somebody asked after the end, and so left something out."""

    def is_over(self) -> bool:
        """Whether time is up; asked before each step that is left out then."""
        self.struck = self.struck or self.left() == 0.0
        return self.struck

    def left(self) -> float | None:
        """Return the seconds left, at least 0; None when there is no limit."""
        return None if self._end is None else max(self._end - time.perf_counter(), 0.0)
