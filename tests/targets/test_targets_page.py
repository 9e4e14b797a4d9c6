"""What docs/targets.md shows must be true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from trapline.errors import TargetError
from trapline.targets.listing import catalogue_rows
from trapline.targets.load import read_target
from trapline.targets.model import Link, Module
from trapline.targets.to_network import network_of

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "targets.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def test_the_example_is_a_machine_that_compiles_as_it_says() -> None:
    (text,) = blocks("toml")
    target = read_target(text)
    network = network_of(target)
    assert network.names == ("trap0", "trap1")
    assert network.links == ((0, 1),)
    assert network.data_qubits == (16, 16)


def test_the_example_shows_every_key_but_those_of_converted_links() -> None:
    (text,) = blocks("toml")
    keys = set(re.findall(r"^(\w+) =", text, re.MULTILINE))
    missing = {*Module.__struct_fields__, *Link.__struct_fields__} - keys
    assert missing == {
        "note",
        "deterministic",
        "conversion_efficiency",
        "transducer_efficiency",
        "efficiency_power",
        "conversion_noise_hz",
        "added_noise_quanta",
    }


def test_the_table_is_the_catalogue() -> None:
    shown = [line for line in PAGE.splitlines() if re.match(r"\| `[a-z]+-", line)]
    expected = [
        f"| `{row['name']}` | {row['summary']} | {row['modules']} | {row['physical_qubits']} | "
        + " | ".join(
            "-" if row[key] is None else f"{row[key]:g}"
            for key in ("bell_fidelity", "pair_rate_hz")
        )
        + " |"
        for row in catalogue_rows()
    ]
    assert shown == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("two_qubit_gate_time_us", "two_qubit_gate_tme_us"),
        ("value = 0.970, low = 0.966, high = 0.974", "value = 1.1"),
        ('["trap", "trap"]', '["trap", "trp"]'),
        ("count = 2 ", "count = = 2 "),
    ],
)
def test_the_messages_shown_are_those_of_the_loader(old: str, new: str) -> None:
    (text,) = blocks("toml")
    with pytest.raises(TargetError) as caught:
        read_target(text.replace(old, new), origin="my-machine.toml")
    assert caught.value.message.splitlines()[0] in PAGE


def test_the_python_examples_run() -> None:
    examples = blocks("python")
    assert len(examples) == 2
    for text in examples:
        exec(compile(text, "docs/targets.md", "exec"), {})
