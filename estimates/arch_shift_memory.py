"""IonQ's memory over a 2 x L array of modules: one bicycle block shared by modules that shift.

Sources:
    Tham, Ye, Khait, Gamble, Delfosse, arXiv:2508.01879, abstract: [[144,12,12]] over 12 modules of
    12 qubits, with ancilla modules in a second row and a cyclic shift of flying qubits between the
    rows; logical error below 2e-6 at p = 1e-3. Modules exchange flying ions, not pairs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trapline.estimates.architecture import (
    Answer,
    Architecture,
    CodeUse,
    Counted,
    Published,
    chosen,
    claimed,
)
from trapline.estimates.code_model import blocks_needed
from trapline.estimates.codes import find_code

if TYPE_CHECKING:
    from trapline.estimates.question import Question

SOURCE = "arXiv:2508.01879"
ROWS = 2
LENGTH = 12
QUBITS = 12
P = 1e-3
LOGICAL_ERROR = 2e-6


def architecture() -> Architecture:
    """Return the model."""
    return Architecture(
        name="ionq-2xl-memory",
        title="IonQ 2 x L memory",
        source=SOURCE,
        reference=(
            "E. Tham, M. Ye, I. Khait, J. Gamble, N. Delfosse, Distributed fault-tolerant quantum "
            "memories over a 2 x L array of qubit modules, arXiv:2508.01879 (2025)"
        ),
        confidence="claimed",
        answer=answer,
        published=published,
    )


def answer(question: Question) -> Answer:
    """Answer with as many memories as it takes; the paper has one, and no logical gates."""
    code = find_code("bb-144-12-12")
    blocks = blocks_needed(code, question.logical_qubits)
    data = blocks * LENGTH * QUBITS
    return Answer(
        modules=blocks * ROWS * LENGTH,
        physical_qubits=ROWS * data,
        logical_per_module=code.k / (ROWS * LENGTH),
        regime="distributed",
        code=CodeUse(
            family=code.family,
            distance=code.distance,
            parameters={
                "n": code.n,
                "k": code.k,
                "d": code.distance,
                "d_circuit": code.circuit_distance,
                "blocks": blocks,
            },
        ),
        p=P,
        cycle_time_us=None,
        step_us=None,
        logical_error=LOGICAL_ERROR,
        per="memory (upper bound; per qubit or block not said in the abstract)",
        link="ions fly between rows, a cyclic shift",
        roles={"data": data, "ancilla": data},
        counted=Counted(communication="none needed", factories="no", routing="no"),
        extrapolated=(f"{blocks} copies of one memory of 12 logical qubits, side by side",),
        unknown=("logical gates between memories", "magic states", "clock and runtime"),
        assumptions=(
            claimed("physical_error", P, SOURCE),
            claimed("logical_error", LOGICAL_ERROR, f"{SOURCE}, below this"),
            chosen("ancilla_modules", float(LENGTH), "a second row as long as the first"),
        ),
    )


def published() -> tuple[Published, ...]:
    """Return the memory of the abstract."""
    code = find_code("bb-144-12-12")
    return (
        Published(
            what="logical qubits of a memory", theirs=12, ours=code.k, tolerance=0, where="abstract"
        ),
        Published(
            what="data modules",
            theirs=12,
            ours=code.n / QUBITS,
            tolerance=0,
            where="abstract",
        ),
        Published(
            what="qubits of a memory, both rows",
            theirs=288,
            ours=code.physical_qubits,
            tolerance=0,
            where="abstract: 12 data and 12 ancilla modules of 12",
        ),
    )
