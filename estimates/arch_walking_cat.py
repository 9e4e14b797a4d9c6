"""IonQ's walking-cat architecture: qLDPC memory blocks in one QCCD machine, every ion counted.

Sources:
    Tripier et al., arXiv:2604.19481. 110 logical qubits, 2,514 ions and about 1e6 T gates a day as
    the press reported them. Tables I and V second hand (public reproductions of the paper):
    [[102,22,9]] blocks of 316 ions, cat factories 408 for five blocks, a magic factory CH2 173 that
    gives two T states in 165.2 ms, a reserve of 200; Bell pairs and transport 153 for five blocks
    and 191 for ten, a straight line in between and beyond (assumed).
"""

from __future__ import annotations

from math import ceil
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
from trapline.estimates.code_model import blocks_needed, logical_error
from trapline.estimates.code_walking_cat import P_DESIGN, walking_cat_codes

if TYPE_CHECKING:
    from trapline.estimates.question import Question

SOURCE = "arXiv:2604.19481"
SECOND_HAND = "arXiv:2604.19481, tables I and V, second hand"
CAT_IONS_OF_FIVE = 408
MAGIC_IONS = 173
T_STATE_US = 165_200.0 / 2
RESERVE_IONS = 200
LANES = 115.0
LANES_PER_BLOCK = 7.6
MOST_BLOCKS = 10
CYCLE_US = 6000.0
DAY_S = 86_400.0


def architecture() -> Architecture:
    """Return the model."""
    return Architecture(
        name="ionq-walking-cat",
        title="IonQ walking cat",
        source=SOURCE,
        reference=(
            "F. Tripier, N. Delfosse et al., Fault-tolerant quantum computing with trapped ions: "
            "the walking cat architecture, arXiv:2604.19481 (2026)"
        ),
        confidence="assumed",
        answer=answer,
        published=published,
    )


def answer(question: Question) -> Answer:
    """Answer with as many [[102,22,9]] blocks as it takes, and one magic factory."""
    code = walking_cat_codes()[1]
    blocks = blocks_needed(code, question.logical_qubits)
    roles = ions_by_role(blocks)
    error = float(logical_error(code, P_DESIGN))
    return Answer(
        modules=1,
        physical_qubits=sum(roles.values()),
        logical_per_module=float(blocks * code.k),
        regime="hosted",
        code=CodeUse(
            family=code.family,
            distance=code.distance,
            parameters={"n": code.n, "k": code.k, "d": code.distance, "blocks": blocks},
        ),
        p=P_DESIGN,
        cycle_time_us=CYCLE_US,
        step_us=CYCLE_US,
        runtime_s=question.runtime_s(step_us=CYCLE_US, t_state_us=T_STATE_US),
        logical_error=error,
        per="logical qubit and cycle",
        link="none: ions move inside one machine",
        roles=roles,
        counted=Counted(communication="none needed", factories="yes", routing="yes"),
        extrapolated=()
        if blocks <= MOST_BLOCKS
        else (f"{blocks} blocks: published for 5 and 10, ions grow on a straight line",),
        unknown=("error of a T state", "logical error of the block away from p = 1e-4"),
        assumptions=(
            claimed("two_qubit_gate_error", P_DESIGN, SOURCE),
            chosen("cycle_time_us", CYCLE_US, "30 operations of 200 us, second hand", "us"),
            chosen("t_state_us", T_STATE_US, SECOND_HAND, "us"),
            chosen("ions_per_block", float(code.physical_qubits), SECOND_HAND),
            chosen("logical_error", error, "what the instances aim at, second hand"),
            chosen("step_us", CYCLE_US, "a logical step as one cycle; T states take longer", "us"),
        ),
    )


def ions_by_role(blocks: int) -> dict[str, int]:
    """Return the ions of a machine with so many [[102,22,9]] blocks and one magic factory.

    Ancilla holds checks, beacons that tell whether an ion is lost, and cat states.
    """
    code = walking_cat_codes()[1]
    spare = code.physical_qubits - 3 * code.n
    return {
        "data": code.n * blocks,
        "ancilla": 2 * code.n * blocks + ceil(CAT_IONS_OF_FIVE * blocks / 5),
        "memory": spare * blocks + RESERVE_IONS,
        "factory": MAGIC_IONS,
        "routing": ceil(LANES + LANES_PER_BLOCK * blocks - 1e-9),
    }


def published() -> tuple[Published, ...]:
    """Return the instances of table I with one CH2 factory."""
    five, ten = (sum(ions_by_role(blocks).values()) for blocks in (5, 10))
    a_day = DAY_S * 1e6 / T_STATE_US
    return (
        _row("ions for 110 logical qubits", 2514, five, "abstract"),
        _row("ions for 220 logical qubits", 4540, ten, "table I, second hand"),
        _row("T gates a day", 1e6, a_day, "abstract", 0.05),
        _row("ions a logical qubit", 23, five / 110, "reports", 0.02),
    )


def _row(what: str, theirs: float, ours: float, where: str, tolerance: float = 0.0) -> Published:
    return Published(what=what, theirs=theirs, ours=ours, tolerance=tolerance, where=where)
