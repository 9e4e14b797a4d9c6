"""Loops and branches of OpenQASM 3: unrolled, resolved, or turned into conditions on bits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trapline.compiler.qasm3_classical import read_type
from trapline.compiler.qasm_lex import shown
from trapline.compiler.qasm_operands import index_range
from trapline.compiler.qasm_reader import Variable
from trapline.compiler.qasm_values import Test, Word, convert, negation, truth

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trapline.compiler.qasm_lex import Token
    from trapline.compiler.qasm_reader import Reader

    Statement = Callable[[Reader], None]

MAX_ITERATIONS = 10_000_000


def for_loop(reader: Reader, run: Statement) -> None:
    """Read `for type name in range body` and run the body for every value."""
    cursor = reader.cursor
    start = cursor.take()
    kind, width = read_type(reader)
    name = cursor.name("the name of the loop variable")
    cursor.expect("in", "and a range after the loop variable")
    values = loop_values(reader, start)
    body = cursor.position
    reader.block += 1
    for value in values:
        cursor.jump(body)
        known = convert(reader.source, name, kind.text, width, value)
        reader.scopes.append({name.text: Variable(known, kind.text, width, constant=True)})
        _body(reader, run)
        reader.scopes.pop()
    if not values:
        skip_body(reader)
    reader.block -= 1
    reader.repeatable = False


def loop_values(reader: Reader, start: Token) -> Sequence[int]:
    """Read the range or set of a loop and return its values."""
    cursor = reader.cursor
    token = cursor.peek()
    if cursor.accept("{"):
        values = [reader.whole()]
        while cursor.accept(","):
            values.append(reader.whole())
        cursor.expect("}", "after a set")
        return values
    if cursor.accept("["):
        bounds = index_range(reader)
        cursor.expect("]", "after a range")
        return _range(reader, token, bounds)
    value = reader.value()
    if isinstance(value, Word):
        return [value.value >> i & 1 for i in range(value.width)]
    cursor.fail_at(
        start,
        "the loop does not run over a range or set known while compiling",
        hint="write for uint i in [0:3] { ... }",
    )
    return None


def _range(reader: Reader, token: Token, bounds: list[int | None]) -> range:
    first, step, last = bounds if len(bounds) == 3 else (None, None, None)
    if first is None or last is None:
        reader.source.fail(token.start, "a loop needs both ends of its range")
    step = 1 if step is None else step
    if step == 0:
        reader.source.fail(token.start, "the step of a range must not be 0")
    values = range(first, last + (1 if step > 0 else -1), step)
    if len(values) > MAX_ITERATIONS:
        reader.source.fail(
            token.start, f"the loop has {len(values)} turns, at most {MAX_ITERATIONS} are unrolled"
        )
    return values


def conditional(reader: Reader, run: Statement) -> None:
    """Read `if (condition) body else body`."""
    cursor = reader.cursor
    start = cursor.take()
    reader.repeatable = True
    cursor.expect("(", "after 'if'")
    at = cursor.peek()
    condition = truth(reader.source, at, reader.value())
    cursor.expect(")", "after a condition")
    whole = reader.repeatable
    forget_inner(reader)
    _branch(reader, run, condition)
    if cursor.peek().text == "else":
        cursor.take()
        _branch(reader, run, negation(reader.source, start, condition))
        whole = False
    forget_inner(reader)
    reader.repeatable = whole and reader.repeatable


def forget_inner(reader: Reader) -> None:
    """Forget measured bits that no condition around the place reads."""
    reader.stale &= frozenset(bit for term in reader.condition for bit in term.bits)


def _branch(reader: Reader, run: Statement, condition: bool | Test) -> None:
    """Run a body if the condition holds, or under the condition if only the machine knows."""
    if condition is False:
        skip_body(reader)
        return
    before = reader.condition
    if isinstance(condition, Test):
        reader.condition = before + condition.terms
    _body(reader, run)
    reader.condition = before


def _body(reader: Reader, run: Statement) -> None:
    cursor = reader.cursor
    if not cursor.accept("{"):
        run(reader)
        return
    reader.block += 1
    reader.scopes.append({})
    opened = cursor.position
    while not cursor.accept("}"):
        if cursor.peek().kind == "end":
            reader.source.fail(opened - 1, "this block never ends", hint="close it with }")
        run(reader)
    reader.scopes.pop()
    reader.block -= 1
    reader.repeatable = False


def skip_body(reader: Reader) -> None:
    """Skip a block or a statement without running it."""
    cursor = reader.cursor
    if cursor.peek().text in ("if", "for"):
        _skip_header(reader)
        skip_body(reader)
        if cursor.accept("else"):
            skip_body(reader)
        return
    depth = 0
    while True:
        token = cursor.take()
        if token.kind == "end":
            cursor.fail_at(token, f"found {shown(token)}, expected the end of a block")
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0 and token.text in (";", "}"):
            return


def _skip_header(reader: Reader) -> None:
    """Skip `if (...)` or `for type name in range`."""
    cursor = reader.cursor
    if cursor.take().text == "if":
        opened = 0
        while True:
            token = cursor.take()
            opened += (token.text == "(") - (token.text == ")")
            if not opened or token.kind == "end":
                return
    read_type(reader)
    cursor.name("the name of the loop variable")
    cursor.expect("in")
    closing = "]" if cursor.take().text == "[" else "}"
    while cursor.peek().kind != "end" and cursor.take().text != closing:
        pass
