"""Subroutines of OpenQASM 3, inlined at every call.

A call runs the body with its parameters standing for the caller's qubits, bits and known values.
Measured bits that a call returns are measured into the caller's bits at once, since the running
program cannot copy bits.

Source: OpenQASM 3 specification, "Subroutines".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from trapline.compiler.qasm3_ast_control import (
    DURATION,
    Leave,
    Walk,
    block,
    fail_jump,
)
from trapline.compiler.qasm_gates import GateEntry
from trapline.compiler.qasm_lex import Cursor, Source, Token, closest, shown
from trapline.compiler.qasm_operands import Operand, qubit_operand
from trapline.compiler.qasm_reader import QubitNames, Variable
from trapline.compiler.qasm_statements import measure
from trapline.compiler.qasm_values import Bits, Test, Unknown, Value, convert
from trapline.passes.program import Register

if TYPE_CHECKING:
    from openqasm3 import ast

    from trapline.compiler.qasm_expr import Expression, Lookup
    from trapline.compiler.qasm_reader import Symbol
    from trapline.passes.program import Condition

MAX_DEPTH = 40
"""Most calls inside one another."""


@dataclass(frozen=True)
class Subroutine:
    """A subroutine and where its text stands.

    Args:
        node: Its definition.
        source: The text that holds it.
        depth: Number of includes around that text.
        result: Name of the local bits that every return statement gives, or an empty string.
    """

    node: ast.SubroutineDefinition
    source: Source
    depth: int
    result: str


@dataclass
class Frame:
    """A call that is running.

    Args:
        subroutine: What is called.
        condition: Condition of the call.
        target: The caller's bits that take the result, if any.
        fixed: Bits that the arguments read.
        value: The returned value.
    """

    subroutine: Subroutine
    condition: Condition
    target: Operand | None
    fixed: frozenset[int]
    value: Value | None = None


@dataclass
class CallWalk(Walk):
    """A walk that knows subroutines.

    Args:
        subroutines: By name.
        frames: Calls that are running, innermost last.
    """

    subroutines: dict[str, Subroutine] = field(default_factory=dict[str, Subroutine])
    frames: list[Frame] = field(default_factory=list[Frame])


def define(walk: CallWalk, node: ast.SubroutineDefinition) -> None:
    """Walk `def name(parameters) -> type { body }`."""
    reader = walk.reader
    reader.cursor.take()
    token = reader.cursor.name("the name of a subroutine")
    if token.text in walk.subroutines or reader.find(token.text) is not None:
        reader.source.fail(token.start, f"{token.text!r} is already defined")
    names = {_returned_name(inner) for inner in _returns(node.body)}
    result = names.pop() if len(names) == 1 else ""
    walk.subroutines[token.text] = Subroutine(node, reader.source, reader.depth, result)


def _returns(node: object) -> list[ast.ReturnStatement]:
    """Return the return statements in statements, at any depth."""
    found: list[ast.ReturnStatement] = []
    if isinstance(node, list | tuple):
        for inner in node:  # pyright: ignore[reportUnknownVariableType]  # parts of the tree
            found += _returns(inner)  # pyright: ignore[reportUnknownArgumentType]  # as above
        return found
    from openqasm3 import ast

    if isinstance(node, ast.ReturnStatement):
        return [node]
    if isinstance(node, ast.Statement):
        for inner in vars(node).values():
            found += _returns(inner)
    return found


def _returned_name(node: ast.ReturnStatement) -> str:
    return str(getattr(node.expression, "name", ""))


def in_expression(walk: CallWalk, token: Token) -> Expression | None:
    """Return the call that a name in an expression begins, or None if it is no subroutine."""
    if token.text not in walk.subroutines:
        return None
    source = walk.reader.source
    skip_arguments(walk)

    def value(_: Lookup) -> Value:
        found = call(walk, source, token, None)
        if found is None:
            source.fail(token.start, f"{token.text!r} returns no value")
        return found

    return value


def skip_arguments(walk: CallWalk) -> None:
    """Skip the arguments of a call with their parentheses."""
    cursor = walk.reader.cursor
    depth = 0
    while True:
        token = cursor.take()
        depth += (token.text == "(") - (token.text == ")")
        if depth <= 0 or token.kind == "end":
            return


def call(walk: CallWalk, source: Source, token: Token, target: Operand | None) -> Value | None:
    """Run a subroutine and return what it returns.

    Args:
        walk: Where the caller stands; its place in the text is kept.
        source: The text of the call.
        token: The name in the call.
        target: The caller's bits that take the result, or None.
    """
    reader = walk.reader
    subroutine = walk.subroutines[token.text]
    if len(walk.frames) >= MAX_DEPTH:
        source.fail(token.start, f"more than {MAX_DEPTH} calls inside one another")
    before = reader.cursor, reader.depth, reader.scopes
    reader.cursor = Cursor(source, token.end)
    globals_ = reader.scopes[0]
    visible = {name: symbol for name, symbol in globals_.items() if _visible(name, symbol)}
    reader.cursor.expect("(", "after the name of a subroutine")
    names = _arguments(walk, subroutine, token, visible)
    fixed = frozenset(bit for symbol in names.values() for bit in _bits_of(symbol))
    globals_.update((n, s) for n, s in visible.items() if n.startswith("$"))
    frame = Frame(subroutine, reader.condition, target, fixed)
    walk.frames.append(frame)
    reader.cursor, reader.depth = Cursor(subroutine.source), subroutine.depth
    reader.scopes = [visible]
    leave = block(walk, subroutine.node.body, names)
    walk.frames.pop()
    globals_.update((n, s) for n, s in visible.items() if n.startswith("$"))
    reader.cursor, reader.depth, reader.scopes = before
    if leave is None and subroutine.node.return_type is not None:
        source.fail(token.start, f"{token.text!r} ended without returning a value")
    if target is not None:
        _check_result(source, token, frame.value, target)
    return frame.value


def _visible(name: str, symbol: Symbol) -> bool:
    """Return whether a subroutine sees a global name."""
    constant = isinstance(symbol, Variable) and symbol.constant
    return constant or isinstance(symbol, GateEntry) or name.startswith("$")


def _bits_of(symbol: Symbol) -> tuple[int, ...]:
    """Return the measured bits that the value of a parameter is read from."""
    value = symbol.value if isinstance(symbol, Variable) else None
    if isinstance(value, Bits):
        return value.bits
    return tuple(b for t in value.terms for b in t.bits) if isinstance(value, Test) else ()


def _arguments(
    walk: CallWalk, subroutine: Subroutine, token: Token, visible: dict[str, Symbol]
) -> dict[str, Symbol]:
    """Read the arguments of a call; return what the parameters stand for."""
    reader = walk.reader
    cursor = reader.cursor
    names: dict[str, Symbol] = {}
    taken: set[int] = set()
    for parameter in subroutine.node.arguments:
        if names:
            cursor.expect(",", f"and another argument of {token.text!r}")
        at = cursor.peek()
        if at.text == ")":
            _fail_count(walk, at, subroutine)
        symbol = _argument(walk, subroutine, parameter, visible)
        if isinstance(symbol, QubitNames):
            if taken & set(symbol.members):
                reader.source.fail(at.start, f"{token.text!r}: a qubit appears twice")
            taken.update(symbol.members)
        names[parameter.name.name] = symbol
    after = cursor.peek()
    if after.text != ")":
        _fail_count(walk, after, subroutine)
    return names


def _fail_count(walk: CallWalk, at: Token, subroutine: Subroutine) -> NoReturn:
    count = len(subroutine.node.arguments)
    name = subroutine.node.name.name
    walk.reader.cursor.fail_at(
        at, f"found {shown(at)}: {name!r} takes {count} argument{'s' * (count != 1)}"
    )


def _argument(
    walk: CallWalk,
    subroutine: Subroutine,
    parameter: ast.ClassicalArgument | ast.QuantumArgument,
    visible: dict[str, Symbol],
) -> Symbol:
    """Read one argument."""
    from openqasm3 import ast

    reader = walk.reader
    at = reader.cursor.peek()
    if isinstance(parameter, ast.QuantumArgument):
        operand = qubit_operand(reader)
        size = _size(walk, subroutine, parameter.size, visible)
        _check_size(reader.source, at, operand.members, operand.single, size)
        return QubitNames(operand.members, operand.single)
    kind, width = _type(walk, subroutine, parameter.type, visible)
    value = reader.value()
    if kind == DURATION:
        return Variable(Unknown(parameter.name.name), kind, None, constant=False)
    found = convert(reader.source, at, kind, width, value)
    if kind == "bit" and isinstance(found, Bits):
        _check_size(reader.source, at, found.bits, width is None, width)
    return Variable(found, kind, width, constant=kind == "bit")


def _check_size(
    source: Source, at: Token, members: tuple[int, ...], single: bool, size: int | None
) -> None:
    if len(members) != (size or 1) or single != (size is None):
        wanted = "one member" if size is None else f"a register of size {size}"
        found = "one member" if single else f"a register of size {len(members)}"
        source.fail(at.start, f"found {found}, expected {wanted}")


def _size(
    walk: CallWalk,
    subroutine: Subroutine,
    node: ast.Expression | None,
    visible: dict[str, Symbol],
) -> int | None:
    """Read the size of a parameter where its subroutine stands."""
    if node is None:
        return None
    reader = walk.reader
    before = reader.cursor, reader.scopes
    reader.cursor, reader.scopes = Cursor(subroutine.source), [visible]
    walk.go(node)
    reader.cursor.accept("[")
    size = reader.whole()
    reader.cursor, reader.scopes = before
    return size


def _type(
    walk: CallWalk, subroutine: Subroutine, node: ast.ClassicalType, visible: dict[str, Symbol]
) -> tuple[str, int | None]:
    """Return the name and width of a classical type."""
    kind = type(node).__name__.removesuffix("Type").lower()
    if kind not in ("bit", "bool", "int", "uint", "float", "angle", DURATION):
        cursor = Cursor(subroutine.source)
        before, walk.reader.cursor = walk.reader.cursor, cursor
        token = walk.go(node)
        walk.reader.cursor = before
        cursor.fail_at(token, f"{token.text!r} cannot be compiled as a type of a subroutine")
    return kind, _size(walk, subroutine, getattr(node, "size", None), visible)


def _check_result(source: Source, token: Token, value: Value | None, target: Operand) -> None:
    """Fail unless the returned bits are those of the caller."""
    if not isinstance(value, Bits) or value.bits != target.members:
        source.fail(
            token.start,
            f"what {token.text!r} returns cannot be written into bits: the running program "
            "cannot copy or compute bits",
            hint="return a measurement, or local bits as large as those that take them",
        )


def give_back(walk: CallWalk, node: ast.ReturnStatement) -> Leave:
    """Walk `return;`, `return measure q;` or `return value;`."""
    reader = walk.reader
    frame = walk.frames[-1]
    if reader.condition != frame.condition:
        fail_jump(walk, node)
    cursor = reader.cursor
    cursor.take()
    at = cursor.peek()
    if at.text == ";":
        return Leave.RETURN
    kind = frame.subroutine.node.return_type
    if kind is None:
        reader.source.fail(
            at.start, "this subroutine has no type to return", hint="add '-> bit' to its header"
        )
    if at.text == "measure":
        cursor.take()
        qubits = qubit_operand(reader)
        bits = frame.target or _fresh_bits(walk, frame.subroutine, qubits)
        measure(reader, at, qubits, bits)
        value: Value = Bits(bits.members)
    elif at.text in walk.subroutines and frame.target is not None:
        value = call(walk, reader.source, cursor.take(), frame.target) or Unknown(at.text)
    else:
        value = reader.value()
    name, width = _type(walk, frame.subroutine, kind, reader.scopes[0])
    frame.value = convert(reader.source, at, name, width, value)
    return Leave.RETURN


def _fresh_bits(walk: CallWalk, subroutine: Subroutine, qubits: Operand) -> Operand:
    """Declare bits for a measured result that goes into an expression."""
    reader = walk.reader
    first = sum(register.size for register in reader.bit_registers)
    size = len(qubits.members)
    name = reader.free_name(subroutine.node.name.name)
    reader.bit_registers.append(Register(name, size, scalar=qubits.single))
    return Operand(tuple(range(first, first + size)), qubits.single, qubits.token)


def end_program(walk: CallWalk, node: ast.EndStatement) -> Leave:
    """Walk `end;`, which leaves every block of the program."""
    if walk.reader.condition:
        fail_jump(walk, node)
    if walk.frames:
        walk.reader.source.fail(
            walk.go(node).start, "'end' cannot be compiled inside a subroutine", hint="use return"
        )
    return Leave.END


def expression(walk: CallWalk, node: ast.ExpressionStatement) -> None:
    """Walk a call that stands alone."""
    reader = walk.reader
    token = reader.cursor.take()
    if token.text not in walk.subroutines or type(node.expression).__name__ != "FunctionCall":
        reader.cursor.fail_at(
            token,
            f"found {shown(token)}, expected a statement",
            hint=closest(token.text, walk.subroutines),
        )
    call(walk, reader.source, token, None)
