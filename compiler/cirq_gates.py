"""Gates of the table as cirq gates, exact in the phase that a control would see.

Angles are kept as they are, also beyond 2 pi, where a controlled rotation changes its sign.
"""

from __future__ import annotations

from functools import lru_cache
from math import pi
from typing import TYPE_CHECKING, Any, cast

from trapline.passes.gates import GATES, gate_matrix

if TYPE_CHECKING:
    from collections.abc import Callable

    import cirq


def cirq_gate(opcode: int, params: tuple[float, ...]) -> cirq.Gate:
    """Return the cirq gate of a row of the gate table.

    Args:
        opcode: Number of a gate with a matrix.
        params: Its angles in radians.
    """
    name = GATES[opcode].name
    fixed = _fixed_gates()
    if name in fixed:
        return fixed[name]
    rotation = _ROTATIONS.get(name)
    if rotation is not None:
        return rotation(*params)
    import cirq

    return cirq.MatrixGate(gate_matrix(opcode, params), name=_matrix_name(name, params))


def _matrix_name(name: str, params: tuple[float, ...]) -> str:
    return f"{name}({', '.join(map(repr, params))})" if params else name


@lru_cache(maxsize=1)
def _fixed_gates() -> dict[str, cirq.Gate]:
    import cirq

    sx = cirq.XPowGate(exponent=0.5)
    return {
        "id": cirq.I,
        "x": cirq.X,
        "y": cirq.Y,
        "z": cirq.Z,
        "h": cirq.H,
        "s": cirq.S,
        "sdg": cirq.ZPowGate(exponent=-0.5),
        "t": cirq.T,
        "tdg": cirq.ZPowGate(exponent=-0.25),
        "sx": sx,
        "sxdg": cirq.XPowGate(exponent=-0.5),
        "cx": cirq.CX,
        "cy": cirq.ControlledGate(cirq.Y),
        "cz": cirq.CZ,
        "ch": cirq.ControlledGate(cirq.H),
        "csx": cirq.CXPowGate(exponent=0.5),
        "swap": cirq.SWAP,
        "iswap": cirq.ISWAP,
        "ccx": cirq.CCX,
        "ccz": cirq.CCZ,
        "cswap": cirq.CSWAP,
        "c3x": cirq.ControlledGate(cirq.X, num_controls=3),
        "c3sqrtx": cirq.ControlledGate(sx, num_controls=3),
        "c4x": cirq.ControlledGate(cirq.X, num_controls=4),
    }


def _phased(theta: float, phi: float, lam: float) -> cirq.Gate:
    """Return U(theta, phi, lam) up to phase: X^theta about a turned axis, then Z^(phi + lam)."""
    import cirq

    return cirq.PhasedXZGate(
        x_exponent=theta / pi, z_exponent=(phi + lam) / pi, axis_phase_exponent=0.5 - lam / pi
    )


def _rx(angle: float) -> cirq.Gate:
    import cirq

    return cirq.Rx(rads=angle)


def _ry(angle: float) -> cirq.Gate:
    import cirq

    return cirq.Ry(rads=angle)


def _rz(angle: float) -> cirq.Gate:
    import cirq

    return cirq.Rz(rads=angle)


def _controlled(rotation: Callable[[float], cirq.Gate]) -> Callable[[float], cirq.Gate]:
    def make(angle: float) -> cirq.Gate:
        import cirq

        return cirq.ControlledGate(rotation(angle))

    return make


def _rxx(angle: float) -> cirq.Gate:
    import cirq

    return cirq.XXPowGate(exponent=angle / pi, global_shift=-0.5)


def _ryy(angle: float) -> cirq.Gate:
    import cirq

    return cirq.YYPowGate(exponent=angle / pi, global_shift=-0.5)


def _rzz(angle: float) -> cirq.Gate:
    import cirq

    return cirq.ZZPowGate(exponent=angle / pi, global_shift=-0.5)


def _phase(angle: float) -> cirq.Gate:
    import cirq

    return cirq.ZPowGate(exponent=angle / pi)


def _controlled_phase(angle: float) -> cirq.Gate:
    import cirq

    gate: cirq.Gate = cast("Any", cirq).CZPowGate(exponent=angle / pi)
    return gate


def _half_turn(phi: float, lam: float) -> cirq.Gate:
    return _phased(pi / 2, phi, lam)


def _controlled_unitary(
    theta: float, phi: float, lam: float, gamma: float | None = None
) -> cirq.Gate:
    """Return the controlled U as a controlled matrix, for which no angle is ever reduced."""
    import cirq
    import numpy as np

    from trapline.passes.gates import u3_matrix

    matrix = u3_matrix(theta, phi, lam)
    if gamma is None:
        name = _matrix_name("u3", (theta, phi, lam))
    else:
        matrix = np.exp(1j * gamma) * matrix
        name = _matrix_name("u", (theta, phi, lam, gamma))
    return cirq.ControlledGate(cirq.MatrixGate(matrix, name=name))


_ROTATIONS: dict[str, Callable[..., cirq.Gate]] = {
    "rx": _rx,
    "ry": _ry,
    "rz": _rz,
    "p": _phase,
    "u2": _half_turn,
    "u3": _phased,
    "crx": _controlled(_rx),
    "cry": _controlled(_ry),
    "crz": _controlled(_rz),
    "cp": _controlled_phase,
    "cu3": _controlled_unitary,
    "cu": _controlled_unitary,
    "rxx": _rxx,
    "ryy": _ryy,
    "rzz": _rzz,
}
