"""IBM's bicycle architecture: modules of one gross or two-gross block, joined by adapters.

Sources:
    Yoder et al., arXiv:2506.03094. M modules, T states from one factory f at the end of the chain,
    take M (c + u + a) - a + a' + f qubits: block c, logical processing u, adapter a, adapter to the
    factory a'. The instructions: `bicycle.py`.
    10 x 10 transverse-field Ising model on about 8.1 thousand qubits: the paper, second hand.
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
from trapline.estimates.bicycle import COMPILER, GROSS, PIVOTS, SOURCE, TWO_GROSS
from trapline.estimates.code_model import blocks_needed
from trapline.estimates.codes import find_code

if TYPE_CHECKING:
    from trapline.estimates.bicycle import Bicycle, Instructions
    from trapline.estimates.question import Question


def gross() -> Architecture:
    """Return the model with gross blocks, [[144,12,12]]."""
    return _architecture("ibm-gross", "IBM bicycle, gross", GROSS)


def two_gross() -> Architecture:
    """Return the model with two-gross blocks, [[288,12,18]]."""
    return _architecture("ibm-two-gross", "IBM bicycle, two-gross", TWO_GROSS)


def qubits(bicycle: Bicycle, modules: int, at: Instructions) -> int:
    """Return the physical qubits of a chain of modules with its factory."""
    return modules * bicycle.qubits - bicycle.adapter + at.adapter + at.factory.qubits


def instructions_for(bicycle: Bicycle, goal: float) -> Instructions:
    """Return the largest physical error whose instructions reach the goal, else the smallest."""
    good = [row for row in bicycle.instructions if row.worst <= goal]
    return good[0] if good else bicycle.instructions[-1]


def _architecture(name: str, title: str, bicycle: Bicycle) -> Architecture:
    def answer(question: Question) -> Answer:
        return _answer(bicycle, question)

    def published() -> tuple[Published, ...]:
        return _published(bicycle)

    return Architecture(
        name=name,
        title=title,
        source=SOURCE,
        reference=(
            "T. J. Yoder et al., Tour de gross: a modular quantum computer based on bivariate "
            "bicycle codes, arXiv:2506.03094 (2025)"
        ),
        confidence="claimed",
        answer=answer,
        published=published,
    )


def _answer(bicycle: Bicycle, question: Question) -> Answer:
    code = find_code(bicycle.code)
    at = instructions_for(bicycle, question.logical_error)
    modules = blocks_needed(code, question.logical_qubits, spare=PIVOTS)
    adapters = (modules - 1) * bicycle.adapter + at.adapter
    return Answer(
        modules=modules,
        physical_qubits=qubits(bicycle, modules, at),
        logical_per_module=float(code.k - PIVOTS),
        regime="hosted",
        code=CodeUse(
            family=code.family,
            distance=code.distance,
            parameters={
                "n": code.n,
                "k": code.k,
                "d": code.distance,
                "d_circuit": code.circuit_distance,
                "blocks": modules,
            },
        ),
        p=at.p,
        cycle_time_us=None,
        step_us=None,
        logical_error=at.worst,
        per="instruction on two blocks (inter-module measurement)",
        t_error=at.t_gate,
        link="microwave couplers as good as local gates",
        roles={
            "data": code.n * modules,
            "ancilla": (bicycle.block - code.n) * modules,
            "routing": bicycle.processing * modules + adapters,
            "factory": at.factory.qubits,
        },
        counted=Counted(communication="adapters", factories="one for all", routing="yes"),
        extrapolated=(),
        unknown=("time of a gate: durations are in time steps, eight a cycle",),
        assumptions=(
            claimed("physical_error", at.p, f"{SOURCE}; the largest that reaches the goal"),
            claimed("measurement_steps", float(at.measure_steps), COMPILER, "time steps"),
            claimed("t_gate_steps", float(at.t_steps), COMPILER, "time steps"),
            claimed("t_gate_error", at.t_gate, COMPILER),
            claimed("idle_error_of_a_block", at.idle, f"{COMPILER}, a cycle"),
            chosen("factory", at.factory.name, "told by its qubits and duration"),
            claimed("data_qubits_per_block", float(code.k - PIVOTS), "one of twelve is the pivot"),
            chosen("link.error", at.p, "couplers between modules as good as those inside"),
        ),
    )


def _published(bicycle: Bicycle) -> tuple[Published, ...]:
    """Return the parts of a module, and the application that the source sizes."""
    rows = (
        _row("qubits of a module, adapter included", 400 if _is_gross(bicycle) else 768,
             bicycle.qubits),
        _row("logical data qubits of a module", 11, find_code(bicycle.code).k - PIVOTS),
    )  # fmt: skip
    if _is_gross(bicycle):
        return rows
    modules = blocks_needed(find_code(bicycle.code), 100, spare=PIVOTS)
    ising = Published(
        what="qubits for a 10 x 10 Ising model",
        theirs=8100,
        ours=qubits(bicycle, modules, bicycle.instructions[0]),
        tolerance=0.01,
        where="Ising estimate, second hand",
    )
    return (*rows, ising)


def _is_gross(bicycle: Bicycle) -> bool:
    return bicycle.code == "gross"


def _row(what: str, theirs: float, ours: float) -> Published:
    return Published(what=what, theirs=theirs, ours=ours, tolerance=0, where="module parameters")
