"""Expressions of OpenQASM: parsed once, evaluated as often as a gate is called.

Source: OpenQASM 3 specification, "Types and casting" and "Classical instructions"; OpenQASM 2
(arXiv:1707.03429, section 4).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

from trapline.compiler.qasm_lex import closest, shown
from trapline.compiler.qasm_values import (
    Value,
    binary,
    convert,
    indexed,
    integer,
    number,
    power,
    unary,
)

if TYPE_CHECKING:
    from trapline.compiler.qasm_lex import Cursor, Source, Token


Lookup = Callable[[str], Value | None]
Expression = Callable[[Lookup], Value]
Calls = Callable[["Token"], "Expression | None"]

CONSTANTS: dict[str, float] = {
    "pi": math.pi,
    "π": math.pi,
    "tau": math.tau,
    "τ": math.tau,
    "euler": math.e,
    "ℇ": math.e,
    "true": True,
    "false": False,
}
_FUNCTIONS_2: dict[str, Callable[..., float]] = {
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "exp": math.exp,
    "ln": math.log,
    "sqrt": math.sqrt,
}
_FUNCTIONS_3: dict[str, Callable[..., float]] = {
    **{name: function for name, function in _FUNCTIONS_2.items() if name != "ln"},
    "arccos": math.acos,
    "arcsin": math.asin,
    "arctan": math.atan,
    "ceiling": math.ceil,
    "floor": math.floor,
    "log": math.log,
    "mod": math.fmod,
    "pow": power,
}
_CASTS = ("int", "uint", "float", "bool", "angle", "bit")

# Binding strength of binary operators, weakest first.
_LEVELS_3: tuple[tuple[str, ...], ...] = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
_LEVELS_2: tuple[tuple[str, ...], ...] = (("+", "-"), ("*", "/"))


def parse_expression(
    cursor: Cursor,
    version: int,
    known: Callable[[str], bool] | None = None,
    calls: Calls | None = None,
) -> Expression:
    """Parse an expression.

    Args:
        cursor: Stands at the first token.
        version: 2 or 3; the languages differ in operators and functions.
        known: Says whether a name will have a value; others then fail where they stand.
        calls: Reads the arguments of a function that the language lacks, if it knows its name.
    """
    return _Parser(cursor, version, known, calls).binary(0)


class _Parser:
    """Recursive descent over the levels of binding strength."""

    def __init__(
        self,
        cursor: Cursor,
        version: int,
        known: Callable[[str], bool] | None,
        calls: Calls | None,
    ) -> None:
        self.cursor = cursor
        self.known = known
        self.calls = calls
        self.version = version
        self.levels = _LEVELS_2 if version == 2 else _LEVELS_3
        self.power_sign = "^" if version == 2 else "**"

    def binary(self, level: int) -> Expression:
        if level == len(self.levels):
            return self.unary()
        left = self.binary(level + 1)
        while self.cursor.peek().text in self.levels[level]:
            token = self.cursor.take()
            left = _binary(self.cursor.source, token, self.version, left, self.binary(level + 1))
        return left

    def unary(self) -> Expression:
        token = self.cursor.peek()
        signs = "+-" if self.version == 2 else "-!~"
        if token.kind == "symbol" and token.text in signs:
            self.cursor.take()
            return _unary(self.cursor.source, token, self.unary())
        return self.power()

    def power(self) -> Expression:
        base = self.index()
        token = self.cursor.peek()
        if token.text != self.power_sign:
            return base
        self.cursor.take()
        exponent = self.unary()
        return _binary(self.cursor.source, token, self.version, base, exponent)

    def index(self) -> Expression:
        value = self.atom()
        while self.version == 3 and self.cursor.peek().text == "[":
            token = self.cursor.take()
            first = self.binary(0)
            last = self.binary(0) if self.cursor.accept(":") else None
            self.cursor.expect("]", "after an index")
            value = _index(self.cursor.source, token, value, first, last)
        return value

    def atom(self) -> Expression:
        cursor = self.cursor
        token = cursor.peek()
        if token.kind == "int":
            cursor.take()
            whole = _whole(token.text)
            return lambda _: whole
        if token.kind == "float":
            cursor.take()
            number = float(token.text.replace("_", ""))
            return lambda _: number
        if cursor.accept("("):
            inner = self.binary(0)
            cursor.expect(")")
            return inner
        if token.kind == "name":
            return self.named(cursor.take())
        cursor.fail_at(token, f"found {shown(token)}, expected a number, a name or '('")
        return None

    def named(self, token: Token) -> Expression:
        name = token.text
        if self.version == 3 and name in _CASTS:
            return self.cast(token)
        functions = _FUNCTIONS_2 if self.version == 2 else _FUNCTIONS_3
        if self.cursor.peek().text == "(":
            return self.call(token, functions)
        constant = CONSTANTS.get(name) if self.version == 3 or name == "pi" else None
        source = self.cursor.source

        def fail() -> NoReturn:
            source.fail(
                token.start,
                f"{name!r} has no value here; it is not a parameter or a constant",
                hint=closest(name, CONSTANTS),
            )

        def look(lookup: Lookup) -> Value:
            value = lookup(name)
            if value is not None:
                return value
            return fail() if constant is None else constant

        if self.known is not None and constant is None and not self.known(name):
            fail()
        return look

    def call(self, token: Token, functions: dict[str, Callable[..., float]]) -> Expression:
        cursor = self.cursor
        function = functions.get(token.text)
        if function is None and self.calls is not None:
            found = self.calls(token)
            if found is not None:
                return found
        if function is None:
            cursor.fail_at(
                token,
                f"{token.text!r} is not a function that can be evaluated while compiling",
                hint=closest(token.text, functions) or f"known: {', '.join(functions)}",
            )
        cursor.expect("(")
        arguments = [self.binary(0)]
        while cursor.accept(","):
            arguments.append(self.binary(0))
        cursor.expect(")", f"after the arguments of {token.text}")
        source = cursor.source

        def run(lookup: Lookup) -> Value:
            values = [number(source, token, argument(lookup)) for argument in arguments]
            try:
                return function(*values)
            except (ValueError, OverflowError, TypeError, ZeroDivisionError) as error:
                shown_values = ", ".join(f"{value:.6g}" for value in values)
                source.fail(token.start, f"{token.text}({shown_values}) has no value: {error}")

        return run

    def cast(self, token: Token) -> Expression:
        cursor = self.cursor
        width: Expression | None = None
        if cursor.accept("["):
            width = self.binary(0)
            cursor.expect("]", "after the width of a type")
        cursor.expect("(", f"after the type {token.text}")
        inner = self.binary(0)
        cursor.expect(")")
        source = cursor.source

        def run(lookup: Lookup) -> Value:
            bits = None if width is None else integer(source, token, width(lookup))
            return convert(source, token, token.text, bits, inner(lookup))

        return run


def _whole(text: str) -> int:
    digits = text.replace("_", "")
    return int(digits, 0 if digits[1:2].isalpha() else 10)


def _unary(source: Source, token: Token, inner: Expression) -> Expression:
    return lambda lookup: unary(source, token, inner(lookup))


def _binary(
    source: Source, token: Token, version: int, left: Expression, right: Expression
) -> Expression:
    meaning = {"^": "**", "/": "real/"} if version == 2 else {}
    sign = meaning.get(token.text, token.text)
    return lambda lookup: binary(source, token, sign, left(lookup), right(lookup))


def _index(
    source: Source, token: Token, value: Expression, first: Expression, last: Expression | None
) -> Expression:
    def run(lookup: Lookup) -> Value:
        stop = None if last is None else integer(source, token, last(lookup))
        return indexed(source, token, value(lookup), integer(source, token, first(lookup)), stop)

    return run
