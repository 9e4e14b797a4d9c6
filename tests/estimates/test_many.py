"""Many estimates in one call, and what is built on them."""

import numpy as np
import pytest

from trapline.errors import InputError, TargetError
from trapline.estimates import estimate, estimate_many
from trapline.estimates.goal import goal_of
from trapline.estimates.machine import machines_of
from trapline.estimates.parallel import FEWEST_ROWS
from trapline.estimates.sensitivity import elasticities, thresholds
from trapline.estimates.uncertainty import distribution, ranges_of
from trapline.targets.load import apply_overrides, load_target
from trapline.targets.model import Target

GOAL = goal_of(logical_qubits=None, logical_error=1e-9, budget=None, counts=None)


def test_arrays_have_the_answers_of_single_estimates() -> None:
    fidelity, rate = np.array([0.9, 0.97, 0.99]), np.array([[3e3], [1e5]])
    many = estimate_many(
        {"link.bell_fidelity": fidelity, "link.pair_rate_hz": rate},
        target="ionq-2028",
        binding=True,
    )
    assert many.modules.shape == (2, 3)
    for i in range(2):
        for j in range(3):
            one = estimate(
                target="ionq-2028",
                link={"bell_fidelity": float(fidelity[j]), "pair_rate_hz": float(rate[i, 0])},
            )
            assert many.modules[i, j] == (one.modules if one.feasible else np.inf)
            assert many.regime[i, j] == (one.regime or "")
            assert many.operation[i, j] == (one.operation or "")
            if one.feasible:
                assert one.code is not None
                assert many.distance[i, j] == one.code.distance
                assert many.binding[i, j] == one.binding_constraint
                assert many.physical_qubits[i, j] == one.physical_qubits


def test_nothing_binds_where_nothing_does() -> None:
    many = estimate_many({"link.bell_fidelity": [0.3, 0.4]}, target="ionq-2028", binding=True)
    assert not np.isfinite(many.modules).any()
    assert many.binding.tolist() == ["", ""]


def converted() -> Target:
    """A machine that does, whose link converts two photons of 26.5 % each."""
    module = {
        "physical_qubits": 10_000, "data_qubits": 9000, "communication_qubits": 1000,
        "two_qubit_gate_error": 1e-4, "one_qubit_gate_error": 1e-5, "measurement_error": 1e-4,
        "idle_coherence_time_s": 100.0, "parallel_two_qubit_gates": 5000, "extensible": True,
    }  # fmt: skip
    changes = {f"module.{key}": value for key, value in module.items()}
    link = {"link.bell_fidelity": 0.97, "link.pair_rate_hz": 5000.0}
    return apply_overrides(load_target("mixed-ion-atom"), changes | link)


def test_an_efficiency_that_is_part_of_the_rate_changes_it_squared() -> None:
    """Two photons have to be converted."""
    efficiencies = [0.1, 0.3, 0.6]
    many = estimate_many({"link.conversion_efficiency": efficiencies}, target=converted())
    ones = [
        estimate(target=converted(), link={"conversion_efficiency": value})
        for value in efficiencies
    ]
    assert many.modules.tolist() == [one.modules for one in ones]
    assert len(set(many.modules)) == 3


def test_a_rate_that_is_given_follows_no_efficiency_whatever_the_order() -> None:
    rate, efficiency = {"link.pair_rate_hz": [5e3, 1e5]}, {"link.conversion_efficiency": 0.1}
    alone = estimate_many(rate, target=converted())
    for values in (rate | efficiency, efficiency | rate):
        assert (estimate_many(values, target=converted()).modules == alone.modules).all()


def test_the_spread_of_an_efficiency_is_that_of_its_rate() -> None:
    link = {"conversion_efficiency": (0.1, 0.6)}
    found = estimate(target=converted(), link=link, samples=600).distribution
    assert found is not None
    assert found.inputs[0].first_order > 0.9
    assert found.modules["p5"] != found.modules["p95"]
    given = estimate(target=converted(), link=link | {"pair_rate_hz": 5e3}, samples=600)
    assert given.distribution is not None
    assert given.distribution.inputs[0].first_order == 0.0


def test_arrays_that_make_no_sense_are_refused_by_name() -> None:
    with pytest.raises(TargetError, match="bell_fidelity"):
        estimate_many({"link.bell_fidelity": [0.9, 1.1]}, target="ionq-2028")
    with pytest.raises(TargetError, match="bell_fidelty"):
        estimate_many({"link.bell_fidelty": [0.9]}, target="ionq-2028")
    with pytest.raises(TargetError, match="reset_time_us"):
        estimate_many({"module.reset_time_us": [1.0, 2.0]}, target="ionq-2028")
    with pytest.raises(InputError, match="do not fit"):
        estimate_many(
            {"link.bell_fidelity": [0.9, 0.95], "link.pair_rate_hz": [1.0, 2.0, 3.0]},
            target="ionq-2028",
        )
    with pytest.raises(InputError, match="physical_qubits"):
        estimate_many({"module.data_qubits": [9000, 9999]}, target="ionq-2028")
    with pytest.raises(InputError, match="array of numbers"):
        estimate_many({"link.bell_fidelity": "high"}, target="ionq-2028")


