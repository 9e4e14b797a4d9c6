"""Circuits in independent parts on networks in pieces."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trapline.compiler.pipeline import Compiled
from trapline.compiler.pipeline import compile as compile_circuit
from trapline.errors import InfeasibleError
from trapline.passes.apart import part_of, piece_of_qubits
from trapline.passes.assignment import first_homes
from trapline.passes.expand import expand
from trapline.passes.occupancy import check_moves, fits
from trapline.passes.program import Program, ProgramBuilder, Register, Term
from trapline.passes.route import Router
from trapline.passes.segment import Segments, segment
from trapline.passes.solve import solve
from trapline.targets.load import load_target
from trapline.targets.network import Network, ideal_network
from trapline.targets.to_network import network_of

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def chains(*sizes: int, rounds: int = 1) -> Program:
    """Independent parts, in each a chain of CX, their gates in turn."""
    out = ProgramBuilder("chains", [Register("q", sum(sizes))])
    for _ in range(rounds):
        for step in range(max(sizes) - 1):
            first = 0
            for size in sizes:
                if step + 1 < size:
                    out.add("cx", (first + step, first + step + 1))
                    out.add("h", (first + step,))
                first += size
    return out.build()


def pieces(*sizes: int, comm_qubits: int | None = None) -> Network:
    """Pairs of joined modules, each of the given number of data qubits."""
    return Network(
        "custom",
        tuple(f"m{i}" for i in range(2 * len(sizes))),
        tuple(size for size in sizes for _ in range(2)),
        (comm_qubits,) * (2 * len(sizes)),
        tuple((2 * i, 2 * i + 1) for i in range(len(sizes))),
    )


def passed(result: Compiled) -> bool:
    return result.verification is not None and bool(result.verification.passed)


@pytest.mark.parametrize("comm_qubits", [None, 1, 2])
@pytest.mark.parametrize("effort", ["fast", "default"])
def test_parts_of_a_circuit_compile_on_pieces_of_a_network(
    effort: str, comm_qubits: int | None
) -> None:
    result = compile_circuit(chains(4, 6), pieces(3, 2, comm_qubits=comm_qubits), effort=effort)
    assert passed(result)
    assert result.epr_pairs == result.solution.lower_bound == 2


def test_every_qubit_stays_in_the_piece_of_its_part() -> None:
    result = compile_circuit(chains(4, 6, rounds=3), pieces(3, 2), effort="default", seed=1)
    assert passed(result)
    homes = result.plan.initial_home // 2
    assert homes[:4].tolist() == [1] * 4
    assert homes[4:].tolist() == [0] * 6


def test_modules_without_communication_qubits_hold_parts_of_their_own() -> None:
    line = ideal_network("line", 3, [2, 2, 3], 1)
    network = replace(line, comm_qubits=(1, 1, 0))
    result = compile_circuit(chains(4, 3), network, effort="fast")
    assert passed(result)
    assert result.epr_pairs == 1
    assert result.usage.peak_comm_qubits == (1, 1, 0)


def test_a_target_in_pieces_is_compiled_for_under_every_objective() -> None:
    whole = load_target(EXAMPLES / "slow_link.toml", ["module.data_qubits=2"])
    links = tuple(link for link in whole.links if link.name in ("slow", "poor"))
    target = msgspec.structs.replace(whole, links=links, network="custom")
    assert not network_of(target).is_connected
    for objective in ("pairs", "time", "infidelity"):
        result = compile_circuit(chains(4, 4), target, effort="fast", objective=objective)
        assert passed(result)
        assert result.epr_pairs == 2


def test_the_largest_parts_are_packed_first() -> None:
    segments = segment(expand(chains(2, 5, 1, 3)).program)
    found = piece_of_qubits(segments, pieces(3, 3))
    assert found is not None
    assert found.tolist() == [1] * 2 + [0] * 5 + [0] + [1] * 3


@pytest.mark.parametrize(
    ("sizes", "rooms", "says"),
    [((5, 3), (2, 2), "the largest part fits none"), ((3, 3, 2), (2, 2), "no way to divide")],
)
def test_parts_that_do_not_fit_are_refused_with_the_links_that_help(
    sizes: tuple[int, ...], rooms: tuple[int, ...], says: str
) -> None:
    network = pieces(*rooms)
    with pytest.raises(InfeasibleError, match=says) as caught:
        compile_circuit(chains(*sizes), network, effort="fast")
    assert caught.value.constraint == "network"
    assert caught.value.nearest == {"links": [["m0", "m2"]]}
    assert caught.value.hint == "link m0 to m2"
    wider = replace(network, links=(*network.links, (0, 2)))
    assert passed(compile_circuit(chains(*sizes), wider, effort="fast"))


def test_links_that_help_only_with_communication_qubits_are_named_with_those() -> None:
    network = Network("custom", ("a", "b", "c"), (2, 3, 3), (None, None, 0), ())
    with pytest.raises(InfeasibleError, match="the largest part fits none") as caught:
        compile_circuit(chains(4, 1), network, effort="fast")
    assert caught.value.nearest == {"links": [["b", "c"]], "comm_qubits": 1}
    assert caught.value.hint == "link b to c and give every module at least 1 communication qubit"
    wider = replace(network, links=((1, 2),), comm_qubits=(None, None, 1))
    assert passed(compile_circuit(chains(4, 1), wider, effort="fast"))


@st.composite
def programs_in_parts(draw: st.DrawFn) -> tuple[Program, list[int]]:
    """Two or three parts with measurements, resets, and conditions on bits of other parts."""
    sizes = draw(st.lists(st.integers(2, 4), min_size=2, max_size=3))
    out = ProgramBuilder("parts", [Register("q", sum(sizes))], [Register("c", 2)])
    measured = False
    for _ in range(draw(st.integers(4, 24))):
        part = draw(st.integers(0, len(sizes) - 1))
        first = sum(sizes[:part])
        a, b = draw(st.permutations(range(first, first + sizes[part])))[:2]
        kind = draw(st.sampled_from(["cx", "cx", "cx", "h", "h", "measure", "reset", "if"]))
        if kind == "measure":
            out.add("measure", [a], bit=draw(st.integers(0, 1)))
            measured = True
        elif kind == "if" and measured:
            out.add("x", [a], condition=(Term((draw(st.integers(0, 1)),), 1),))
        else:
            out.add(kind.replace("if", "h"), (a, b) if kind == "cx" else (a,))
    return out.build(), sizes


@settings(max_examples=40)
@given(programs_in_parts(), st.sampled_from([None, 2]), st.integers(0, 3))
def test_parts_keep_their_meaning_in_pieces(
    case: tuple[Program, list[int]], comm_qubits: int | None, seed: int
) -> None:
    program, sizes = case
    network = pieces(*(-(-size // 2) for size in sizes), comm_qubits=comm_qubits)
    assert passed(compile_circuit(program, network, effort="fast", seed=seed))


@settings(max_examples=40)
@given(programs_in_parts())
def test_what_holds_for_the_parts_holds_for_the_whole(case: tuple[Program, list[int]]) -> None:
    program, sizes = case
    segments = segment(expand(program).program)
    network = pieces(*(-(-size // 2) for size in sizes))
    found = solve(segments, network, Router(network), effort="fast")
    check_moves(segments, found.assignment)
    assert fits(segments, found.assignment, network)
    homes = first_homes(segments, found.assignment) // 2
    groups: list[Segments] = [
        part_of(segments, np.flatnonzero(homes == piece)) for piece in range(len(sizes))
    ]
    assert sum(part.n_segments for part in groups) == segments.n_segments
    assert sum(part.n_interactions for part in groups) == segments.n_interactions
    for part in groups:
        assert (np.diff(part.layer) >= 0).all()
        assert part.n_layers <= segments.n_layers
