"""Compiled code of the rotation form: follow two circuits side by side.

One-qubit gates wait on their wire as a quaternion w - i (x X + y Y + z Z) until an operation comes
that does not commute with them, then leave as rotations about z, y and z.

The side with fewer waiting items goes on, so that two circuits with the same order stay in step.
"""

# Numba takes an element of an array for a number of its type; NumPy's types do not.
# mypy: disable-error-code="arg-type, assignment, no-any-return, return-value"
# pyright: reportArgumentType=false, reportReturnType=false

from __future__ import annotations

from math import atan2, cos, hypot, pi, sin

import numba as nb
import numpy as np

from trapline.compiler.rotations_blocks import match_blocks
from trapline.compiler.rotations_moves import PLAIN, choose_flip
from trapline.compiler.rotations_side import (
    FULL,
    ITEMS,
    NEXT,
    Longs,
    Reals,
    Side,
    Source,
    Steps,
    X,
    Y,
    Z,
    controlled,
    pull_back,
    swap_wires,
)
from trapline.compiler.rotations_slots import ERROR, LIMIT, WORK, pack
from trapline.compiler.rotations_word import TOLERANCE, add, drop_small, sweep

# Kinds of steps: a rotation about a local Pauli operator, CX or CZ, SWAP, a measurement of each
# operand, a reset, and a gate kept whole.
ROTATE, CONTROL, SWAP, LOOK, RESET, WHOLE = range(6)

CROWD = 48
"""Waiting items from which on blocks are looked for."""

TINY = 1e-10
"""Rotations up to this are dropped when items crowd: they hold up others and change nothing."""

STILL = 1e-14
"""Components of a waiting quaternion that count as zero."""

POLE = 1e-11
"""Sine of half an Euler angle below which only the sum of the other two is known."""


ZERO = 1e-12
"""Entries of a rotation matrix that count as zero."""

# Letters from z downwards, cyclically.
CYCLE = (Z, Y, X, Z)


@nb.njit(cache=True)
def follow(one: Side, left: Source, other: Side, right: Source, steps: Steps, total: Reals) -> bool:
    """Follow both circuits to their ends.

    Args:
        one: Side of the first circuit, new.
        left: The first circuit.
        other: Side of the second circuit, new.
        right: The second circuit.
        steps: The templates of both.
        total: Error, work and most work; the first two are increased.

    Returns:
        False when there was too much to do or to store.
    """
    n_left, n_right = len(left.template), len(right.template)
    crowd = CROWD
    while one.count[NEXT] < n_left or other.count[NEXT] < n_right:
        behind = one.count[ITEMS] > other.count[ITEMS]
        if one.count[ITEMS] == other.count[ITEMS]:
            behind = one.count[NEXT] * n_right > other.count[NEXT] * n_left
        if one.count[NEXT] < n_left and not (behind and other.count[NEXT] < n_right):
            _step(one, left, other, steps, total)
            pack(one)
        else:
            _step(other, right, one, steps, total)
            pack(other)
        if one.count[ITEMS] + other.count[ITEMS] > crowd:
            _resolve(one, other, total, TINY)
            if 2 * (one.count[ITEMS] + other.count[ITEMS]) > crowd:
                _resolve(one, other, total, TOLERANCE)
            crowd = max(CROWD, 2 * (one.count[ITEMS] + other.count[ITEMS]))
        if one.count[FULL] or other.count[FULL] or total[WORK] > total[LIMIT]:
            return False
    for wire in range(len(one.turn)):
        _settle(one, other, total, wire, 0)
        _settle(other, one, total, wire, 0)
    _resolve(one, other, total, TINY)
    _resolve(one, other, total, TOLERANCE)
    return not (one.count[FULL] or other.count[FULL] or total[WORK] > total[LIMIT])


@nb.njit(cache=True)
def _resolve(one: Side, other: Side, total: Reals, small: float) -> None:
    """Drop small rotations, then cancel what was in the way when it came, and blocks."""
    drop_small(one, total, small)
    drop_small(other, total, small)
    while sweep(one, other, total) or match_blocks(one, other, total):
        pass


