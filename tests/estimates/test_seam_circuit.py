"""Circuits of patches with seams: deterministic, of full distance, with the noise they claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from trapline.errors import InputError
from trapline.estimates.remote import remote_gate_channel
from trapline.estimates.seam_circuit import memory_circuit, merge_circuit
from trapline.estimates.seam_noise import MIXED, ONE_PAIR, PROTOCOLS, TELEPORTED, Noise
from trapline.estimates.seam_patch import Patch, cut_patch, merged_patch, tiled_patch

if TYPE_CHECKING:
    import stim

QUIET = Noise(p=0.0)
SHOTS = 64


def noisy(name: str = "teleported", eps: float = 0.02) -> Noise:
    return Noise(p=1e-3, bell_infidelity=eps, protocol=PROTOCOLS[name])


def model(circuit: stim.Circuit) -> stim.DetectorErrorModel:
    return circuit.detector_error_model(decompose_errors=True, approximate_disjoint_errors=True)


def distance(circuit: stim.Circuit) -> int:
    return len(circuit.shortest_graphlike_error())


def all_circuits(noise: Noise) -> list[stim.Circuit]:
    patches = [cut_patch(3), cut_patch(5, n_seams=1), cut_patch(5, n_seams=2)]
    patches += [] if noise.protocol.halved else [tiled_patch(5, 2), tiled_patch(5, 3)]
    circuits = [
        memory_circuit(patch, noise, rounds=4, operator=operator)
        for patch in patches
        for operator in ("along", "across")
    ]
    merges = [merged_patch(3), merged_patch(3, seam=False), merged_patch(5)]
    return circuits + [merge_circuit(patch, noise, rounds=4) for patch in merges]


@pytest.mark.parametrize("name", PROTOCOLS)
def test_without_noise_no_detector_and_no_observable_flips(name: str) -> None:
    """Every shot prepares other random checks; nothing that is compared may depend on them."""
    for circuit in all_circuits(Noise(p=0.0, protocol=PROTOCOLS[name])):
        events = circuit.compile_detector_sampler(seed=5).sample(SHOTS, append_observables=True)
        assert not events.any()


@pytest.mark.parametrize("name", PROTOCOLS)
def test_every_error_is_an_edge_for_matching(name: str) -> None:
    for circuit in all_circuits(noisy(name)):
        assert model(circuit).num_observables == 1


@pytest.mark.parametrize("name", ["teleported", "depolarizing", "mixed", "idling"])
@pytest.mark.parametrize("operator", ["along", "across"])
@pytest.mark.parametrize("d", [3, 5, 7])
def test_a_seam_keeps_the_distance(d: int, operator: str, name: str) -> None:
    for n_seams in (0, 1, 2):
        patch = cut_patch(d, n_seams=n_seams)
        assert distance(memory_circuit(patch, noisy(name), rounds=d, operator=operator)) == d


@pytest.mark.parametrize(("d", "left"), [(3, 2), (5, 3), (7, 4)])
def test_one_pair_a_check_halves_the_distance_along_the_seam_and_not_across(
    d: int, left: int
) -> None:
    patch = cut_patch(d, n_seams=1)
    noise = noisy("one-pair")
    assert distance(memory_circuit(patch, noise, rounds=d, operator="along")) == left
    assert distance(memory_circuit(patch, noise, rounds=d, operator="across")) == d


@pytest.mark.parametrize("width", [2, 3, 4])
def test_tiles_keep_the_distance_as_a_number_of_faults(width: int) -> None:
    circuit = memory_circuit(tiled_patch(5, width), noisy(), rounds=5, operator="along")
    assert distance(circuit) == 5


@pytest.mark.parametrize("rounds", [2, 3, 5, 7])
def test_a_merge_fails_by_as_many_faults_as_it_has_rounds_until_the_patch_is_shorter(
    rounds: int,
) -> None:
    for seam in (True, False):
        patch = merged_patch(5, seam=seam)
        assert distance(merge_circuit(patch, noisy(), rounds=rounds)) == min(rounds, 5)


@pytest.mark.parametrize("d", [3, 5, 9])
def test_a_seam_has_d_checks_and_2_d_minus_1_remote_gates(d: int) -> None:
    for patch in (cut_patch(d, n_seams=1), merged_patch(d)):
        remote = [check.n_remote for check in patch.checks()]
        assert sum(map(bool, remote)) == d
        assert sum(remote) == 2 * d - 1
    assert len(cut_patch(d).checks()) == d * d - 1


@pytest.mark.parametrize("d", [3, 5, 9])
def test_halving_the_checks_whose_hooks_do_no_harm_takes_a_quarter_fewer_pairs(d: int) -> None:
    """2 d - 1 pairs by remote gates, d with one a check, (3 d - 1)/2 mixed."""

    def pairs(halved: frozenset[str]) -> int:
        checks = [check for check in cut_patch(d, n_seams=1).checks() if check.n_remote]
        return sum(1 if check.basis in halved else check.n_remote for check in checks)

    assert pairs(TELEPORTED.halved) == 2 * d - 1
    assert pairs(ONE_PAIR.halved) == d
    assert pairs(MIXED.halved) == (3 * d - 1) // 2


@pytest.mark.parametrize("operator", ["along", "across"])
def test_a_perfect_seam_is_no_seam(operator: str) -> None:
    """The same errors, one by one, with the same probabilities."""
    whole, cut = (
        memory_circuit(cut_patch(5, n_seams=n), noisy(eps=0.0), rounds=3, operator=operator)
        for n in (0, 1)
    )
    assert model(cut).approx_equals(model(whole), atol=1e-12)


def test_the_noise_of_a_remote_gate_is_that_of_a_teleported_one() -> None:
    """Stim lists IX, IY, IZ, XI, ..., ZZ; ours has X and Z of control and target as bits."""
    name, weights = noisy(eps=0.03).remote_gate()
    bits = {"I": (0, 0), "X": (1, 0), "Y": (1, 1), "Z": (0, 1)}
    channel = remote_gate_channel(0.03, p_local=0.0, p_measure=0.0)
    pairs = [first + second for first in "IXYZ" for second in "IXYZ"][1:]
    assert name == "PAULI_CHANNEL_2"
    for pair, weight in zip(pairs, weights, strict=True):
        assert weight == pytest.approx(channel[bits[pair[0]] + bits[pair[1]]]), pair
    assert noisy("depolarizing", 0.03).remote_gate() == ("DEPOLARIZE2", [0.03])


def test_seams_are_spread_evenly_and_tiles_cut_both_ways() -> None:
    assert cut_patch(9, n_seams=2).column_cuts == (3, 6)
    assert tiled_patch(9, 4).column_cuts == tiled_patch(9, 4).row_cuts == (4, 8)
    assert tiled_patch(4 + 1, 4).module(4, 0) == (1, 0)


def test_a_circuit_is_the_same_every_time() -> None:
    one, two = (memory_circuit(cut_patch(3), noisy(), rounds=2, operator="along") for _ in "ab")
    assert one == two


def test_what_is_no_patch_and_no_noise_is_refused() -> None:
    with pytest.raises(InputError, match="want 2 x 2"):
        Patch(rows=1, columns=3)
    with pytest.raises(InputError, match="column_cuts"):
        cut_patch(3, n_seams=8)
    with pytest.raises(InputError, match="bell_infidelity"):
        Noise(p=0.0, bell_infidelity=0.8)
    with pytest.raises(InputError, match="p: got"):
        Noise(p=0.6)
    with pytest.raises(InputError, match="two square ones"):
        merge_circuit(cut_patch(3), QUIET, rounds=3)
    with pytest.raises(InputError, match="vertical cuts only"):
        memory_circuit(tiled_patch(5, 3), noisy("one-pair"), rounds=1, operator="along")
    assert np.isclose(sum(noisy().remote_gate()[1]), 0.02)
