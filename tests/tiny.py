"""Problems small enough for brute force.

Import as `from tiny import tiny_problems`.
"""

from __future__ import annotations

from hypothesis import strategies as st

from trapline.passes.program import ProgramBuilder, Register
from trapline.passes.segment import Segments, segment
from trapline.targets.network import Network, ideal_network


@st.composite
def tiny_problems(
    draw: st.DrawFn, *, resets: bool = True, max_work: int = 30_000
) -> tuple[Segments, Network]:
    """Draw a problem with at most `max_work` assignments; some networks are tight or unequal."""
    modules = draw(st.integers(2, 3))
    n = draw(st.integers(modules, 4))
    out = ProgramBuilder("tiny", [Register("q", n)])
    segments = segment(out.build())
    names = ["cx", "cx", "cz", "ccx", "h", "h", *["reset"] * resets]
    for name in draw(st.lists(st.sampled_from(names), min_size=2, max_size=14)):
        size = {"cx": 2, "cz": 2, "ccx": 3}.get(name, 1)
        if size <= n:
            out.add(name, draw(st.permutations(range(n)))[:size])
        found = segment(out.build())
        if modules ** (found.n_segments + found.n_interactions) > max_work:
            break
        segments = found
    sizes = [1] * modules
    for _ in range(n - modules + draw(st.integers(0, 2))):
        sizes[draw(st.integers(0, modules - 1))] += 1
    return segments, ideal_network(draw(st.sampled_from(["complete", "line"])), modules, sizes)