@nb.njit(cache=True)
def _step(me: Side, source: Source, other: Side, steps: Steps, total: Reals) -> None:
    """Follow one operation."""
    op = me.count[NEXT]
    me.count[NEXT] += 1
    template = source.template[op]
    if template < 0:
        return
    first = source.operand_start[op]
    qubits = source.operands[first : source.operand_start[op + 1]]
    params = source.params[source.param_start[op] : source.param_start[op + 1]]
    tag = source.tags[first]
    for at in range(steps.start[template], steps.start[template + 1]):
        letters = steps.letters[at]
        kind = steps.kind[at]
        if kind == ROTATE:
            angle = steps.factors[at, 0]
            for k in range(len(params)):
                angle += steps.factors[at, k + 1] * params[k]
            _rotate(me, other, total, qubits, letters, angle, tag)
        elif kind == CONTROL:
            _control(me, other, total, qubits, letters, tag)
        elif kind == SWAP:
            _swap(me, other, total, qubits, tag)
        elif kind == LOOK:
            for k in range(len(qubits)):
                _whole(me, other, total, qubits[k : k + 1], LOOK, source.tags[first + k])
        else:
            _whole(me, other, total, qubits, kind, tag)


@nb.njit(cache=True)
def _rotate(
    me: Side, other: Side, total: Reals, qubits: Longs, letters: Longs, angle: float, tag: int
) -> None:
    """Follow exp(-i angle/2 P) for a local Pauli operator P."""
    acted = np.empty(len(qubits), dtype=np.int64)
    signs = np.empty(len(qubits), dtype=np.int64)
    n = 0
    for k in range(len(qubits)):
        if letters[k]:
            acted[n], signs[n] = qubits[k], letters[k]
            n += 1
    if n == 1 and tag == PLAIN:
        _turn(me, acted[0], signs[0], angle)
        return
    for k in range(n):
        _settle(me, other, total, acted[k], signs[k])
    add(me, other, total, 1, tag, angle, acted[:n], signs[:n])


@nb.njit(cache=True)
def _turn(me: Side, wire: int, letter: int, angle: float) -> None:
    """Let a one-qubit rotation wait on its wire."""
    c, s = cos(angle / 2), sin(angle / 2)
    w, x, y, z = me.turn[wire]
    if letter == X:
        me.turn[wire] = (c * w - s * x, c * x + s * w, c * y - s * z, c * z + s * y)
    elif letter == Y:
        me.turn[wire] = (c * w - s * y, c * x + s * z, c * y + s * w, c * z - s * x)
    else:
        me.turn[wire] = (c * w - s * z, c * x - s * y, c * y + s * x, c * z + s * w)


@nb.njit(cache=True)
def _settle(me: Side, other: Side, total: Reals, wire: int, letter: int) -> None:
    """Append what waits on a wire, unless it commutes with a Pauli letter; 0 commutes with none."""
    w, x, y, z = me.turn[wire]
    off = abs(x) * (letter != X) + abs(y) * (letter != Y) + abs(z) * (letter != Z)
    if off <= STILL:
        total[ERROR] += off
        me.turn[wire] = (w, x * (letter == X), y * (letter == Y), z * (letter == Z))
        return
    me.turn[wire] = (1.0, 0.0, 0.0, 0.0)
    before, after = _axes(w, x, y, z)
    # Turn the axes of qubit cyclically until both are z: from z, y, x none, one or two times.
    for _ in range(before):
        x, y, z = z, x, y
    for _ in range((after - before) % 3):
        w, x, y, z = (
            (w - x - y - z) / 2,
            (x + w + z - y) / 2,
            (y + w + x - z) / 2,
            (z + w + y - x) / 2,
        )
    tilt, rise = hypot(x, y), hypot(w, z)
    # Half the sum and half the difference of the angles about z.
    half_sum, half_difference = atan2(z, w), atan2(x, y)
    if tilt < POLE:
        total[ERROR] += tilt
        half_difference = half_sum
    elif rise < POLE:
        total[ERROR] += rise
        half_sum = half_difference
    main, tilted = CYCLE[before], CYCLE[before + 1]
    letters = np.array([main, tilted, main, Z, Y, Z, Y])
    angles = np.full(len(letters), pi / 2)
    angles[:3] = (half_sum + half_difference, 2 * atan2(tilt, rise), half_sum - half_difference)
    where = np.array([wire])
    for k in range(3 + 2 * ((before - after) % 3)):
        add(me, other, total, 1, PLAIN, angles[k], where, letters[k : k + 1])


