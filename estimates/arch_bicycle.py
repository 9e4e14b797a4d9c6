"""IBM's bicycle architecture: modules of one gross or two-gross block, joined by adapters.

Sources:
    Yoder et al., arXiv:2506.03094. M modules, T states from one factory f at the end of the chain,
    take M (c + u + a) - a + a' + f qubits: block c, logical processing u, adapter a, adapter to the
    factory a'. Errors and durations of the instructions: the authors' public compiler
    (qiskit-community/bicycle-architecture-compiler). Durations count time steps; a syndrome cycle
    has eight. Eleven of twelve logical qubits of a block hold data, one is the pivot.
    10 x 10 transverse-field Ising model on about 8.1 thousand qubits: the paper, second hand.
    Which factory is told by its qubits, 454, 463, 810 and 18,600, and where two have as many by its
    duration: 2,167 steps are 271 cycles, and cultivation to 7.9e-10 takes 274 (assumed).
"""

from __future__ import annotations

from dataclasses import dataclass
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
from trapline.estimates.factories import CULTIVATION, LITINSKI, MagicFactory, find_factory

if TYPE_CHECKING:
    from trapline.estimates.question import Question

SOURCE = "arXiv:2506.03094"
COMPILER = "arXiv:2506.03094, by its authors' compiler"
CYCLE_STEPS = 8
PIVOTS = 1


@dataclass(frozen=True)
class Instructions:
    """Errors of the instructions at one physical error, with their durations in time steps.

    Args:
        p: Physical error.
        idle: A syndrome cycle of 8 steps.
        shift: An automorphism's shift of 12 steps.
        in_module: Measurement inside a module.
        inter_module: Measurement across two modules.
        t_gate: T injection.
        measure_steps: Duration of a measurement.
        t_steps: Duration of a T injection.
        factory: The factory of T states.
        adapter: Qubits of the adapter to it.
    """

    p: float
    idle: float
    shift: float
    in_module: float
    inter_module: float
    t_gate: float
    measure_steps: int
    t_steps: int
    factory: MagicFactory
    adapter: int

    @property
    def worst(self) -> float:
        """Largest error of an instruction that needs no T state."""
        return max(self.idle, self.shift, self.in_module, self.inter_module)


@dataclass(frozen=True)
class Bicycle:
    """A module type: code, qubits of block, processing and adapter, instructions by error."""

    code: str
    block: int
    processing: int
    adapter: int
    instructions: tuple[Instructions, ...]


GROSS = Bicycle(
    "gross",
    288,
    90,
    22,
    (
        Instructions(
            1e-3, 1.61e-9, 4.01e-7, 1.11e-5, 2.01e-3, 2.01e-3, 120, 471,
            find_factory(CULTIVATION, 1e-3, 2.65e-6), 29,
        ),
        Instructions(
            1e-4, 1.44e-15, 6.07e-14, 1.01e-9, 4.81e-8, 8.79e-7, 120, 193,
            find_factory(LITINSKI, 1e-4, 4.4e-8), 13,
        ),
    ),
)  # fmt: skip
TWO_GROSS = Bicycle(
    "two-gross",
    576,
    158,
    34,
    (
        Instructions(
            1e-3, 8.20e-21, 3.25e-15, 1e-11, 1e-9, 2.10e-8, 216, 2383,
            find_factory(CULTIVATION, 1e-3, 7.9e-10), 29,
        ),
        Instructions(
            1e-4, 5.29e-39, 1.34e-37, 1e-20, 1e-18, 1e-18, 216, 623,
            find_factory(LITINSKI, 1e-4, 6.3e-25), 49,
        ),
    ),
)  # fmt: skip


def gross() -> Architecture:
    """Return the model with gross blocks, [[144,12,12]]."""
    return _architecture("ibm-gross", "IBM bicycle, gross", GROSS)


def two_gross() -> Architecture:
    """Return the model with two-gross blocks, [[288,12,18]]."""
    return _architecture("ibm-two-gross", "IBM bicycle, two-gross", TWO_GROSS)


def qubits(bicycle: Bicycle, modules: int, at: Instructions) -> int:
    """Return the physical qubits of a chain of modules with its factory."""
    module = bicycle.block + bicycle.processing + bicycle.adapter
    return modules * module - bicycle.adapter + at.adapter + at.factory.qubits


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
             bicycle.block + bicycle.processing + bicycle.adapter),
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
