from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trapline.errors import TargetError
from trapline.targets.load import catalogue, load_target, read_target, target_of
from trapline.targets.model import target_data


def test_a_name_a_path_and_text_give_the_same_machine(tmp_path: Path) -> None:
    file = Path(__file__).resolve().parents[2] / "targets" / "catalog" / "ionq-2028.toml"
    by_name = load_target("ionq-2028")
    copy = tmp_path / "mine.toml"
    copy.write_bytes(file.read_bytes())
    assert load_target(copy) == load_target(str(copy)) == load_target(file.read_text()) == by_name


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path, machine_text: str) -> None:
    file = tmp_path / "m.toml"
    file.write_bytes(b"\xef\xbb\xbf" + machine_text.encode())
    assert load_target(file).name == "toy"


@pytest.mark.parametrize("name", catalogue())
def test_plain_data_of_a_machine_give_it_back(name: str) -> None:
    target = load_target(name)
    assert target_of(target_data(target)) == target


def test_an_unknown_name_suggests_the_closest_and_lists_the_catalogue() -> None:
    with pytest.raises(TargetError) as caught:
        load_target("ionq-2082")
    assert "did you mean ionq-2028?" in caught.value.message
    assert all(name in caught.value.hint for name in catalogue())
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("name", ["", "no/such/file.toml", "a" * 5000, "nul\0byte", "/"])
def test_what_is_no_file_is_a_target_error(name: str) -> None:
    with pytest.raises(TargetError):
        load_target(name)


def test_bytes_that_are_no_text_are_a_target_error(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_bytes(b"name = '\xff'\n")
    with pytest.raises(TargetError, match="byte 8 is not UTF-8"):
        load_target(file)


def test_a_syntax_error_shows_line_column_and_caret() -> None:
    with pytest.raises(TargetError) as caught:
        read_target('name = "x"\ncount = = 2\n', origin="m.toml")
    lines = caught.value.message.splitlines()
    assert lines[0].startswith("m.toml:2:9: not TOML")
    assert lines[1] == "    count = = 2"
    assert lines[2].index("^") - 4 == "count = = 2".index("= 2")


def test_a_syntax_error_at_the_end_points_behind_the_last_character() -> None:
    with pytest.raises(TargetError, match=r"^<text>:2:9: not TOML"):
        read_target("a = 1\nb = [ 1,")


# (text to replace, what to put there, words that the message must hold)
MISTAKES = [
    (
        "two_qubit_gate_time_us",
        "two_qubit_gate_tme_us",
        ["modules[0].two_qubit_gate_tme_us: unknown key", "did you mean two_qubit_gate_time_us?"],
    ),
    ("[[links]]", "[[link]]", ["link: unknown key; did you mean links?"]),
    ('platform = "ion-chain"', "", ["modules[0].platform: this key is missing"]),
    (
        'platform = "ion-chain"',
        'platform = "ion-chian"',
        ["modules[0].platform: got 'ion-chian'", "did you mean ion-chain?"],
    ),
    ("value = 100,", 'value = "100",', ["two_qubit_gate_time_us.value: got '100'", "a number"]),
    ("value = 100,", "value = -3,", ["two_qubit_gate_time_us.value: got -3", "> 0"]),
    ("value = 100,", "value = 0,", ["two_qubit_gate_time_us.value: got 0", "> 0"]),
    ("value = 100,", "value = inf,", ["two_qubit_gate_time_us: ", "finite"]),
    ("value = 100,", "value = nan,", ["two_qubit_gate_time_us.value: got nan"]),
    ("value = 100,", "value = true,", ["two_qubit_gate_time_us.value: got True"]),
    ("value = 0.9,", "value = 1.1,", ["links[0].bell_fidelity.value: got 1.1", "<= 1"]),
    ("value = 0.9,", "value = 0.1,", ["links[0].bell_fidelity.value: got 0.1", ">= 0.25"]),
    ("value = 0.02,", "value = 2,", ["modules[0].two_qubit_gate_error.value: got 2", "<= 0.5"]),
    ("value = 4,", "value = 4.5,", ["physical_qubits.value: got 4.5", "a whole number"]),
    ("value = 4,", "value = 3,", ["modules[0]: ", "2 + 2 > 3"]),
    ("value = 4,", "value = 4, low = 5,", ["modules[0].physical_qubits: ", "low <= value <= high"]),
    (
        '{ value = 100, source = "s", confidence = "measured" }',
        "100",
        ["two_qubit_gate_time_us: got 100, expected a table", "two_qubit_gate_time_us = {"],
    ),
    ('value = 100, source = "s",', "value = 100,", ["time_us.source: this key is missing"]),
    ('value = 100, source = "s",', 'value = 100, source = "",', ["time_us.source: got ''"]),
    (
        'confidence = "claimed"',
        'confidence = "rumoured"',
        ["links[0].bell_fidelity.confidence: got 'rumoured', expected one of"],
    ),
    ("schema_version = 1", "schema_version = 2", ["schema_version: got 2, expected one of 1"]),
    ("count = 2", "count = 0", ["modules[0].count: got 0", ">= 1"]),
    ("count = 2", 'network = "star"', ["modules[0].network: unknown key"]),
    ('name = "node"', 'name = "a b"', ["modules[0].name: got 'a b'"]),
    ('ends = ["node", "node"]', 'ends = ["node"]', ["links[0].ends", "length 2"]),
    (
        'ends = ["node", "node"]',
        'ends = ["node", "nod"]',
        ["links[0].ends[1]: no module is called nod; did you mean node?"],
    ),
    ('kind = "photonic"', 'kind = "photonic"\nefficiency_power = 2', ["links[0]: ", "got 2"]),
]


@pytest.mark.parametrize(("old", "new", "words"), MISTAKES)
def test_a_mistake_is_shown_with_its_place_and_what_was_expected(
    machine_text: str, old: str, new: str, words: list[str]
) -> None:
    assert old in machine_text
    with pytest.raises(TargetError) as caught:
        read_target(machine_text.replace(old, new, 1), origin="m.toml")
    shown = str(caught.value)
    assert shown.startswith("m.toml: ")
    for word in words:
        assert word in shown


def test_names_that_repeat_are_refused(machine_data: dict[str, Any]) -> None:
    machine_data["modules"] *= 2
    with pytest.raises(TargetError, match="the name node stands twice"):
        target_of(machine_data)


def test_a_network_without_the_link_it_needs_is_refused(machine_data: dict[str, Any]) -> None:
    machine_data["links"] = []
    with pytest.raises(TargetError, match="joins node0 and node1, but no link") as caught:
        target_of(machine_data)
    assert 'ends = ["node", "node"]' in caught.value.hint


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
PATHS = st.sampled_from(
    [
        ("modules",), ("links",), ("network",), ("name",), ("new",), ("modules", 0), ("links", 0),
        ("modules", 0, "count"), ("modules", 0, "data_qubits"), ("links", 0, "ends"),
        ("modules", 0, "data_qubits", "value"), ("links", 0, "ends", 0),
        ("links", 0, "bell_fidelity", "confidence"),
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None, derandomize=True)
@given(path=PATHS, value=JSON)
def test_no_value_anywhere_gives_anything_but_a_machine_or_a_target_error(
    path: tuple[str | int, ...], value: object
) -> None:
    data: Any = target_data(load_target("oxford-2025"))
    table = data
    for step in path[:-1]:
        table = table[step]
    table[path[-1]] = value
    try:
        target_of(data)
    except TargetError as error:
        assert re.match("<data>|oxford", error.message)  # a machine is fine too
