"""Every gate of the table as CX, H, X and phases on parities, or kept whole.

Sources: qelib1.inc (arXiv:1707.03429, appendix) for the relative-phase gates.
"""

from __future__ import annotations

from cmath import phase
from collections.abc import Callable
from itertools import combinations
from math import atan2, pi
from typing import TYPE_CHECKING

from trapline.passes.diagonals import diagonal_phases, is_diagonal
from trapline.passes.gates import MEASURE, OPCODE, RESET, UNITARY, Matrix
from trapline.passes.letters import ALONE, letters_of
from trapline.passes.recover_fold import Fold
from trapline.passes.recover_terms import ANGLE_TOLERANCE, quarters

if TYPE_CHECKING:
    from trapline.passes.program import Program

Apply = Callable[[Fold, tuple[int, ...], tuple[float, ...]], None]

WIDEST_DIAGONAL = 3
"""Diagonal unitaries on more qubits are kept whole."""

_PHASES = {"z": pi, "s": pi / 2, "sdg": -pi / 2, "t": pi / 4, "tdg": -pi / 4}
_OWN_INVERSES = frozenset(OPCODE[name] for name in ("ch", "c3x", "c4x"))


def fold(program: Program) -> Fold:
    """Fold a program into a skeleton and phases.

    Args:
        program: Any program without EPR operations.
    """
    out = Fold(program.n_qubits)
    for op, (opcode, qubits, params, _, condition) in enumerate(program.rows()):
        apply = _APPLY.get(opcode) if condition < 0 else None
        if apply is not None:
            apply(out, qubits, params)
        elif condition < 0 and opcode == UNITARY:
            _unitary(out, op, qubits, program.matrix_of(op))
        else:
            _whole(out, program, op, qubits)
    out.flush()
    return out


def _whole(out: Fold, program: Program, op: int, qubits: tuple[int, ...]) -> None:
    """Keep an operation as it is, with what is known of its axes."""
    opcode, conditional = int(program.opcodes[op]), bool(program.conditions[op] >= 0)
    inverse: object = None
    if opcode == MEASURE:
        letters = "z" * len(qubits)
    else:
        letters = letters_of(opcode, len(qubits)).replace("y", ALONE)
    if not conditional:
        inverse = opcode if opcode in _OWN_INVERSES else None
        if opcode == RESET:
            out.forget(qubits[0])
    out.whole(op, qubits, letters, inverse)


def _unitary(out: Fold, op: int, qubits: tuple[int, ...], matrix: Matrix) -> None:
    if len(qubits) == 1:
        _one_qubit(out, qubits[0], *_euler(matrix))
    elif not is_diagonal(matrix):
        out.whole(op, qubits, ALONE * len(qubits))
    elif len(qubits) > WIDEST_DIAGONAL:
        out.whole(op, qubits, "z" * len(qubits))
    else:
        for chosen, angle in diagonal_phases(matrix):
            out.phase(tuple(qubits[k] for k in chosen), angle)


def _euler(matrix: Matrix) -> tuple[float, float, float]:
    """Return theta, phi and lambda of a 2 x 2 unitary."""
    (a, b), (c, d) = matrix.tolist()
    theta = 2 * atan2(abs(c), abs(a)) if abs(c) > ANGLE_TOLERANCE else 0.0
    if abs(c) < abs(a):
        phi = phase(c / a) if c else 0.0
        return theta, phi, phase(d / a) - phi
    lam = phase(-b / c) if a == 0 else phase(-b / a)
    return (theta, phase(c / a) if a else 0.0, lam)


def _one_qubit(out: Fold, qubit: int, theta: float, phi: float, lam: float) -> None:
    """Apply U(theta, phi, lambda) as phases between at most two H."""
    turns = quarters(theta)
    first, last = {
        0: (phi + lam, 0.0),
        1: (lam + pi, phi),
        2: (lam - phi + pi, 0.0),
        3: (lam, phi + pi),
    }.get(turns, (lam - pi / 2, phi + pi / 2))
    out.phase((qubit,), first)
    if turns == 2:
        out.x(qubit)
    elif turns:
        out.h(qubit)
    if turns < 0:
        out.phase((qubit,), theta)
        out.h(qubit)
    out.phase((qubit,), last)


def _controlled_phase(out: Fold, qubits: tuple[int, ...], angle: float) -> None:
    """Apply a phase where all qubits are 1."""
    part = angle / (1 << (len(qubits) - 1))
    for size in range(1, len(qubits) + 1):
        for chosen in combinations(qubits, size):
            out.phase(chosen, part if size % 2 else -part, controlled=size > 1)


def _controlled_rz(out: Fold, qubits: tuple[int, ...], angle: float) -> None:
    out.phase(qubits[1:], angle / 2)
    out.phase(qubits, -angle / 2)


