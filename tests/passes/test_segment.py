"""Segments of hand-made programs, and pairs counted by the formula."""

from __future__ import annotations

import numpy as np
import pytest
from assignments import random_assignment
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_segment import plain_segment

from strategies import networks, programs
from trapline.passes.assignment import pairs, static_assignment, touched
from trapline.passes.expand import expand
from trapline.passes.program import Program, ProgramBuilder, Register, Term
from trapline.passes.route import Router, mask_of
from trapline.passes.segment import Segments, segment
from trapline.targets.network import Network, ideal_network

ONE = (Term((0,), 1),)


def cut(n_qubits: int, *rows: tuple[object, ...]) -> Segments:
    """Segment a program of rows (gate, qubits[, angles[, condition]]); `measure` writes bit 0."""
    out = ProgramBuilder("test", [Register("q", n_qubits)], [Register("c", 4)])
    for gate, qubits, *rest in rows:
        params, condition = (*rest, *((), ())[len(rest) :])
        bit = 0 if gate == "measure" else -1
        out.add(gate, qubits, params, bit=bit, condition=condition)  # type: ignore[arg-type]
    return segment(out.build())


def of_qubit(segments: Segments, q: int) -> list[list[int]]:
    """List the interactions of each segment of a qubit."""
    owner = np.repeat(np.arange(segments.n_interactions), np.diff(segments.pin_start))
    return [sorted(owner[segments.pins == s].tolist()) for s in segments.chains()[q]]


CX, CZ = ("cx", (0, 1)), ("cz", (0, 1))


@pytest.mark.parametrize(
    ("between", "of_control", "of_target"),
    [
        pytest.param([], 1, 1, id="nothing"),
        pytest.param([("rz", (0,), (0.3,)), ("rx", (1,), (0.4,))], 1, 1, id="turns-along-the-axes"),
        pytest.param([("x", (0,)), ("z", (1,))], 1, 1, id="flips-of-the-axes"),
        pytest.param([("h", (0,))], 2, 1, id="hadamard-on-the-control"),
        pytest.param([("h", (1,))], 1, 2, id="hadamard-on-the-target"),
        pytest.param([("h", (0,)), ("z", (0,)), ("h", (0,))], 1, 1, id="undone-hadamard"),
        pytest.param([("ry", (0,), (0.1,))], 2, 1, id="small-turn"),
        pytest.param([("barrier", (0, 1))], 1, 1, id="barrier"),
        pytest.param([("measure", (0,))], 1, 1, id="measured-along-the-axis"),
        pytest.param([("measure", (1,))], 1, 2, id="measured-across-the-axis"),
        pytest.param([("h", (0,)), ("measure", (0,)), ("h", (0,))], 2, 1, id="measured-in-x"),
        pytest.param([("reset", (0,))], 2, 1, id="reset"),
        pytest.param([("z", (0,), (), ONE)], 1, 1, id="conditional-that-keeps-the-axis"),
        pytest.param([("x", (0,), (), ONE)], 2, 1, id="conditional-that-flips-the-axis"),
        pytest.param([("h", (0,), (), ONE)], 2, 1, id="conditional-that-turns-the-axis"),
        pytest.param([("cx", (0, 1), (), ONE)], 1, 1, id="conditional-interaction"),
        pytest.param([("cx", (1, 0))], 3, 3, id="reversed-interaction"),
    ],
)
def test_what_lies_between_two_interactions_cuts_or_does_not(
    between: list[tuple[object, ...]], of_control: int, of_target: int
) -> None:
    segments = cut(2, CX, *between, CX)
    assert [len(chain) for chain in segments.chains()] == [of_control, of_target]


def test_gates_before_and_after_do_not_matter() -> None:
    segments = cut(2, ("h", (0,)), ("t", (1,)), CX, ("h", (0,)), ("measure", (0,)))
    assert [len(chain) for chain in segments.chains()] == [1, 1]


def test_the_axis_is_followed_through_turned_frames() -> None:
    """CX, H on its target, CZ: the target has been acted on along one axis."""
    segments = cut(2, CX, ("h", (1,)), CZ, ("sx", (1,)), ("cy", (0, 1)))
    assert [len(chain) for chain in segments.chains()] == [1, 1]


def test_interactions_belong_to_the_segments_of_their_operands_in_order() -> None:
    segments = cut(3, ("ccx", (2, 0, 1)), ("h", (0,)), ("cx", (0, 2)))
    assert of_qubit(segments, 0) == [[0], [1]]
    assert of_qubit(segments, 1) == [[0]]
    assert of_qubit(segments, 2) == [[0], [1]]
    assert segments.qubit[segments.pins].tolist() == [2, 0, 1, 0, 2]
    assert segments.interaction_op.tolist() == [0, 2]


def test_chains_are_linked_both_ways_and_know_their_first_and_last_interaction() -> None:
    segments = cut(2, CX, CX, ("h", (0,)), CX, ("reset", (0,)), CX)
    a, b, c = segments.chains()[0]
    assert segments.previous[[a, b, c]].tolist() == [-1, a, b]
    assert segments.following[[a, b, c]].tolist() == [b, c, -1]
    assert segments.first[[a, b, c]].tolist() == [0, 2, 3]
    assert segments.last[[a, b, c]].tolist() == [1, 2, 3]


