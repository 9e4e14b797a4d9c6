"""What pairs over links count for, and their integer weights."""

from __future__ import annotations

import tomllib
from math import log
from typing import TYPE_CHECKING

import pytest

from trapline.errors import TargetError
from trapline.targets.load import load_target
from trapline.targets.network import ideal_network
from trapline.targets.objective import HEAVIEST, LIGHTEST, OBJECTIVES, Objective, objective_of
from trapline.targets.to_network import network_of

if TYPE_CHECKING:
    from trapline.targets.model import Target


@pytest.fixture
def triangle(machine_text: str) -> Target:
    """Three modules; the link between the first two is slower and worse."""
    bad = machine_text[machine_text.index("[[links]]") :].replace(
        '["node", "node"]', '["node0", "node1"]'
    )
    bad = bad.replace("fibre", "bad").replace("1000", "100").replace("0.9", "0.5")
    at = machine_text.index("[[links]]")
    text = machine_text[:at].replace("count = 2", "count = 3") + bad + machine_text[at:]
    assert tomllib.loads(text)
    return load_target(text)


def test_each_objective_gives_links_the_values_that_the_schedule_uses(triangle: Target) -> None:
    assert network_of(triangle).links == ((0, 1), (0, 2), (1, 2))
    found = {name: objective_of(name, triangle) for name in OBJECTIVES}
    assert found["pairs"] == Objective("pairs", (1.0, 1.0, 1.0))
    assert found["time"] == Objective("time", (10_005.0, 1005.0, 1005.0))
    assert found["infidelity"].values == pytest.approx((log(2), log(1 / 0.9), log(1 / 0.9)))
    assert [found[name].unit for name in OBJECTIVES] == ["pairs", "us", "1"]


def test_weights_keep_the_ratios_of_the_values(triangle: Target) -> None:
    assert objective_of("time", triangle).weights == (9955, LIGHTEST, LIGHTEST)
    assert objective_of("infidelity", triangle).weights == (6579, LIGHTEST, LIGHTEST)


@pytest.mark.parametrize("values", [(), (3.0,), (2.5, 2.5), (0.0, 0.0), (1.0, 1.0001)])
def test_links_that_count_alike_have_no_weights(values: tuple[float, ...]) -> None:
    assert Objective("time", values).weights is None


@pytest.mark.parametrize(
    ("values", "weights"),
    [
        ((1.0, 2.0, 1.5), (LIGHTEST, 2 * LIGHTEST, 1500)),
        ((0.0, 0.01), (1, LIGHTEST)),
        ((1.0, 1e12, 1e300), (LIGHTEST, HEAVIEST, HEAVIEST)),
    ],
)
def test_weights_are_whole_positive_and_bounded(
    values: tuple[float, ...], weights: tuple[int, ...]
) -> None:
    assert Objective("time", values).weights == weights


def test_an_ideal_network_knows_pairs_only() -> None:
    ring = ideal_network("ring", 4, 1)
    assert objective_of("pairs", ring).values == (1.0,) * 4
    with pytest.raises(TargetError, match="take no time and are perfect"):
        objective_of("time", ring)