def test_the_thresholds_are_exact() -> None:
    """A little better than a threshold and a little worse: the answer changes its kind."""
    machine = machines_of(load_target("ionq-2028"))[0]
    found = {(t.input, t.meaning): t.value for t in thresholds(machine, GOAL)}
    none = "below it no number of modules does"

    def modules(path: str, value: float) -> float:
        return float(estimate_many({path: [value]}, target="ionq-2028").modules[0])

    for path in ("link.bell_fidelity", "link.pair_rate_hz"):
        value = found[path, none]
        assert np.isfinite(modules(path, value))
        worse = 1 - (1 - value) * 1.001 if "fidelity" in path else value * 0.999
        assert not np.isfinite(modules(path, worse))
    undistilled = found["link.bell_fidelity", "below it pairs are distilled"]
    step = 1e-3 * (1 - undistilled)
    above, below = estimate_many(
        {"link.bell_fidelity": [undistilled, undistilled - step]}, target="ionq-2028"
    ).distillation.tolist()
    assert above == "none"
    assert below != "none"
    data = found["module.data_qubits", none]
    sizes = np.array([data, data - 1])
    got = estimate_many({"module.data_qubits": sizes}, target="ionq-2028").modules
    assert np.isfinite(got[0])
    assert not np.isfinite(got[1])


def test_elasticities_are_the_slopes_of_the_model() -> None:
    machine = machines_of(load_target("ionq-2028"))[0]
    found = {e.input: e for e in elasticities(machine, GOAL)}
    rate = found["link.pair_rate_hz"]
    many = estimate_many({"link.pair_rate_hz": 9700 * np.array([0.8, 1.25])}, target="ionq-2028")
    span = np.log(1.25**2)
    assert rate.modules == pytest.approx(np.log(many.modules[1] / many.modules[0]) / span)
    assert rate.step_time == pytest.approx(
        np.log(many.step_time_us[1] / many.step_time_us[0]) / span
    )
    # A link that is twice as fast halves the wait, and here lets a faster choice do besides.
    assert (rate.step_time or 0.0) < -0.9
    assert (found["module.data_qubits"].modules or 0.0) < -0.5


def test_a_single_module_has_no_elasticity_to_links() -> None:
    target = load_target("quantinuum-helios")
    goal = goal_of(logical_qubits=1, logical_error=0.05, budget=None, counts=None)
    names = {e.input for e in elasticities(machines_of(target)[0], goal)}
    assert not any(name.startswith("link.") for name in names)


def test_a_range_gives_a_distribution_and_names_its_cause() -> None:
    report = estimate(
        target="ionq-2028",
        link={"pair_rate_hz": (1e3, 1e5), "bell_fidelity": (0.968, 0.97)},
        samples=600,
        seed=5,
    )
    found = report.distribution
    assert found is not None
    assert found.seed == 5
    by_name = {row.name: row for row in found.inputs}
    rate, fidelity = by_name["links.photonic.pair_rate_hz"], by_name["links.photonic.bell_fidelity"]
    assert rate.spacing == "logarithmic"
    assert fidelity.spacing == "uniform"
    assert rate.first_order > 0.8
    assert rate.rank_correlation < -0.8
    assert fidelity.first_order < 0.1
    values = [v for v in found.modules.values() if v is not None]
    assert values == sorted(values)


def test_the_distribution_covers_what_the_ends_of_a_range_give() -> None:
    target = load_target("ionq-2028", ["module.measurement_error=1e-4..5e-4"])
    found = distribution(
        target, GOAL, ranges_of(target, set_by_user=True), samples=2000, seed=0
    ).modules
    ends = estimate_many({"module.measurement_error": [1e-4, 5e-4]}, target="ionq-2028").modules
    assert found["p5"] is not None
    assert found["p95"] is not None
    assert ends[0] <= found["p5"] <= found["p50"] <= found["p95"] <= ends[1]  # type: ignore[operator]


def test_first_order_indices_match_a_case_with_a_known_answer() -> None:
    """y = 2 a + b of two uniform inputs: a explains 4/5 of the variance."""
    from trapline.estimates.uncertainty import _first_order, _latin_hypercube  # pyright: ignore[reportPrivateUsage]

    places = _latin_hypercube(20_000, 2, 1)
    y = 2 * places[:, 0] + places[:, 1]
    assert _first_order(places[:, 0], y) == pytest.approx(0.8, abs=0.02)
    assert _first_order(places[:, 1], y) == pytest.approx(0.2, abs=0.03)
    assert np.sort((places * 20_000).astype(int), axis=0)[:, 0].tolist() == list(range(20_000))


def test_the_same_seed_gives_the_same_sample() -> None:
    target = load_target("ionq-2028")
    runs = [distribution(target, GOAL, ranges_of(target), samples=300, seed=s) for s in (1, 1, 2)]
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]
    assert 0.0 < runs[0].feasible_share < 1.0


def test_without_ranges_there_is_nothing_to_sample() -> None:
    with pytest.raises(InputError, match="no input carries a range"):
        distribution(load_target("ionq-2028"), GOAL, [], samples=300, seed=0)
    with pytest.raises(InputError, match="samples"):
        distribution(load_target("ionq-2028"), GOAL, [], samples=3, seed=0)


def test_processes_share_the_points_and_change_no_answer() -> None:
    rates = np.logspace(2, 6, 2 * FEWEST_ROWS)
    alone, shared = (
        estimate_many({"link.pair_rate_hz": rates}, target="ionq-2028", processes=n) for n in (1, 2)
    )
    for name in ("modules", "step_time_us", "distance", "distillation"):
        assert np.array_equal(getattr(alone, name), getattr(shared, name))
    with pytest.raises(InputError, match="processes"):
        estimate_many({"link.pair_rate_hz": rates}, target="ionq-2028", processes=0)


def test_a_brief_answer_is_that_of_the_whole_report() -> None:
    whole, brief = (estimate(target="ionq-2028", brief=b).as_dict() for b in (False, True))
    left_out = {"frontier": [], "alternatives": [], "binding_constraint": "", "binding_reason": ""}
    left_out |= {"other_codes": []}
    assert brief == whole | left_out
