"""Problems small enough for brute force.

Import as `from tiny import tiny_problems`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from brute_force import optimum_with_kept_copies
from hypothesis import strategies as st

from trapline.passes.embedding import keepable
from trapline.passes.program import Program, ProgramBuilder, Register
from trapline.passes.segment import Segments, segment
from trapline.targets.network import Network, ideal_network

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST_KEPT = 3
"""Segments that could keep copies, of which brute force tries all sets."""


@st.composite
def tiny_problems(
    draw: st.DrawFn, *, resets: bool = True, max_work: int = 30_000
) -> tuple[Segments, Network]:
    """Draw a problem with at most `max_work` assignments; some networks are tight or unequal."""
    program, network = draw(tiny_programs(resets=resets, max_work=max_work))
    return segment(program), network


@st.composite
def tiny_programs(
    draw: st.DrawFn, *, resets: bool = True, max_work: int = 30_000, modules: int | None = None
) -> tuple[Program, Network]:
    """Draw the program of a tiny problem; `modules` is two or three unless given."""
    modules = modules or draw(st.integers(2, 3))
    n = draw(st.integers(modules, 4))
    out = ProgramBuilder("tiny", [Register("q", n)])
    program = out.build()
    names = ["cx", "cx", "cz", "ccx", "h", "h", *["reset"] * resets]
    for name in draw(st.lists(st.sampled_from(names), min_size=2, max_size=14)):
        size = {"cx": 2, "cz": 2, "ccx": 3}.get(name, 1)
        if size <= n:
            out.add(name, draw(st.permutations(range(n)))[:size])
        longer = out.build()
        found = segment(longer)
        if modules ** (found.n_segments + found.n_interactions) > max_work:
            break
        program = longer
    sizes = [1] * modules
    for _ in range(n - modules + draw(st.integers(0, 2))):
        sizes[draw(st.integers(0, modules - 1))] += 1
    return program, ideal_network(draw(st.sampled_from(["complete", "line"])), modules, sizes)


def all_to_all(n: int) -> Segments:
    """Return the model of a CZ between any two of n qubits."""
    out = ProgramBuilder("all", [Register("q", n)])
    for a in range(n):
        for b in range(a):
            out.add("cz", (a, b))
    return segment(out.build())


def kept_copies_of(
    program: Program, network: Network
) -> tuple[Segments, NDArray[np.bool_], int] | None:
    """Return the model, the segments that could keep copies, and the fewest pairs with these.

    None where copies are never kept, as the network is not complete, or where too many could be.
    """
    segments = segment(program)
    allowed = keepable(program, segments)
    if network.kind != "complete" or allowed.sum() > MOST_KEPT:
        return None
    best = optimum_with_kept_copies(segments, network, allowed.tolist())
    assert best is not None
    return segments, allowed, best
