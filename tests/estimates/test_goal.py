"""From what the user asks to errors an operation and T states a step."""

import pytest

from trapline.errors import InputError
from trapline.estimates.goal import Goal, goal_of


def asked(**changes: object) -> Goal:
    given: dict[str, object] = {
        "logical_qubits": None,
        "logical_error": 1e-9,
        "budget": None,
        "counts": None,
    }
    return goal_of(**{**given, **changes})  # type: ignore[arg-type]


def test_the_question_of_the_project_is_the_default() -> None:
    goal = asked()
    assert (goal.logical_qubits, goal.logical_error, goal.t_per_step) == (1024, 1e-9, 1.0)
    assert goal.steps is None


def test_a_budget_is_split_over_qubits_and_steps() -> None:
    goal = asked(counts={"numQubits": 100, "tCount": 1_000_000}, budget=0.01)
    assert goal.logical_qubits == 100
    assert goal.steps == 1_000_000
    assert goal.logical_error == pytest.approx(0.005 / 1e8)
    assert goal.t_error == pytest.approx(0.005 / 1e6)
    assert goal.t_per_step == 1.0


def test_rotations_become_t_states() -> None:
    counts = {"numQubits": 100, "rotationCount": 47_700, "rotationDepth": 858}
    goal = asked(counts=counts, budget=0.001)
    assert goal.steps == 47_700 + 20 * 858
    assert goal.t_per_step == pytest.approx(20 * 47_700 / goal.steps)


def test_a_budget_without_a_program_is_refused() -> None:
    with pytest.raises(InputError, match="no program"):
        asked(budget=0.01)


@pytest.mark.parametrize("n", [0, -5, 2.5])
def test_logical_qubits_are_a_positive_whole_number(n: float) -> None:
    with pytest.raises(InputError, match="logical_qubits"):
        asked(logical_qubits=n)


def test_fewer_logical_qubits_than_the_program_has_are_refused() -> None:
    with pytest.raises(InputError, match="at least 100"):
        asked(logical_qubits=50, counts={"numQubits": 100, "tCount": 10})
