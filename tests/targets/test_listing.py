from __future__ import annotations

import json

import pytest

from trapline.targets.listing import catalogue_rows, lowest_confidence, target_rows
from trapline.targets.load import catalogue, load_target
from trapline.targets.quantity import unit_of


def test_the_catalogue_is_listed_with_one_row_a_machine() -> None:
    rows = catalogue_rows()
    assert [row["name"] for row in rows] == list(catalogue())
    row = next(row for row in rows if row["name"] == "ionq-2028")
    assert (row["modules"], row["physical_qubits"]) == (2, 20000)
    assert (row["bell_fidelity"], row["pair_rate_hz"]) == (0.969, 9700)
    assert row["confidence"] == "assumed"
    assert json.loads(json.dumps(rows)) == rows


def test_a_machine_without_link_shows_none() -> None:
    row = next(row for row in catalogue_rows() if row["name"] == "quantinuum-h2")
    assert row["bell_fidelity"] is row["pair_rate_hz"] is None


def test_every_number_of_a_machine_is_shown_with_unit_source_and_confidence() -> None:
    rows = {row["path"]: row for row in target_rows(load_target("quantinuum-helios"))}
    assert rows["modules.helios.two_qubit_gate_error"] == {
        "path": "modules.helios.two_qubit_gate_error",
        "value": 7.9e-4,
        "unit": "1",
        "low": 7.7e-4,
        "high": 8.1e-4,
        "confidence": "measured",
        "source": "arXiv:2511.05465: 7.9(2)e-4",
        "note": None,
    }
    assert rows["modules.helios.layer_overhead_us"]["unit"] == "us"


@pytest.mark.parametrize("name", catalogue())
def test_a_path_of_the_listing_is_a_path_for_set(name: str) -> None:
    target = load_target(name)
    rows = target_rows(target)
    changes = [f"{row['path']}={row['value']}" for row in rows]
    changed = load_target(name, changes)
    assert [row["value"] for row in target_rows(changed)] == [row["value"] for row in rows]


def test_the_lowest_confidence_wins() -> None:
    assert lowest_confidence(load_target("quantinuum-helios")) == "assumed"


@pytest.mark.parametrize(
    ("key", "unit"),
    [
        ("two_qubit_gate_time_us", "us"),
        ("idle_coherence_time_s", "s"),
        ("pair_rate_hz", "1/s"),
        ("length_m", "m"),
        ("added_noise_quanta", "quanta"),
        ("bell_fidelity", "1"),
        ("data_qubits", "1"),
    ],
)
def test_the_unit_is_read_from_the_key(key: str, unit: str) -> None:
    assert unit_of(key) == unit
