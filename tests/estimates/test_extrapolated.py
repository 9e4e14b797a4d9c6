"""What a report says of values outside the range of the simulations."""

import numpy as np
import pytest

from trapline.estimates import Estimate, estimate
from trapline.estimates.assumptions import extrapolations
from trapline.estimates.machine import machines_of
from trapline.estimates.operations import transversal_p
from trapline.estimates.outcome import SURGERY, TRANSVERSAL
from trapline.estimates.seam_laws import RANGE_P
from trapline.estimates.write import extrapolated
from trapline.targets.load import load_target


def small_modules(ions: int, communication: int) -> Estimate:
    """Return the estimate of modules that hold less than a patch."""
    module = {
        "physical_qubits": ions,
        "data_qubits": ions - communication,
        "communication_qubits": communication,
    }
    link = {"bell_fidelity": 0.99, "pair_rate_hz": 1e7, "multiplexing": communication}
    return estimate(target="ionq-2028", logical_error=1e-5, module=module, link=link)


def names(distance: int, infidelity: float, *, seams: int, tiles: bool = False) -> list[str]:
    """Return what is flagged where p is in range."""
    found = extrapolations(distance, 2e-3, infidelity, 1e-3, seams=seams, tiles=tiles)
    return [row.name.removeprefix("extrapolated.") for row in found]


def test_several_seams_and_tiles_have_limits_of_their_own() -> None:
    assert names(13, 0.1, seams=1) == []
    assert names(9, 0.05, seams=2) == []
    assert names(11, 0.06, seams=2) == ["distance", "remote_gate_infidelity"]
    assert names(7, 0.05, seams=2) == ["seams"]
    assert names(9, 0.05, seams=3) == ["seams"]
    assert names(13, 0.05, seams=4, tiles=True) == []
    assert names(13, 0.06, seams=5, tiles=True) == ["seams", "remote_gate_infidelity"]


@pytest.mark.parametrize(
    ("ions", "communication", "shape"), [(60, 16, "tiles"), (120, 20, "strips")]
)
def test_a_patch_in_more_parts_than_were_simulated_says_so(
    ions: int, communication: int, shape: str
) -> None:
    report = small_modules(ions, communication)
    assert shape in report.architecture
    assert any("parallel seams" in words for words in report.extrapolated)
    flags = {row.name: row.value for row in report.assumptions}
    assert float(flags["extrapolated.seams"]) > 2
    assert (flags["seam.seam_masking"] == 0.0) == (shape == "tiles")


def test_the_round_after_a_transversal_gate_is_flagged_by_its_own_local_error() -> None:
    assert extrapolations(9, 2e-3, 0.0, 1e-3, p_noisy=RANGE_P) == []
    (flag,) = extrapolations(9, 2e-3, 0.0, 1e-3, p_noisy=0.014)
    assert flag.name == "extrapolated.p_transversal"
    assert flag.value == 0.014


def test_only_a_transversal_operation_has_such_a_round() -> None:
    machine = machines_of(load_target("ionq-2028"))[0]
    best = {"plan": 0.0, "distance": 9.0, "p_round": 2e-3, "bell_error": 0.01, "seams": 1.0}
    best |= {"code": 0.0, "port": 0.0}
    flags = extrapolated(machine, best | {"operation": float(TRANSVERSAL)})
    (noisy,) = (row.value for row in flags if row.name == "extrapolated.p_transversal")
    assert float(noisy) > transversal_p(np.array(2e-3), np.array(0.01)) > RANGE_P
    assert extrapolated(machine, best | {"operation": float(SURGERY)}) == []