def test_an_idle_qubit_has_one_empty_segment() -> None:
    segments = cut(3, CX, ("h", (2,)))
    (s,) = segments.chains()[2]
    assert (segments.first[s], segments.last[s]) == (-1, -1)
    assert segments.n_segments == 3


def test_only_a_reset_that_always_happens_makes_the_next_segment_fresh() -> None:
    rows = [CX, ("reset", (0,)), ("cz", (1, 2)), CX, ("reset", (0,), (), ONE), CX]
    segments = cut(3, ("measure", (2,)), *rows)
    assert segments.fresh[segments.chains()[0]].tolist() == [False, True, False]


def test_a_reset_before_all_interactions_frees_nothing() -> None:
    assert not cut(2, ("reset", (0,)), CX).fresh.any()


def test_a_home_begins_at_the_start_at_the_reset_or_at_the_first_interaction() -> None:
    rows = [("cz", (1, 2)), CX, ("reset", (0,)), ("reset", (0,)), ("cz", (1, 2)), CX]
    segments = cut(3, *rows, ("h", (0,)), CX)
    assert segments.begin[segments.chains()[0]].tolist() == [0, 2, 4]
    assert segments.first[segments.chains()[0]].tolist() == [1, 3, 4]


def test_a_gate_without_axes_is_refused() -> None:
    with pytest.raises(ValueError, match="expand the program first"):
        cut(2, ("iswap", (0, 1)))


def by_formula(segments: Segments, home: list[int], place: list[int], network: Network) -> int:
    """Sum the Steiner weights of the sets A_s, each found by trying all sets of modules."""
    n = network.n_modules
    spanning = [set(_members(mask)) for mask in range(1 << n) if _connected(network, mask)]
    total = 0
    for s in range(segments.n_segments):
        touches = {home[s]}
        if segments.previous[s] >= 0 and not segments.fresh[s]:
            touches.add(home[segments.previous[s]])
        for i in range(segments.n_interactions):
            if s in segments.pins[segments.pin_start[i] : segments.pin_start[i + 1]]:
                touches.add(place[i])
        total += min(len(members) - 1 for members in spanning if touches <= members)
    return total


def _members(mask: int) -> list[int]:
    return [m for m in range(mask.bit_length()) if mask >> m & 1]


def _connected(network: Network, mask: int) -> bool:
    members = set(_members(mask))
    if not members:
        return False
    seen, queue = set[int](), [min(members)]
    while queue:
        here = queue.pop()
        if here not in seen:
            seen.add(here)
            queue.extend(m for m in network.neighbours[here] if m in members)
    return seen == members


@settings(max_examples=60)
@given(st.data())
def test_pairs_are_those_of_the_formula(data: st.DataObject) -> None:
    program: Program = data.draw(programs(min_qubits=2, max_qubits=5, max_ops=14))
    network: Network = data.draw(networks(program.n_qubits, spare=4))
    segments = segment(expand(program).program)
    rng = np.random.default_rng(data.draw(st.integers(0, 2**20)))
    found = random_assignment(segments, network, rng)
    wanted = by_formula(segments, found.home.tolist(), found.place.tolist(), network)
    assert pairs(segments, found, Router(network)) == wanted


def test_touched_lists_each_module_of_a_segment_once() -> None:
    segments = cut(2, CX, CX, ("h", (0,)), CX)
    rng = np.random.default_rng(0)
    found = random_assignment(segments, ideal_network("complete", 3, 4), rng, restless=1.0)
    owner, module = touched(segments, found)
    assert len({*zip(owner.tolist(), module.tolist(), strict=True)}) == len(owner)
    for s, home in enumerate(found.home.tolist()):
        assert home in module[owner == s]


def test_a_static_assignment_repeats_one_home() -> None:
    segments = cut(2, CX, ("h", (0,)), CX)
    found = static_assignment(
        segments, np.array([1, 0], dtype=np.int32), np.zeros(2, dtype=np.int32)
    )
    assert [found.home[chain].tolist() for chain in segments.chains()] == [[1, 1], [0]]


def test_a_mask_has_a_bit_for_each_module() -> None:
    assert mask_of([0, 3, 3]) == 0b1001


@pytest.mark.parametrize("copies", [1, 5, 60])
def test_a_fan_of_controls_needs_one_pair_for_each_module(copies: int) -> None:
    segments = cut(4, *[("cx", (0, t)) for t in (1, 2, 3) * copies])
    home = np.array([0, 1, 1, 2], dtype=np.int32)
    place = home[segments.qubit[segments.pins[segments.pin_start[1:] - 1]]]
    found = static_assignment(segments, home, place)
    assert pairs(segments, found, Router(ideal_network("complete", 3, 2))) == 2
    assert pairs(segments, found, Router(ideal_network("line", 3, 2))) == 2


@settings(max_examples=150)
@given(programs(max_qubits=4, max_ops=25, matrices=True, overwrite_bits=True))
def test_the_compiled_cut_is_that_of_plain_python(program: Program) -> None:
    expanded = expand(program).program
    found, wanted = segment(expanded), plain_segment(expanded)
    for name in ("interaction_op", "pin_start", "pins", "qubit", "first", "last", "begin"):
        assert getattr(found, name).tolist() == getattr(wanted, name).tolist()
    assert found.previous.tolist() == wanted.previous.tolist()
    assert found.following.tolist() == wanted.following.tolist()
    assert found.fresh.tolist() == wanted.fresh.tolist()