def _between(before: str, apply: Apply, after: str) -> Apply:
    """Return a gate between one-qubit gates, one word of `h`, `s`, `S` for each operand."""

    def turn(out: Fold, qubits: tuple[int, ...], steps: str) -> None:
        for qubit, word in zip(qubits, steps.split(","), strict=True):
            for step in word:
                if step == "h":
                    out.h(qubit)
                else:
                    out.phase((qubit,), pi / 2 if step == "s" else -pi / 2)

    def gate(out: Fold, qubits: tuple[int, ...], params: tuple[float, ...]) -> None:
        turn(out, qubits, before)
        apply(out, qubits, params)
        turn(out, qubits, after)

    return gate


def _relative_phase(steps: str) -> Apply:
    """Return a gate on its last qubit: `h`, + and - for T and its inverse, a letter for a CX."""

    def gate(out: Fold, qubits: tuple[int, ...], params: tuple[float, ...]) -> None:
        del params
        target = qubits[-1]
        for step in steps:
            if step == "h":
                out.h(target)
            elif step in "+-":
                out.phase((target,), pi / 4 if step == "+" else -pi / 4)
            else:
                out.cx(qubits["abc".index(step)], target)

    return gate


def _cswap(out: Fold, qubits: tuple[int, ...], params: tuple[float, ...]) -> None:
    control, a, b = qubits
    out.cx(b, a)
    _CCX(out, (control, a, b), params)
    out.cx(b, a)


def _cx(out: Fold, q: tuple[int, ...], params: tuple[float, ...]) -> None:
    del params
    out.cx(q[0], q[1])


def _nothing(out: Fold, q: tuple[int, ...], params: tuple[float, ...]) -> None:
    """Apply the identity."""


def _rz(out: Fold, q: tuple[int, ...], params: tuple[float, ...]) -> None:
    out.phase(q, params[0])


def _y(out: Fold, q: tuple[int, ...], params: tuple[float, ...]) -> None:
    del params
    out.phase(q, pi)
    out.x(q[0])


def _h(out: Fold, q: tuple[int, ...], params: tuple[float, ...]) -> None:
    del params
    out.h(q[0])


def _x(out: Fold, q: tuple[int, ...], params: tuple[float, ...]) -> None:
    del params
    out.x(q[0])


def _swap(out: Fold, q: tuple[int, ...], params: tuple[float, ...]) -> None:
    del params
    out.swap(q[0], q[1])


def _rotated(angle: float | None, phi: float | None, lam: float | None) -> Apply:
    """Return U(theta, phi, lambda) with angles given, or taken from the gate where None."""

    def gate(out: Fold, q: tuple[int, ...], params: tuple[float, ...]) -> None:
        left = iter(params)
        theta, second, third = (next(left) if a is None else a for a in (angle, phi, lam))
        _one_qubit(out, q[0], theta, second, third)

    return gate


def _by(angle: float) -> Apply:
    """Return a controlled phase of a fixed angle."""

    def gate(out: Fold, q: tuple[int, ...], params: tuple[float, ...]) -> None:
        del params
        _controlled_phase(out, q, angle)

    return gate


def _cp(out: Fold, q: tuple[int, ...], params: tuple[float, ...]) -> None:
    _controlled_phase(out, q, params[0])


def _crz(out: Fold, q: tuple[int, ...], params: tuple[float, ...]) -> None:
    _controlled_rz(out, q, params[0])


_CCX = _between(",,h", _by(pi), ",,h")
_BY_NAME: dict[str, Apply] = {
    **{name: _by(angle) for name, angle in _PHASES.items()},
    "id": _nothing,
    "rz": _rz,
    "p": _rz,
    "rzz": _rz,
    "x": _x,
    "y": _y,
    "h": _h,
    "sx": _rotated(pi / 2, -pi / 2, pi / 2),
    "sxdg": _rotated(-pi / 2, -pi / 2, pi / 2),
    "rx": _rotated(None, -pi / 2, pi / 2),
    "ry": _rotated(None, 0.0, 0.0),
    "u2": _rotated(pi / 2, None, None),
    "u3": _rotated(None, None, None),
    "cx": _cx,
    "cy": _between(",S", _cx, ",s"),
    "cz": _by(pi),
    "cp": _cp,
    "crz": _crz,
    "crx": _between(",h", _crz, ",h"),
    "cry": _between(",Sh", _crz, ",hs"),
    "csx": _between(",h", _by(pi / 2), ",h"),
    "rzx": _between(",h", _rz, ",h"),
    "rxx": _between("h,h", _rz, "h,h"),
    "ryy": _between("Sh,Sh", _rz, "hs,hs"),
    "swap": _swap,
    "ccz": _by(pi),
    "ccx": _CCX,
    "cswap": _cswap,
    "rccx": _relative_phase("h+b-a+b-h"),
    "rc3x": _relative_phase("h+c-ha+b-a+b-h+c-h"),
}
_APPLY: dict[int, Apply] = {OPCODE[name]: apply for name, apply in _BY_NAME.items()}
