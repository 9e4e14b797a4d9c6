"""Conditions on classical bits, between Trapline's terms and cirq's classical controls.

A term over the bits of several measurement keys has no single counterpart in cirq. An equality is
the conjunction of one equality for each key; an inequality is split into disjoint cases, and the
operation appears once for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trapline.passes.program import Term

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import cirq

    from trapline.passes.program import Condition


@dataclass(frozen=True)
class BitKey:
    """Where a classical bit lives in cirq.

    Args:
        key: Measurement key.
        weight: Value of the bit in the integer of the key (the first measured qubit weighs most).
        full: Largest integer of the key.
    """

    key: str
    weight: int
    full: int


@dataclass(frozen=True)
class KeyTest:
    """`(key & mask) == value`, or `!=`."""

    key: str
    mask: int
    full: int
    value: int
    equal: bool


def cases_of(
    condition: Condition, bit_keys: Sequence[BitKey], measured: Sequence[bool]
) -> list[tuple[KeyTest, ...]]:
    """Return disjoint cases, each a conjunction of tests of keys; together they are the condition.

    Args:
        condition: Terms of which all must hold.
        bit_keys: Place of every classical bit.
        measured: Whether each bit was measured before; one that was not is 0.

    Returns:
        No case when the condition can never hold; one empty case when it always holds.
    """
    cases: list[tuple[KeyTest, ...]] = [()]
    for term in condition:
        tests, possible = _tests_of(term, bit_keys, measured)
        if term.equal:
            cases = [(*case, *tests) for case in cases] if possible else []
        elif possible:
            ways = [
                (*tests[:i], KeyTest(t.key, t.mask, t.full, t.value, equal=False))
                for i, t in enumerate(tests)
            ]
            cases = [(*case, *way) for case in cases for way in ways]
    return cases


def _tests_of(
    term: Term, bit_keys: Sequence[BitKey], measured: Sequence[bool]
) -> tuple[list[KeyTest], bool]:
    """Return the equalities that make the bits of a term the value, and whether they can hold."""
    masks: dict[str, int] = {}
    values: dict[str, int] = {}
    full: dict[str, int] = {}
    possible = 0 <= term.value < 1 << len(term.bits)
    for position, bit in enumerate(term.bits):
        wanted = term.value >> position & 1
        place = bit_keys[bit]
        if not measured[bit]:
            possible = possible and not wanted
            continue
        masks[place.key] = masks.get(place.key, 0) | place.weight
        values[place.key] = values.get(place.key, 0) | wanted * place.weight
        full[place.key] = place.full
    tests = [KeyTest(key, masks[key], full[key], values[key], equal=True) for key in masks]
    return tests, possible


def cirq_condition(test: KeyTest) -> cirq.Condition:
    """Return the simplest cirq condition for a test."""
    import cirq

    key = cirq.MeasurementKey.parse_serialized(test.key)
    whole = test.mask == test.full
    if whole and ((test.full == 1 and test.equal == bool(test.value)) or _is_nonzero(test)):
        return cirq.KeyCondition(key)
    return cirq.BitMaskKeyCondition(
        key=key,
        target_value=test.value,
        equal_target=test.equal,
        bitmask=None if whole else test.mask,
    )


def _is_nonzero(test: KeyTest) -> bool:
    return test.value == 0 and not test.equal


class UnknownConditionError(Exception):
    """A classical control that has no term; the message says which."""


def term_of(control: cirq.Condition, bits: Mapping[str, Sequence[int]]) -> Term | bool:
    """Return the term of a classical control, or its value when it does not depend on bits.

    Args:
        control: A condition on one measurement key.
        bits: Bits of every measurement key, in the order of the measured qubits.

    Raises:
        UnknownConditionError: Another kind of condition.
    """
    import cirq

    if isinstance(control, cirq.KeyCondition | cirq.BitMaskKeyCondition):
        if control.index != -1:
            raise UnknownConditionError(f"condition {control} is on an earlier measurement")
        key_bits = _known_bits(str(control.key), bits)
        if isinstance(control, cirq.KeyCondition):
            return _term(key_bits, None, 0, equal=False)
        return _term(key_bits, control.bitmask, control.target_value, equal=control.equal_target)
    if isinstance(control, cirq.SympyCondition):
        return _sympy_term(control, bits)
    raise UnknownConditionError(f"condition {control} is of an unknown kind")


def _known_bits(key: str, bits: Mapping[str, Sequence[int]]) -> Sequence[int]:
    if key not in bits:
        raise UnknownConditionError(f"the measurement key {key!r} is never measured")
    return bits[key]


def _term(bits: Sequence[int], mask: int | None, value: int, *, equal: bool) -> Term | bool:
    """Return the term `(key & mask) == value`; the last bit of a key weighs least."""
    full = (1 << len(bits)) - 1
    mask = full if mask is None else mask & full
    if value & ~mask:
        return not equal
    chosen = [p for p in range(len(bits)) if mask >> p & 1]
    wanted = sum((value >> p & 1) << j for j, p in enumerate(chosen))
    selected = tuple(bits[len(bits) - 1 - p] for p in chosen)
    if not selected:
        return equal
    if len(selected) == 1 and not equal:
        return Term(selected, 1 - wanted)
    return Term(selected, wanted, equal=equal)


def _sympy_term(control: cirq.SympyCondition, bits: Mapping[str, Sequence[int]]) -> Term | bool:
    """Return the term of `key == number`, `key != number` or `key`."""
    import sympy  # type: ignore[import-untyped]  # sympy ships no types

    expression = control.expr
    if isinstance(expression, sympy.Symbol):
        return _term(_known_bits(expression.name, bits), None, 0, equal=False)
    if isinstance(expression, sympy.Eq | sympy.Ne):
        left, right = expression.args
        if isinstance(right, sympy.Symbol):
            left, right = right, left
        if isinstance(left, sympy.Symbol) and isinstance(right, sympy.Integer):
            equal = isinstance(expression, sympy.Eq)
            return _term(_known_bits(left.name, bits), None, int(right), equal=equal)
    raise UnknownConditionError(
        f"condition {expression} is not a comparison of one measurement key with an integer"
    )