@nb.njit(cache=True)
def _axes(w: float, x: float, y: float, z: float) -> tuple[int, int]:
    """Choose axes m and n for which V = K R_m R_b R_m, K a Clifford that takes m to n, is short.

    The entry of V's rotation matrix at (n, m) is the cosine of the angle about b: where it is 0 or
    has only zeros beside it that angle is a multiple of pi/2. Axes count from z downwards.
    """
    matrix = np.empty((3, 3))
    matrix[0] = (1 - 2 * (x * x + y * y), 2 * (y * z + w * x), 2 * (x * z - w * y))
    matrix[1] = (2 * (y * z - w * x), 1 - 2 * (x * x + z * z), 2 * (x * y + w * z))
    matrix[2] = (2 * (x * z + w * y), 2 * (x * y - w * z), 1 - 2 * (y * y + z * z))
    best, before, after = 2, 0, 0
    for n in range(3):
        for m in range(3):
            rest = abs(matrix[n, (m + 1) % 3]) + abs(matrix[n, (m + 2) % 3])
            length = 0 if rest < ZERO else 1 if abs(matrix[n, m]) < ZERO else 2
            if length < best:
                best, before, after = length, m, n
    return before, after


@nb.njit(cache=True)
def _control(me: Side, other: Side, total: Reals, qubits: Longs, letters: Longs, tag: int) -> None:
    """Follow CX or CZ: the phase of the states with eigenvalue -1 under both letters turns."""
    if tag == PLAIN:
        pair = np.nonzero(letters)[0]
        a, b = pair[0], pair[1]
        _settle(me, other, total, qubits[a], letters[a])
        _settle(me, other, total, qubits[b], letters[b])
        controlled(me, qubits[a], letters[a], qubits[b], letters[b])
        return
    single = np.zeros_like(letters)
    for k in range(len(qubits)):
        single[:] = 0
        single[k] = letters[k]
        if letters[k]:
            _rotate(me, other, total, qubits, single, pi / 2, tag)
    _rotate(me, other, total, qubits, letters, -pi / 2, tag)


@nb.njit(cache=True)
def _swap(me: Side, other: Side, total: Reals, qubits: Longs, tag: int) -> None:
    """Follow SWAP."""
    if tag == PLAIN:
        swap_wires(me, qubits[0], qubits[1])
        return
    letters = np.zeros(2, dtype=np.int64)
    for letter in (X, Y, Z):
        letters[:] = letter
        _rotate(me, other, total, qubits, letters, -pi / 2, tag)


@nb.njit(cache=True)
def _whole(me: Side, other: Side, total: Reals, qubits: Longs, kind: int, tag: int) -> None:
    """Append a measurement, a reset or a gate kept whole, with the strings it acts by."""
    letters = np.full(1, Z)
    signs = 0.0
    size = 0
    for k in range(len(qubits)):
        _settle(me, other, total, qubits[k], Z if kind == LOOK else 0)
        for letter in (Z, X):
            if letter == X and kind == LOOK:
                continue
            letters[0] = letter
            minus = pull_back(me, size, qubits[k : k + 1], letters)
            signs += minus * 2.0**size * (kind != RESET or letter == Z)
            size += 1
    if kind == RESET:
        choose_flip(me.buffer[0], me.buffer[1])
    add(me, other, total, size, tag, signs, qubits, letters)
