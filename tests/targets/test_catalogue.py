from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from trapline.targets.listing import quantities
from trapline.targets.load import catalogue, load_target

if TYPE_CHECKING:
    from trapline.targets.model import Link

NAMES = (
    "ibm-l-coupler", "ionq-2028", "ionq-forte", "ionq-tempo", "ionq-tempo-pair",
    "ionq-walking-cat", "mixed-ion-atom", "mixed-ion-superconducting", "neutral-atom-array",
    "oxford-2025", "quantinuum-h2", "quantinuum-helios", "rigetti-cepheus",
)  # fmt: skip


def link_of(name: str) -> Link:
    (link,) = load_target(name).links
    return link


def test_the_catalogue_holds_the_promised_machines() -> None:
    assert set(NAMES) <= set(catalogue())


@pytest.mark.parametrize("name", NAMES)
def test_a_file_bears_the_name_of_its_machine(name: str) -> None:
    assert load_target(name).name == name


@pytest.mark.parametrize("name", NAMES)
def test_what_comes_from_memory_or_choice_is_only_assumed(name: str) -> None:
    for path, quantity in quantities(load_target(name)):
        if re.match("from memory|chosen|derived|preset", quantity.source):
            assert quantity.confidence == "assumed", path
        else:
            assert quantity.confidence != "assumed", path


@pytest.mark.parametrize("name", NAMES)
def test_papers_named_as_sources_are_in_the_references(name: str) -> None:
    target = load_target(name)
    listed = " ".join(target.references)
    for path, quantity in quantities(target):
        for paper in re.findall(r"\b\d{4}\.\d{5}\b", quantity.source):
            assert paper in listed, f"{path}: {paper}"


@pytest.mark.parametrize("name", NAMES)
def test_an_ion_chain_runs_one_gate_at_a_time(name: str) -> None:
    for module in load_target(name).modules:
        if module.platform == "ion-chain":
            assert module.parallel_two_qubit_gates.value == 1


def test_oxford_teleports_a_cz_with_the_published_fidelity() -> None:
    """Process infidelity of a teleported gate: pair + (28/15) p + 2 p_m, p the depolarizing one."""
    target = load_target("oxford-2025")
    module = target.modules[0]
    p_local = 5 / 4 * module.two_qubit_gate_error.value
    process = (
        (1 - link_of("oxford-2025").bell_fidelity.value)
        + 28 / 15 * p_local
        + 2 * module.measurement_error.value
    )
    assert 1 - 4 / 5 * process == pytest.approx(0.86, abs=0.001)
    assert module.count == 2
    assert (module.data_qubits.value, module.communication_qubits.value) == (1, 1)
    assert link_of("oxford-2025").pair_rate_hz.value == 9.7


def test_the_tempo_pair_takes_fidelity_and_rate_of_one_experiment() -> None:
    link = link_of("ionq-tempo-pair")
    assert (link.bell_fidelity.value, link.pair_rate_hz.value) == (0.970, 0.35)
    assert "2406.01761" in link.bell_fidelity.source
    assert "2406.01761" in link.pair_rate_hz.source


def test_the_2028_link_is_one_experiment_times_its_communication_ions() -> None:
    target = load_target("ionq-2028")
    link, oxford = link_of("ionq-2028"), link_of("oxford-2025")
    assert link.multiplexing is not None
    assert link.multiplexing.value == target.modules[0].communication_qubits.value
    assert link.bell_fidelity.value == oxford.bell_fidelity.value
    assert link.pair_rate_hz.value == pytest.approx(
        oxford.pair_rate_hz.value * link.multiplexing.value
    )
    assert target.modules[0].extensible
    assert [m.count * m.physical_qubits.value for m in target.modules] == [20000]


def test_converting_both_photons_squares_the_efficiency_in_the_rate() -> None:
    link = link_of("mixed-ion-atom")
    assert link.conversion_efficiency is not None
    assert link.conversion_efficiency.value == 0.265
    arrives = 0.091 * link.conversion_efficiency.value
    rate = 0.5 * arrives**link.efficiency_power / 100e-6
    assert link.efficiency_power == 2
    assert link.pair_rate_hz.value == pytest.approx(rate, rel=0.01)
    assert link.bell_fidelity.value == pytest.approx(1 - 0.08 - 0.018 - 0.10, abs=0.005)


def test_a_transduced_rate_has_each_efficiency_once() -> None:
    link = link_of("mixed-ion-superconducting")
    assert link.conversion_efficiency is not None
    assert link.transducer_efficiency is not None
    assert link.added_noise_quanta is not None
    ion = 0.091 * link.conversion_efficiency.value
    circuit = 0.5 * link.transducer_efficiency.value
    assert link.pair_rate_hz.value == pytest.approx(0.5 * ion * circuit / 1e-3, rel=0.01)
    infidelity = 0.08 + 0.018 + link.added_noise_quanta.value
    assert link.bell_fidelity.value == pytest.approx(1 - infidelity, abs=0.005)


def test_the_coupler_makes_pairs_as_good_as_its_gate_and_as_fast() -> None:
    link = link_of("ibm-l-coupler")
    assert link.deterministic
    assert link.multiplexing is not None
    assert link.bell_fidelity.value == pytest.approx(1 - 12 / 15 * 5 / 4 * 0.035)
    assert link.pair_rate_hz.value == pytest.approx(link.multiplexing.value / 235e-9, rel=0.01)


@pytest.mark.parametrize(
    "name", ["ionq-forte", "ionq-tempo", "ionq-walking-cat", "quantinuum-h2", "quantinuum-helios"]
)
def test_machines_without_a_published_link_have_none(name: str) -> None:
    target = load_target(name)
    assert target.links == ()
    assert [module.count for module in target.modules] == [1]
