"""One test for each shortcut that a physicist would reject."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trapline.estimates import estimate
from trapline.estimates.bell import stored_infidelity, werner
from trapline.estimates.distillation import distill
from trapline.estimates.hardware import Hardware, hardware_of
from trapline.estimates.hosted import capacity, n_patches
from trapline.estimates.plans import Plan
from trapline.estimates.remote import average_fidelity, remote_gate_channel, remote_gate_infidelity
from trapline.estimates.rounds import round_time_us, with_idling
from trapline.estimates.surface_code import bulk_error, merge_error, seam_error
from trapline.targets.load import apply_overrides, catalogue, load_target
from trapline.targets.model import Target

GOOD = {"two_qubit_gate_error": 1e-4, "measurement_error": 1e-4, "idle_coherence_time_s": 100.0}


def roadmap(**changes: Any) -> Hardware:
    """Hardware of ionq-2028 with some columns changed."""
    target = load_target("ionq-2028")
    hardware = hardware_of(target.modules[0], target.links[0])
    columns = {name: np.array([float(value)]) for name, value in changes.items()}
    return hardware.vary(columns) if columns else hardware


def with_numbers(name: str, changes: dict[str, Any]) -> Target:
    return apply_overrides(load_target(name), changes)


def test_1_link_noise_is_not_depolarizing_and_fidelities_are_not_mixed() -> None:
    channel = remote_gate_channel(0.03, p_local=0.0, p_measure=0.0)
    assert np.count_nonzero(channel) == 4
    assert average_fidelity(0.97) != 0.97
    # A benchmark error is an average infidelity; Pauli errors happen 5/4 as often.
    module = load_target("ionq-2028").modules[0]
    assert hardware_of(module, None).p_two[0] == pytest.approx(
        1.25 * module.two_qubit_gate_error.value
    )


def test_1_local_operations_count_beside_the_pair() -> None:
    with_local = remote_gate_infidelity(0.03, p_local=0.05, p_measure=0.01)
    assert with_local > 4 * remote_gate_infidelity(0.03, p_local=0.0, p_measure=0.0)


def test_2_fidelity_and_rate_of_a_preset_are_from_one_experiment() -> None:
    """0.97 came at 0.35 pairs/s (2406.01761), not at 250."""
    link = load_target("ionq-tempo-pair").links[0]
    assert (link.bell_fidelity.value, link.pair_rate_hz.value) == (0.97, 0.35)


@pytest.mark.parametrize("name", catalogue())
def test_2_fidelity_and_rate_of_every_link_are_from_one_source(name: str) -> None:
    cited = re.compile(r"\d{4}\.\d{4,5}|[A-Z][a-z]+ et al\. \d{4}|IBM, [A-Z][a-z]+ \d{4}")
    for link in load_target(name).links:
        fidelity, rate = (
            set(cited.findall(q.source)) for q in (link.bell_fidelity, link.pair_rate_hz)
        )
        assert fidelity & rate


def test_3_narrow_tiles_get_no_seam_tolerance() -> None:
    """Ten data qubits hold a tile of 2 x 2 at most; no distance may be built from those."""
    tiny = {**GOOD, "data_qubits": 12, "communication_qubits": 200, "physical_qubits": 212}
    perfect = {"bell_fidelity": 1.0, "pair_rate_hz": 1e9, "pair_buffer": 10_000}
    report = estimate(target="ionq-2028", module=tiny, link=perfect, logical_error=1e-6)
    assert not report.feasible


def test_4_a_remote_operation_takes_d_rounds_of_2d_minus_1_pairs() -> None:
    link = {"bell_fidelity": 0.9999, "pair_rate_hz": 1e8}
    report = estimate(target="ionq-2028", module={**GOOD, "memory_swap_error": 0}, link=link)
    assert report.link is not None
    assert report.code is not None
    d = report.code.distance
    assert report.link.distillation == "none"
    assert report.link.raw_pairs_per_remote_operation == d * (2 * d - 1)


def test_4_a_distilled_operation_takes_the_raw_pairs_of_its_distillation() -> None:
    report = estimate(target="ionq-2028", link={"bell_fidelity": 0.98})
    assert report.link is not None
    assert report.code is not None
    d = report.code.distance
    assert (report.operation, report.link.distillation) == ("lattice surgery", "642")
    assert report.link.raw_pairs_per_remote_operation > 1.5 * d * (2 * d - 1)


def test_5_timelike_errors_of_the_merge_are_in_the_budget() -> None:
    report = estimate(target="ionq-2028", link={"bell_fidelity": 0.98})
    assert report.error_budget["merge_outcome"] > 0.1 * report.error_budget["total"]
    assert merge_error(9, 0.0, 0.03) > 0


def test_6_distillation_pays_for_floor_failures_and_waiting() -> None:
    fidelity, raw, success = distill(0.97, "dejmps", p_local=1e-3, rounds=3)
    assert 1 - fidelity > 1e-3
    assert raw > 8
    assert success < 1
    assert distill(0.97, "pumping", rounds=50)[0] < 0.991
    slow, fast = (
        estimate(
            target="ionq-2028",
            module=GOOD,
            link={"bell_fidelity": 0.9, "pair_rate_hz": rate},
        )
        for rate in (3e3, 3e6)
    )
    assert slow.link is not None
    assert fast.link is not None
    assert slow.remote_operation_time_us is not None
    assert fast.remote_operation_time_us is not None
    assert slow.remote_operation_time_us > fast.remote_operation_time_us


def test_6_partners_of_a_block_need_room() -> None:
    assert Plan("422", 1).block == 4
    assert Plan("422", 1).workspace == 4
    assert Plan("422", 1, copies=16).workspace == 64
    assert Plan("dejmps", 3).block == 8
    assert Plan("pumping", 2).block == 3
    assert Plan("nested", 2).block == 9
    assert Plan("", 0).workspace == 0
    assert werner(0.9).sum() == pytest.approx(1.0)


def test_7_the_clock_keeps_a_quantile_and_not_the_mean() -> None:
    report = estimate(target="ionq-2028")
    assert report.link is not None
    assert report.remote_operation_time_us is not None
    mean = 1e6 * report.link.raw_pairs_per_remote_operation / report.link.available_pairs_per_s
    assert report.remote_operation_time_us > 1.05 * mean


def test_7_every_qubit_idles_through_a_longer_round() -> None:
    hardware = roadmap()
    short, long = (float(with_idling(hardware, np.array([t]))[0]) for t in (1e3, 1e5))
    assert long - short == pytest.approx(0.5 * (1e5 - 1e3) / hardware.coherence_us[0], rel=0.01)


def test_7_buffering_costs_memory_and_storage_error() -> None:
    """A buffer of N pairs loses N/(2 R T2): below 1 % only for R T2 >= 50 N.

    Two lattice surgeries make two logical pairs; the buffer is for one of them.
    """
    report = estimate(target="ionq-2028", logical_error=1e-8)
    assert report.link is not None
    assert report.code is not None
    assert report.qubits_by_role is not None
    assert report.modules is not None
    d = report.code.distance
    assert report.operation == "logical Bell pairs"
    assert report.link.buffered
    assert report.qubits_by_role.memory > 50 * d * (2 * d - 1)
    n = report.link.raw_pairs_per_remote_operation / 2
    stored = n / (2 * report.link.available_pairs_per_s * 10.0)
    distilled = 1 - distill(0.969 - 0.003, "642", p_local=3.3e-4)[0]
    assert 1 - report.link.used_fidelity == pytest.approx(distilled + stored, rel=0.1)


def test_8_both_operators_are_counted_a_round_and_a_qubit() -> None:
    d, p = 11.0, 1e-3
    both = 2 * d * bulk_error(np.array(d), np.array(p))
    module = {
        "two_qubit_gate_error": 8e-4,
        "measurement_error": 1e-3,
        "idle_coherence_time_s": 1e6,
        "data_qubits": 10**7,
        "physical_qubits": 2 * 10**7,
        "parallel_two_qubit_gates": 10**7,
    }
    report = estimate(target="ionq-2028", module=module, logical_error=float(both) * 4)
    assert report.code is not None
    assert report.code.distance == 11
    assert report.error_budget["local_operations"] == pytest.approx(float(both), rel=1e-3)


def test_9_patches_are_hosted_whole() -> None:
    """d = 25 takes 1,249 qubits and does not fit into 1,000."""
    d = np.array(25.0)
    assert capacity(np.array(1000.0), d) == 0
    assert capacity(np.array(1248.0), d) == 0
    assert capacity(np.array(1249.0), d) == 1
    assert capacity(np.array(3 * 1249.0), d) == 1
    assert capacity(np.array(4 * 1249.0), d) == 2
    assert n_patches(np.array(2.0)) == 4


def test_9_communication_routing_and_factories_take_room() -> None:
    report = estimate(target="ionq-2028")
    roles = report.as_dict()["qubits_by_role"]
    assert roles["communication"] == 1000 * (report.modules or 0)
    assert roles["routing"] > 0
    assert roles["factory"] > 0


def test_10_gates_of_one_chain_run_one_after_the_other() -> None:
    chain = roadmap(parallel_gates=1, gate_time_us=100, one_time_us=0, measure_time_us=0)
    wide = roadmap(parallel_gates=10**6, gate_time_us=100, one_time_us=0, measure_time_us=0)
    gates = np.array([440.0])
    assert round_time_us(chain, gates)[0] == 440 * 100
    assert round_time_us(wide, gates)[0] == 4 * 100


def test_10_transport_is_paid_every_layer() -> None:
    target = load_target("quantinuum-helios")
    hardware = hardware_of(target.modules[0], None)
    assert round_time_us(hardware, np.array([4.0]))[0] > 4 * 30_000


def test_10_conversion_enters_the_rate_squared() -> None:
    base = load_target("mixed-ion-atom")
    better = with_numbers("mixed-ion-atom", {"link.conversion_efficiency": 0.6})
    ratio = better.links[0].pair_rate_hz.value / base.links[0].pair_rate_hz.value
    before = base.links[0].conversion_efficiency
    assert before is not None
    assert ratio == pytest.approx((0.6 / before.value) ** 2)


def test_11_a_machine_without_entanglement_is_not_joined() -> None:
    for name in ("quantinuum-helios", "ionq-walking-cat", "ionq-forte"):
        report = estimate(target=name)
        assert not report.feasible
        assert report.binding_constraint == "no_link"


def test_rate_times_coherence_rules_storage() -> None:
    """R T2 = 50 N keeps the loss of a full buffer of N = 153 pairs (d = 9) at 1 %."""
    n, rate = 153, 250.0
    t2_us = 50 * n / rate * 1e6
    assert stored_infidelity(0.0, n / (2 * rate) * 1e6, t2_us) == pytest.approx(0.01, rel=0.02)


def test_a_seam_is_not_free_at_the_fidelity_of_today() -> None:
    inside = 2 * seam_error(15, 1e-3, 0.0, n_seams=0)
    assert seam_error(15, 1e-3, 0.03) > 10 * inside


def test_11_algorithmic_qubits_are_no_logical_qubits() -> None:
    """Forte is sold as #AQ 36: 36 bare ions, too few for two logical qubits even at d = 3."""
    for logical_qubits in (2, 36):
        report = estimate(target="ionq-forte", logical_qubits=logical_qubits, logical_error=0.01)
        assert not report.feasible


def test_the_page_of_shortcuts_names_tests_that_there_are() -> None:
    root = Path(__file__).parents[2]
    named = re.findall(r"`(test_\w+)`", (root / "docs" / "shortcuts.md").read_text("utf-8"))
    files = (root / "tests" / "estimates").glob("test_*.py")
    there = {name for file in files for name in re.findall(r"def (test_\w+)", file.read_text())}
    assert len(named) > 40
    assert set(named) <= there
