"""Times the stages of a compilation and announces them."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping


class Clock:
    """Seconds by stage.

    Args:
        progress: Called with the name of each stage as it begins.
    """

    def __init__(self, progress: Callable[[str], None]) -> None:
        self.progress = progress
        self.seconds: dict[str, float] = {}

    def add(self, seconds: Mapping[str, float]) -> None:
        """Add what others timed."""
        for name, value in seconds.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + value

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        """Time what happens inside; a stage may come again."""
        self.progress(name)
        start = time.perf_counter()
        yield
        self.add({name: time.perf_counter() - start})
