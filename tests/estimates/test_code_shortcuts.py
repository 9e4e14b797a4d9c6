"""Shortcuts with codes that a physicist would reject: PHYSICS section 11, items 3, 8 and 9."""

import numpy as np
import pytest

from trapline.errors import InputError
from trapline.estimates.architectures import all_architectures
from trapline.estimates.code_model import (
    blocks_needed,
    blocks_per_module,
    link_error_allowed,
    logical_error,
)
from trapline.estimates.codes import all_codes, find_code
from trapline.estimates.question import question_of

BLOCK_CODES = [name for name, code in all_codes().items() if code.k > 1]


@pytest.mark.parametrize("name", BLOCK_CODES)
def test_3_a_block_cut_in_two_has_no_seam_tolerance(name: str) -> None:
    code = find_code(name)
    with pytest.raises(InputError, match="no seam theorem") as caught:
        link_error_allowed(code, 1e-3, parts=2)
    assert "0.001" in caught.value.message
    assert link_error_allowed(code, 1e-3, parts=1) == 1.0


def test_3_a_surface_code_tolerates_ten_times_its_bulk_error_at_a_seam() -> None:
    assert link_error_allowed(find_code("surface-9"), 1e-3, parts=2) == pytest.approx(1e-2)


def test_3_no_architecture_cuts_a_block_across_noisy_links() -> None:
    """Only the shared memory spreads a block, and its qubits fly instead of using pairs."""
    for name, architecture in all_architectures().items():
        answer = architecture.answer(question_of())
        if answer.regime == "distributed" and answer.code is not None:
            spread = answer.code.family != "rotated-surface"
            assert not (spread and answer.distillation), name


def test_8_errors_are_per_logical_qubit_and_not_per_block() -> None:
    """arXiv:2308.07915 gives 2e-7 for a block of twelve logical qubits."""
    of_qubit = logical_error(find_code("bb-144-12-12"), 1e-3)
    assert of_qubit == pytest.approx(2e-7 / 12, rel=1e-3)


def test_8_the_slope_is_that_of_the_circuit_distance() -> None:
    """About d_circ/2 = 5 and not d/2 = 6 for [[144,12,12]]; by d = 12 one is 4 times too good."""
    code = find_code("bb-144-12-12")
    assert (code.distance, code.circuit_distance) == (12, 10)
    low, high = logical_error(code, np.array([1e-4, 1e-3]))
    slope = np.log10(high / low)
    assert slope == pytest.approx(5.4, abs=0.05)
    assert abs(slope - code.circuit_distance / 2) < abs(slope - code.distance / 2)
    by_distance = high * 0.1 ** (code.distance / 2)
    assert low > 3.9 * by_distance


def test_8_every_error_says_what_it_is_of() -> None:
    for architecture in all_architectures().values():
        assert architecture.answer(question_of()).per


def test_9_a_patch_that_is_too_big_by_one_does_not_fit() -> None:
    """d = 25 takes 1,249 qubits; a module of 1,000 holds none, of 2,497 one."""
    code = find_code("surface-25")
    assert code.physical_qubits == 1249
    assert [blocks_per_module(code, q) for q in (1000, 1248, 1249, 2497, 2498)] == [0, 0, 1, 1, 2]


def test_9_communication_qubits_come_off_first() -> None:
    code = find_code("surface-25")
    assert blocks_per_module(code, 1249, reserved=1) == 0
    assert blocks_per_module(code, 100, reserved=200) == 0


def test_9_a_last_logical_qubit_takes_a_whole_block() -> None:
    code = find_code("gross")
    assert [blocks_needed(code, n, spare=1) for n in (11, 12, 22, 23)] == [1, 2, 2, 3]
