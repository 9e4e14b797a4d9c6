from __future__ import annotations

import pytest

from trapline.errors import TargetError
from trapline.targets.load import apply_overrides, load_target


def test_a_link_path_changes_every_link_and_says_who_set_it() -> None:
    target = load_target("ionq-2028", ["link.bell_fidelity=0.98"])
    for link in target.links:
        assert link.bell_fidelity.value == 0.98
        assert link.bell_fidelity.source == "set by the user"
        assert link.bell_fidelity.confidence == "assumed"
        assert link.bell_fidelity.low is link.bell_fidelity.note is None


def test_everything_else_stays_as_it_was() -> None:
    before = load_target("ionq-2028")
    after = load_target("ionq-2028", ["link.bell_fidelity=0.98"])
    assert after.modules == before.modules
    assert after.links[0].pair_rate_hz == before.links[0].pair_rate_hz


def test_one_module_can_be_changed_among_several() -> None:
    target = load_target("mixed-ion-atom", ["modules.atoms.two_qubit_gate_error=0.001"])
    before = load_target("mixed-ion-atom")
    assert target.modules[1].two_qubit_gate_error.value == 0.001
    assert target.modules[0] == before.modules[0]


def test_one_link_can_be_changed() -> None:
    assert (
        load_target("oxford-2025", ["links.photonic.latency_us=7"]).links[0].latency_us.value == 7
    )


def test_a_module_path_changes_every_module() -> None:
    target = load_target("mixed-ion-atom", ["module.measurement_error=0.002"])
    assert [m.measurement_error.value for m in target.modules] == [0.002, 0.002]


def test_a_number_that_the_file_lacks_can_be_set() -> None:
    target = load_target("ionq-2028", ["link.pair_buffer=100", "module.reset_time_us=20"])
    assert target.links[0].pair_buffer is not None
    assert target.links[0].pair_buffer.value == 100
    assert target.modules[0].reset_time_us is not None


def test_counts_words_and_truth_values_can_be_set() -> None:
    changes = ["modules.chip.count=4", "module.extensible=false", "link.herald=one-photon"]
    target = load_target("ionq-2028", changes)
    assert (target.modules[0].count, target.modules[0].extensible) == (4, False)
    assert target.links[0].herald == "one-photon"


def test_two_numbers_that_only_fit_together_can_be_set_together() -> None:
    changes = {"module.physical_qubits": 50, "module.data_qubits": 40}
    with pytest.raises(TargetError, match="physical_qubits"):
        apply_overrides(load_target("ionq-2028"), {"module.physical_qubits": 50})
    target = apply_overrides(
        load_target("ionq-2028"), {**changes, "module.communication_qubits": 10}
    )
    assert target.modules[0].physical_qubits.value == 50


@pytest.mark.parametrize(
    ("name", "key", "power"),
    [
        ("mixed-ion-atom", "conversion_efficiency", 2),
        ("mixed-ion-superconducting", "conversion_efficiency", 1),
        ("mixed-ion-superconducting", "transducer_efficiency", 1),
    ],
)
def test_the_rate_follows_an_efficiency_that_it_contains(name: str, key: str, power: int) -> None:
    link = load_target(name).links[0]
    changed = load_target(name, [f"link.{key}={getattr(link, key).value * 2}"]).links[0]
    assert changed.pair_rate_hz.value == pytest.approx(link.pair_rate_hz.value * 2**power)
    assert changed.pair_rate_hz.confidence == "assumed"


def test_the_rate_follows_the_middle_of_a_range_of_an_efficiency() -> None:
    link = load_target("mixed-ion-atom").links[0]
    changed = load_target("mixed-ion-atom", ["link.conversion_efficiency=0.265..0.795"]).links[0]
    assert changed.pair_rate_hz.value == pytest.approx(4 * link.pair_rate_hz.value)


@pytest.mark.parametrize("reverse", [False, True])
def test_a_rate_that_the_user_sets_is_kept_whatever_the_order(reverse: bool) -> None:
    changes = ["link.pair_rate_hz=50", "link.conversion_efficiency=0.6"]
    link = load_target("mixed-ion-atom", changes[::-1] if reverse else changes).links[0]
    assert link.pair_rate_hz.value == 50
    assert link.pair_rate_hz.source == "set by the user"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("link.bell_fidelty=0.98", "unknown key bell_fidelty; did you mean bell_fidelity?"),
        ("link.bell_fidelity=1.5", "links[0].bell_fidelity.value: got 1.5"),
        ("link.bell_fidelity=0.99..0.9", "got 0.99..0.9, expected the lower end first"),
        ("link.bell_fidelity=98", "0.98 and not 98"),
        ("module.data_qubits=1e3", "1000 and not 1e3"),
        ("link.bell_fidelity=high", "links[0].bell_fidelity.value: got 'high'"),
        ("link.bell_fidelity=true", "got True"),
        ("module.count=0", "modules[0].count: got 0"),
        ("module.count=two", "modules[0].count: got 'two'"),
        ("link.kind=photonics", "did you mean photonic?"),
        ("links.phtonic.latency_us=1", "no link is called phtonic; did you mean photonic?"),
        ("modules.chip=3", "no such path"),
        ("modul.count=3", "no such path; did you mean module?"),
        ("network=line", "no such path"),
        ("link.a.b.c=1", "no such path"),
        ("module.name=x", "unknown key name"),
        ("link.bell_fidelity", "expected PATH=VALUE"),
        ("=3", "expected PATH=VALUE"),
        ("link.bell_fidelity=", "expected PATH=VALUE"),
    ],
)
def test_a_bad_change_says_what_is_wrong(change: str, words: str) -> None:
    with pytest.raises(TargetError) as caught:
        load_target("ionq-2028", [change])
    assert words in str(caught.value)


def test_a_link_path_on_a_machine_without_links_is_refused() -> None:
    with pytest.raises(TargetError, match="no link is in this target"):
        load_target("quantinuum-h2", ["link.bell_fidelity=0.9"])
