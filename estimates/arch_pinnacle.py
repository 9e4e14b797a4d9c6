"""The Pinnacle architecture: processing blocks of generalised bicycle codes and magic engines.

Sources:
    Webster et al., arXiv:2602.11457: processing blocks (table I), a logical cycle of d + 2 code
    cycles, code cycle 1 us, reaction 10 us, p = 1e-3. Second hand: magic engines (equations 7 to
    11), which give a T state every logical cycle at best; the error of a block; table IV, machines
    for the Fermi-Hubbard model of L x L sites, 2 L^2 + 2 logical qubits and one engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trapline.estimates.architecture import (
    TOO_FAR,
    Answer,
    Architecture,
    CodeUse,
    Counted,
    Published,
    chosen,
    claimed,
    no_answer,
)
from trapline.estimates.code_model import blocks_needed, logical_error
from trapline.estimates.code_pinnacle import logical_cycle_rounds, pinnacle_codes

if TYPE_CHECKING:
    from trapline.estimates.code_model import Code
    from trapline.estimates.question import Question

SOURCE = "arXiv:2602.11457"
SECOND_HAND = "arXiv:2602.11457, second hand"
P = 1e-3
CYCLE_US = 1.0
REACTION_ROUNDS = 10
PER = "logical qubit and logical cycle"
LINK = "bridges of local gates; modules are not linked by pairs"
COUNTED = Counted(communication="bridges", factories="one engine", routing="gadgets")
# Sites a side -> physical qubits, table IV at p = 1e-3, second hand.
HUBBARD = {8: 19e3, 10: 25e3, 12: 35e3, 14: 45e3, 16: 58e3, 18: 71e3, 20: 87e3}


class Engine(NamedTuple):
    """A magic engine at p = 1e-3: error of a T state, qubits, rejected share, d_a and r."""

    error: float
    qubits: int
    rejected: float
    distance: int
    rounds: int

    @property
    def duration_rounds(self) -> int:
        """Code cycles of a distillation; it starts again when it is rejected."""
        return max(
            2 * self.distance + 4 * self.rounds,
            REACTION_ROUNDS + 4 * self.rounds,
            self.distance + REACTION_ROUNDS + 3 * self.rounds,
        )


ENGINES = (Engine(1e-9, 4410, 0.1, 7, 2), Engine(1e-11, 5430, 0.1, 9, 2))


def architecture() -> Architecture:
    """Return the model."""
    return Architecture(
        name="pinnacle",
        title="Pinnacle",
        source=SOURCE,
        reference=(
            "P. Webster et al., The Pinnacle architecture: reducing the cost of breaking RSA-2048 "
            "to 100 000 physical qubits using quantum LDPC codes, arXiv:2602.11457 (2026)"
        ),
        confidence="assumed",
        answer=answer,
        published=published,
    )


def answer(question: Question) -> Answer:
    """Answer with the smallest code that reaches the goal, and one engine."""
    code = next((c for c in pinnacle_codes() if step_error(c) <= question.logical_error), None)
    if code is None:
        why = f"{TOO_FAR}; the family ends at [[510,16,24]]"
        return no_answer(why, p=P, per=PER, link=LINK, counted=COUNTED)
    engine = next((e for e in ENGINES if e.error <= question.t_error), ENGINES[-1])
    blocks = blocks_needed(code, question.logical_qubits)
    step = logical_cycle_rounds(code) * CYCLE_US
    t_us = max(step, engine.duration_rounds * CYCLE_US) / (1.0 - engine.rejected)
    short = engine.error > question.t_error
    return Answer(
        modules=blocks + 1,
        physical_qubits=qubits(code, blocks, engine),
        logical_per_module=float(code.k),
        regime="hosted",
        code=CodeUse(
            family=code.family,
            distance=code.distance,
            parameters={"n": code.n, "k": code.k, "d": code.distance, "blocks": blocks},
        ),
        p=P,
        cycle_time_us=CYCLE_US,
        step_us=step,
        runtime_s=question.runtime_s(step_us=step, t_state_us=t_us),
        logical_error=step_error(code),
        per=PER,
        t_error=engine.error,
        link=LINK,
        roles={
            "data": code.n * blocks,
            "ancilla": code.n * blocks,
            "routing": (code.physical_qubits - 2 * code.n) * blocks,
            "factory": engine.qubits,
        },
        counted=COUNTED,
        extrapolated=(),
        unknown=(f"an engine for a T error of {question.t_error:g}",) if short else (),
        assumptions=(
            claimed("physical_error", P, SOURCE),
            claimed("cycle_time_us", CYCLE_US, SOURCE, "us"),
            claimed("qubits_per_block", float(code.physical_qubits), f"{SOURCE}, table I"),
            chosen("logical_error", step_error(code), code.source),
            chosen("engine_qubits", float(engine.qubits), SECOND_HAND),
            chosen("engine_rejects", engine.rejected, SECOND_HAND),
        ),
    )


def qubits(code: Code, blocks: int, engine: Engine) -> int:
    """Return the physical qubits of so many blocks and one engine."""
    return blocks * code.physical_qubits + engine.qubits


def step_error(code: Code) -> float:
    """Return the error a logical qubit and logical cycle."""
    return float(logical_error(code, P)) * logical_cycle_rounds(code)


def published() -> tuple[Published, ...]:
    """Return the processing blocks and the machines for the Hubbard model."""
    sizes = {(30, 140), (62, 244), (126, 452), (254, 860), (510, 1620)}
    largest = pinnacle_codes()[-1]
    blocks = tuple(
        Published(
            what=f"qubits of a {code.parameters} block",
            theirs=dict(sizes)[code.n],
            ours=code.physical_qubits,
            tolerance=0,
            where="table I",
        )
        for code in pinnacle_codes()
    )
    machines = tuple(
        Published(
            what=f"qubits for the {side} x {side} Hubbard model",
            theirs=theirs,
            ours=qubits(largest, blocks_needed(largest, 2 * side * side + 2), ENGINES[0]),
            tolerance=0.03,
            where="table IV, second hand",
        )
        for side, theirs in HUBBARD.items()
    )
    return blocks + machines
