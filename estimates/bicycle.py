"""Bicycle modules as data: qubits of a block with what measures it, and its instructions.

Sources:
    Yoder et al., arXiv:2506.03094. A module takes a block of c qubits (data and checks), logical
    processing u and an adapter a to the next. Errors and durations of the instructions: the
    authors' public compiler (qiskit-community/bicycle-architecture-compiler, bicycle_numerics).
    Durations count time steps; a syndrome cycle has eight. Eleven of twelve logical qubits of a
    block hold data, one is the pivot. The errors of measurements of two-gross blocks are powers
    of ten there: too small to be counted in a simulation, they stand for more than was sampled.
    Which factory is told by its qubits, 454, 463, 810 and 18,600, and where two have as many by its
    duration: 2,167 steps are 271 cycles, and cultivation to 7.9e-10 takes 274 (assumed).
"""

from __future__ import annotations

from dataclasses import dataclass

from trapline.estimates.factories import CULTIVATION, LITINSKI, MagicFactory, find_factory

SOURCE = "arXiv:2506.03094"
COMPILER = "arXiv:2506.03094, by its authors' compiler"
CYCLE_STEPS = 8
SHIFT_STEPS = 12
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

    @property
    def qubits(self) -> int:
        """Qubits of a module with the adapter to the next."""
        return self.block + self.processing + self.adapter


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
