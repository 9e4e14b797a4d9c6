"""The search over many hardware rows, shared out among processes."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from trapline.estimates.outcome import COLUMNS, outcome_of
from trapline.estimates.search import best

if TYPE_CHECKING:
    from trapline.estimates.goal import Goal
    from trapline.estimates.hardware import Hardware
    from trapline.estimates.outcome import Outcome

# Fewer rows than this take less time than a process takes to start.
FEWEST_ROWS = 2000


def best_in_processes(hardware: Hardware, goal: Goal, processes: int) -> Outcome:
    """Do what `best` does, in several processes; the answers are the same.

    Processes start afresh, so a script that asks for them must guard its own work by
    `if __name__ == "__main__"`.

    Args:
        hardware: Any number of rows.
        goal: What is asked.
        processes: Processes at most; those that would have fewer than FEWEST_ROWS rows are left
            out.
    """
    points = len(hardware.p_two)
    shares = min(processes, points // FEWEST_ROWS)
    if shares <= 1:
        return best(hardware, goal)
    # Imported here, because most estimates take one process.
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    ends = np.linspace(0, points, shares + 1).astype(int).tolist()
    parts = [hardware.rows(slice(begin, end)) for begin, end in pairwise(ends)]
    with ProcessPoolExecutor(shares - 1, mp_context=get_context("spawn")) as pool:
        others = pool.map(partial(best, goal=goal), parts[1:])
        found = [best(parts[0], goal), *others]
    columns = [{name: getattr(part, name) for name in COLUMNS} for part in found]
    for part, begin in zip(columns, ends, strict=False):
        part["row"] = part["row"] + begin
    return outcome_of(columns)
