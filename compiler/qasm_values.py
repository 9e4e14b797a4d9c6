"""Values of OpenQASM expressions: known numbers, and bits that only the running program knows.

Numbers are Python ints, floats and bools. Comparing measured bits gives a `Test`; nothing else can
be done with them.

Source: OpenQASM 3 specification, "Types and casting" and "Classical instructions".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trapline.passes.program import Term

if TYPE_CHECKING:
    from collections.abc import Callable

    from trapline.compiler.qasm_lex import Source, Token


@dataclass(frozen=True)
class Bits:
    """Classical bits known only when the program runs.

    Args:
        bits: Bit numbers, least significant first.
        signed: Whether they stand for a number in two's complement.
    """

    bits: tuple[int, ...]
    signed: bool = False


@dataclass(frozen=True)
class Test:
    """A condition known only when the program runs; all terms must hold."""

    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Unknown:
    """A classical variable without a value at compile time."""

    name: str


@dataclass(frozen=True)
class Word:
    """An integer with a declared number of bits, so that its bits can be asked for."""

    value: int
    width: int


MAX_EXACT = 4096
"""Largest exponent or shift of integers."""

Value = int | float | bool | Bits | Test | Unknown | Word


def number(source: Source, token: Token, value: Value) -> float:
    """Return a value as a real number, or fail at the token because it is not known yet."""
    if isinstance(value, Word):
        return value.value
    if isinstance(value, Bits | Test):
        source.fail(
            token.start,
            f"{token.text!r}: arithmetic with measured bits happens while the program runs",
            hint="angles must be known while compiling; bits may only be compared in an if",
        )
    if isinstance(value, Unknown):
        source.fail(
            token.start,
            f"{value.name!r} has no value while compiling (angles computed at run time)",
            hint="give it a constant value",
        )
    if isinstance(value, float) and not math.isfinite(value):
        source.fail(token.start, f"the value here is {value}, expected a finite number")
    return value


def integer(source: Source, token: Token, value: Value) -> int:
    """Return a value as an integer, or fail at the token."""
    found = number(source, token, value)
    if isinstance(found, float) and not found.is_integer():
        source.fail(token.start, f"found {found!r}, expected an integer")
    return int(found)


def convert(source: Source, token: Token, kind: str, width: int | None, value: Value) -> Value:
    """Cast a value to a classical type of OpenQASM 3."""
    if isinstance(value, Bits):
        return _convert_bits(source, token, kind, width, value)
    if isinstance(value, Test):
        if kind in ("bool", "bit"):
            return value
        number(source, token, value)
    found = number(source, token, value)
    if kind in ("float", "angle"):
        return float(found)
    if kind in ("bool", "bit") and width is None:
        return bool(found)
    whole = math.trunc(found)
    if width is None:
        return whole
    whole &= (1 << width) - 1
    if kind == "int" and whole >> (width - 1):
        whole -= 1 << width
    return Word(whole, width)


def _convert_bits(source: Source, token: Token, kind: str, width: int | None, value: Bits) -> Value:
    if kind == "bool":
        return truth(source, token, value)
    if kind in ("float", "angle"):
        number(source, token, value)
    if width is not None and width < len(value.bits):
        source.fail(
            token.start,
            f"{kind}[{width}] cannot hold {len(value.bits)} bits",
            hint=f"write {kind}[{len(value.bits)}]",
        )
    return Bits(value.bits, signed=kind == "int" and width == len(value.bits))


def truth(source: Source, token: Token, value: Value) -> bool | Test:
    """Return a value as a condition: known while compiling, or a `Test`."""
    if isinstance(value, Test):
        return value
    if isinstance(value, Bits):
        if len(value.bits) == 1:
            return Test((Term(value.bits, 1),))
        return Test((Term(value.bits, 0, equal=False),))
    return bool(number(source, token, value))


def negation(source: Source, token: Token, value: bool | Test) -> bool | Test:
    """Return the opposite of a condition, or fail at the token."""
    if isinstance(value, bool):
        return not value
    term = value.terms[0] if len(value.terms) == 1 else _joined(source, token, value.terms)
    if len(term.bits) == 1 and term.value in (0, 1):
        return Test((Term(term.bits, 1 - term.value, equal=term.equal),))
    return Test((Term(term.bits, term.value, equal=not term.equal),))


def _joined(source: Source, token: Token, terms: tuple[Term, ...]) -> Term:
    """Return equalities on different bits as one."""
    every = [bit for term in terms for bit in term.bits]
    if not all(term.equal for term in terms) or len(set(every)) < len(every):
        source.fail(
            token.start,
            "the opposite of these conditions together is not supported",
            hint="negate one comparison at a time",
        )
    bits: tuple[int, ...] = ()
    value = 0
    for term in terms:
        value |= term.value << len(bits)
        bits += term.bits
    return Term(bits, value)


def unary(source: Source, token: Token, value: Value) -> Value:
    """Apply `-`, `+`, `!` or `~`."""
    single = isinstance(value, Bits) and len(value.bits) == 1
    if token.text == "!" or (token.text == "~" and (single or isinstance(value, bool | Test))):
        return negation(source, token, truth(source, token, value))
    if token.text == "-":
        return -number(source, token, value)
    if token.text == "+":
        return number(source, token, value)
    if isinstance(value, Word):
        return Word(~value.value & ((1 << value.width) - 1), value.width)
    return ~integer(source, token, value)


def binary(source: Source, token: Token, sign: str, left: Value, right: Value) -> Value:
    """Apply a binary operator, or fail at the token.

    Args:
        source: The text.
        token: The operator as written, for messages.
        sign: What it means: as in OpenQASM 3, but `real/` for a division of reals.
        left: First operand.
        right: Second operand.
    """
    if sign in ("==", "!="):
        return _compare(source, token, left, right)
    if sign in ("&&", "||"):
        return _logic(source, token, truth(source, token, left), truth(source, token, right))
    try:
        if sign in _ON_INTEGERS:
            return _ON_INTEGERS[sign](integer(source, token, left), integer(source, token, right))
        return _ON_REALS[sign](number(source, token, left), number(source, token, right))
    except (ValueError, OverflowError, ZeroDivisionError) as error:
        source.fail(token.start, f"{token.text!r} has no value here: {error}")


def power(base: float, exponent: float) -> float:
    """Return base ** exponent as a real number.

    Raises:
        ValueError: The result is not real.
    """
    if max(abs(base), abs(exponent)) > MAX_EXACT:
        base = float(base)
    result: float | complex = base**exponent
    if isinstance(result, complex):
        raise ValueError("the result is not real")
    return result


def _divide(a: float, b: float) -> float:
    if isinstance(a, int) and isinstance(b, int):
        if a % b:
            raise ValueError(f"{a}/{b} of integers leaves a remainder; write {a}.0/{b}")
        return a // b
    return a / b


_ON_REALS: dict[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divide,
    "real/": lambda a, b: a / b,
    "**": power,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "%": lambda a, b: a % b,
}
_ON_INTEGERS: dict[str, Callable[[int, int], int]] = {
    "<<": lambda a, b: a << _shift(b),
    ">>": lambda a, b: a >> b,
    "&": lambda a, b: a & b,
    "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b,
}


def _shift(bits: int) -> int:
    if bits > MAX_EXACT:
        raise ValueError(f"a shift by {bits} bits")
    return bits


def _compare(source: Source, token: Token, left: Value, right: Value) -> Value:
    equal = token.text == "=="
    if isinstance(right, Bits | Test):
        left, right = right, left
    if isinstance(left, Test):
        wanted = number(source, token, right)
        if wanted not in (0, 1):
            return not equal
        return left if bool(wanted) == equal else negation(source, token, left)
    if isinstance(left, Bits):
        return _compare_bits(left, integer(source, token, right), equal)
    same = number(source, token, left) == number(source, token, right)
    return same == equal


def _compare_bits(left: Bits, wanted: int, equal: bool) -> Value:
    size = len(left.bits)
    low, high = (-(1 << (size - 1)), 1 << (size - 1)) if left.signed else (0, 1 << size)
    if not low <= wanted < high:
        return not equal
    if size == 1 and not equal:
        return Test((Term(left.bits, 1 - wanted % 2),))
    return Test((Term(left.bits, wanted % (1 << size), equal=equal),))


def _logic(source: Source, token: Token, left: bool | Test, right: bool | Test) -> bool | Test:
    both = token.text == "&&"
    if isinstance(right, bool):
        left, right = right, left
    if isinstance(left, bool):
        return right if left == both else left
    if isinstance(right, Test) and both:
        return Test(left.terms + right.terms)
    source.fail(
        token.start,
        "'||' of measured bits is not supported",
        hint="write one if for each case, such that only one of them can hold",
    )
    return None


def indexed(source: Source, token: Token, value: Value, first: int, last: int | None) -> Value:
    """Return one bit, or the bits `first` to `last`, of measured bits or of a word."""
    if isinstance(value, Bits):
        chosen = select(source, token, len(value.bits), first, last)
        return Bits(tuple(value.bits[i] for i in chosen))
    if not isinstance(value, Word):
        source.fail(token.start, "only bits and integers with a declared width have an index")
    chosen = select(source, token, value.width, first, last)
    if last is None:
        return bool(value.value >> first % value.width & 1)
    return Word(sum((value.value >> i & 1) << j for j, i in enumerate(chosen)), len(chosen))


def select(source: Source, token: Token, size: int, first: int, last: int | None) -> list[int]:
    """Return the members of a register of `size` that an index or an inclusive range names."""
    for index in (first, last):
        if index is not None and not -size <= index < size:
            source.fail(token.start, f"index {index} is out of range for size {size}")
    if last is None:
        return [first % size]
    return list(range(first % size, last % size + 1))
