"""Rotations that share the parities of modules; the meaning stays and pairs fall."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from meaning import same_meaning
from rotations import add_rotation, rotation_program, rotation_programs

from strategies import programs
from trapline.compiler.rotations import equivalent_by_rotations
from trapline.passes.anneal import anneal
from trapline.passes.assignment import pairs, static_assignment
from trapline.passes.expand import expand
from trapline.passes.parities import share_parities, static_at, with_shared_parities
from trapline.passes.program import Program, ProgramBuilder, Register
from trapline.passes.route import Router
from trapline.passes.segment import Segments, segment
from trapline.targets.network import ideal_network


def segments_of(program: Program) -> Segments:
    return segment(expand(program).program)


def homes_of(draw: st.DataObject, n_qubits: int, n_modules: int = 3) -> np.ndarray:
    modules = st.lists(st.integers(0, n_modules - 1), min_size=n_qubits, max_size=n_qubits)
    return np.array(draw.draw(modules), dtype=np.int32)


@settings(max_examples=40)
@given(
    programs(max_qubits=4, max_ops=16, max_bits=2, matrices=True),
    st.data(),
    st.booleans(),
    st.booleans(),
)
def test_any_program_keeps_its_meaning(
    program: Program, data: st.DataObject, ordered: bool, keep: bool
) -> None:
    homes = homes_of(data, program.n_qubits)
    assert same_meaning(
        program, share_parities(program, homes, narrowest=2, ordered=ordered, keep=keep)
    )


@settings(max_examples=60)
@given(rotation_programs(max_qubits=5, max_rotations=6), st.data(), st.booleans(), st.booleans())
def test_rotations_keep_their_unitary(
    program: Program, data: st.DataObject, ordered: bool, keep: bool
) -> None:
    homes = homes_of(data, program.n_qubits)
    assert same_meaning(program, share_parities(program, homes, ordered=ordered, keep=keep))


@pytest.mark.parametrize(
    "homes", [(0, 0, 1, 1), (0, 1, 0, 1), (0, 1, 2, 0, 1, 2), (0, 1, 1, 2, 3, 0, 2, 3)]
)
@pytest.mark.parametrize("form", ["ladder", "star", "matrix"])
def test_a_rotation_over_r_modules_costs_r_minus_1_pairs(homes: tuple[int, ...], form: str) -> None:
    out = ProgramBuilder("one", [Register("q", len(homes))])
    letters = ("xyzz" * 2)[: len(homes)]
    add_rotation(out, letters, range(len(homes)), 0.3, form)
    shared = share_parities(out.build(), np.array(homes, dtype=np.int32))
    assert cost(shared, homes) == len(set(homes)) - 1


def test_equal_rotations_beside_others_pay_once() -> None:
    homes = (0, 1, 0, 1, 2)
    terms = [("zzzzi", 0.3), ("iiiix", 0.5), ("zzzzi", 0.4), ("xiiii", 0.2)]
    assert cost(shared_by(terms, homes), homes) == 1


def test_one_copy_serves_every_rotation_with_the_same_part() -> None:
    homes = (0, 0, 0, 1, 1)
    terms = [("zyxzi", 0.3), ("zyxxz", 0.4), ("zyxyx", 0.5)]
    assert cost(shared_by(terms, homes), homes) == 1


def test_parts_meet_that_were_apart_among_commuting_rotations() -> None:
    homes = (0, 0, 0, 1, 1, 1)
    terms = [("zzizii", 0.3), ("izziiz", 0.4), ("zziizi", 0.5), ("izzziz", 0.6)]
    assert cost(shared_by(terms, homes), homes) == 2


def test_a_ladder_that_fits_the_homes_is_left_alone() -> None:
    out = ProgramBuilder("local", [Register("q", 4)])
    for _ in range(3):
        out.add("cz", (0, 2))
        out.add("h", (2,))
    program, homes = out.build(), np.array([0, 0, 1, 1], dtype=np.int32)
    assert with_shared(program, homes) is None


def test_what_saves_pairs_is_rewritten() -> None:
    program, homes = rotation_program(4, [("zxyz", 0.3)]), np.array([0, 1, 0, 1], dtype=np.int32)
    shared = with_shared(program, homes)
    assert shared is not None
    assert cost(shared, (0, 1, 0, 1)) == 1


def test_annealing_keeps_r_minus_1_pairs() -> None:
    homes, n = (0, 0, 0, 1, 1, 1), 6
    network = ideal_network("complete", 2, 3)
    segments = segments_of(shared_by([("zzxyzz", 0.3), ("zzxyzz", 0.4)], homes))
    router = Router(network)
    start = static_at(segments, np.array(homes, dtype=np.int32), router)
    found = anneal(segments, network, router, start, work=500 * n, seed=0, static=True)
    assert pairs(segments, found, router) == 1


def shared_by(terms: list[tuple[str, float]], homes: tuple[int, ...]) -> Program:
    return share_parities(rotation_program(len(homes), terms), np.array(homes, dtype=np.int32))


def cost(program: Program, homes: tuple[int, ...]) -> int:
    router = Router(ideal_network("complete", max(homes) + 1, len(homes)))
    segments = segments_of(program)
    start = static_at(segments, np.array(homes, dtype=np.int32), router)
    return pairs(segments, start, router)


def with_shared(program: Program, homes: np.ndarray) -> Program | None:
    segments = segments_of(program)
    router = Router(ideal_network("complete", int(homes.max()) + 1, len(homes)))
    place = np.zeros(segments.n_interactions, dtype=np.int32)
    return with_shared_parities(
        program, segments, static_assignment(segments, homes, place), router
    )


def test_commuting_rotations_are_ordered_by_their_parts() -> None:
    homes = (0, 1, 0, 1)
    doubles = ("xxxy", "xxyx", "xyxx", "yxxx", "yyyx", "yyxy", "yxyy", "xyyy")
    assert cost(shared_by([(string, 0.1) for string in doubles], homes), homes) == 4


def test_rotations_that_do_not_commute_keep_their_order() -> None:
    terms = [("zzzi", 0.3), ("xiiz", 0.4), ("zzzi", 0.5), ("izzx", 0.2)]
    program = rotation_program(4, terms)
    assert same_meaning(program, shared_by(terms, (0, 0, 1, 1)))


@settings(max_examples=8)
@given(st.integers(0, 1 << 30))
def test_wide_programs_are_equal_rotation_by_rotation(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 40
    strings = ["".join(rng.choice(list("iiixyz"), n)) for _ in range(30)]
    program = rotation_program(n, [(string, 0.1 + 0.01 * k) for k, string in enumerate(strings)])
    homes = rng.integers(0, 4, n).astype(np.int32)
    shared = share_parities(program, homes)
    assert equivalent_by_rotations(program, shared, max_slots=1 << 12).passed


@settings(max_examples=25)
@given(st.data())
def test_no_places_are_cheaper_than_r_minus_1(data: st.DataObject) -> None:
    homes = homes_of(data, 4, 2)
    program = rotation_program(4, [("zyxz", 0.3)])
    router = Router(ideal_network("complete", 2, 4))
    segments = segments_of(share_parities(program, homes))
    fewest = min(
        pairs(
            segments, static_assignment(segments, homes, np.array(places, dtype=np.int32)), router
        )
        for places in product(range(2), repeat=segments.n_interactions)
    )
    assert fewest == pairs(segments, static_at(segments, homes, router), router)
    assert fewest == len(np.unique(homes)) - 1
