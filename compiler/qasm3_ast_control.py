"""Walk over the syntax tree of an OpenQASM 3 program: blocks, loops, branches and timing.

The tree says where statements and their parts begin; the native reader reads them there. Errors,
names and operations are therefore the same on both routes.

Source: OpenQASM 3 specification, "Classical instructions" and "Circuit timing".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, NoReturn

from trapline.compiler.qasm3 import statement as native
from trapline.compiler.qasm3_classical import read_type
from trapline.compiler.qasm3_control import forget_inner, loop_values
from trapline.compiler.qasm_calls import emit, read_operands
from trapline.compiler.qasm_expr import CONSTANTS
from trapline.compiler.qasm_lex import Token
from trapline.compiler.qasm_reader import Variable
from trapline.compiler.qasm_values import Test, Unknown, binary, convert, negation, truth
from trapline.passes.gates import BARRIER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from openqasm3 import ast

    from trapline.compiler.qasm_reader import Reader, Symbol
    from trapline.compiler.qasm_values import Value
    from trapline.passes.program import Condition, Term

MAX_TURNS = 100_000
"""Most turns of one while loop."""

DURATION = "duration"


class Leave(Enum):
    """Why a block ends before its last statement."""

    BREAK = auto()
    CONTINUE = auto()
    RETURN = auto()
    END = auto()


@dataclass
class Walk:
    """State of a walk.

    Args:
        reader: The native reader, which holds names and operations.
        handlers: Class of a node -> what walks it; the native reader takes all others.
        line: Line of the statement of the main text being read.
        loops: Conditions under which the loops around the place began.
        lines: Lines of the statements of the main text that gave operations.
        boxes: For each box around the place, the qubits that delays in it name.
    """

    reader: Reader
    handlers: Mapping[str, Callable[[Walk, Any], Leave | None]]
    line: int = 0
    loops: list[Condition] = field(default_factory=list["Condition"])
    lines: list[int] = field(default_factory=list[int])
    boxes: list[set[int]] = field(default_factory=list[set[int]])

    def go(self, node: ast.QASMNode) -> Token:
        """Continue reading where a node begins, and return its first token."""
        cursor = self.reader.cursor
        span = node.span
        assert span is not None
        cursor.jump(self.reader.source.line_starts[span.start_line - 1] + span.start_column)
        return cursor.peek()

    def flush(self) -> int:
        """Put the operations since the last flush into the stream; return its length."""
        columns = self.reader.columns
        before = columns.template_start[-1]
        template = columns.cut()
        if len(columns) > before:
            columns.stream.append(template)
            columns.pieces.append(len(self.lines))
            self.lines.append(self.line)
        return len(columns.stream)


def run(walk: Walk, node: ast.QASMNode) -> Leave | None:
    """Walk one statement."""
    token = walk.go(node)
    handler = walk.handlers.get(type(node).__name__)
    if handler is not None and token.text != "@":
        return handler(walk, node)
    native(walk.reader)
    return None


def block(
    walk: Walk, statements: Sequence[ast.QASMNode], names: dict[str, Symbol] | None = None
) -> Leave | None:
    """Walk statements in a scope of their own, until one of them leaves it."""
    walk.reader.scopes.append(names or {})
    leave = None
    for node in statements:
        leave = run(walk, node)
        if leave is not None:
            break
    walk.reader.scopes.pop()
    return leave


def compound(walk: Walk, node: ast.CompoundStatement) -> Leave | None:
    """Walk `{ body }`."""
    return block(walk, node.statements)


def while_loop(walk: Walk, node: ast.WhileLoop) -> Leave | None:
    """Walk `while (condition) body` as long as the condition is known to hold."""
    reader = walk.reader
    walk.loops.append(reader.condition)
    leave = None
    for _ in range(MAX_TURNS):
        start = walk.go(node)
        condition = _condition(walk)
        if isinstance(condition, Test):
            reader.source.fail(
                start.start,
                "'while' cannot be compiled here: only the running program knows its condition",
                hint="loops over measured bits need a bound: write a for loop with an if inside",
            )
        if not condition:
            break
        leave = block(walk, node.block)
        if leave not in (None, Leave.CONTINUE):
            break
    else:
        reader.source.fail(
            walk.go(node).start,
            f"this loop still runs after {MAX_TURNS} turns",
            hint="its condition must become false while compiling",
        )
    walk.loops.pop()
    return None if leave in (Leave.BREAK, Leave.CONTINUE) else leave


def for_loop(walk: Walk, node: ast.ForInLoop) -> Leave | None:
    """Walk `for type name in values body` for every value."""
    reader = walk.reader
    cursor = reader.cursor
    start = cursor.take()
    kind, width = read_type(reader)
    name = cursor.name("the name of the loop variable")
    cursor.expect("in", "and a range after the loop variable")
    walk.loops.append(reader.condition)
    leave = None
    for value in loop_values(reader, start):
        known = convert(reader.source, name, kind.text, width, value)
        leave = block(
            walk, node.block, {name.text: Variable(known, kind.text, width, constant=True)}
        )
        if leave not in (None, Leave.CONTINUE):
            break
    walk.loops.pop()
    return None if leave in (Leave.BREAK, Leave.CONTINUE) else leave


def break_loop(walk: Walk, node: ast.BreakStatement) -> Leave:
    """Walk `break;`."""
    return _leave_loop(walk, node, Leave.BREAK)


def continue_loop(walk: Walk, node: ast.ContinueStatement) -> Leave:
    """Walk `continue;`."""
    return _leave_loop(walk, node, Leave.CONTINUE)


def _leave_loop(walk: Walk, node: ast.QASMNode, leave: Leave) -> Leave:
    if walk.reader.condition != walk.loops[-1]:
        fail_jump(walk, node)
    return leave


def fail_jump(walk: Walk, node: ast.QASMNode) -> NoReturn:
    """Raise an `InputError` for a jump that only the running program could decide on."""
    token = walk.go(node)
    walk.reader.source.fail(
        token.start,
        f"{token.text!r} cannot be compiled here: it stands under a condition that only the "
        "running program knows",
        hint="put the statements after it under the opposite condition",
    )


def conditional(walk: Walk, node: ast.BranchingStatement) -> Leave | None:
    """Walk `if (condition) body else body`."""
    reader = walk.reader
    start = reader.cursor.peek()
    condition = _condition(walk)
    forget_inner(reader)
    if isinstance(condition, bool):
        return block(walk, node.if_block if condition else node.else_block)
    _under(walk, condition, node.if_block)
    if node.else_block:
        opposite = negation(reader.source, start, condition)
        assert isinstance(opposite, Test)
        _under(walk, opposite, node.else_block)
    forget_inner(reader)
    return None


def switch(walk: Walk, node: ast.SwitchStatement) -> Leave | None:
    """Walk `switch (value) { case 0, 1 { body } default { body } }`."""
    reader = walk.reader
    value = _in_parentheses(walk)
    forget_inner(reader)
    others: list[Term] = []
    for labels, body in node.cases:
        for label in labels:
            holds, opposite = _case(walk, value, label)
            if holds is True:
                return block(walk, body.statements)
            if isinstance(holds, Test):
                _under(walk, holds, body.statements)
                others += opposite
    leave = None
    if node.default is not None and others:
        _under(walk, Test(tuple(others)), node.default.statements)
    elif node.default is not None:
        leave = block(walk, node.default.statements)
    forget_inner(reader)
    return leave


def _case(walk: Walk, value: Value, label: ast.Expression) -> tuple[bool | Test, tuple[Term, ...]]:
    """Return whether a value is that of a label, and the conditions for that it is not."""
    reader = walk.reader
    at = walk.go(label)
    equals = Token("symbol", "==", at.start, at.end)
    holds = truth(reader.source, at, binary(reader.source, equals, "==", value, reader.value()))
    opposite = negation(reader.source, at, holds)
    return holds, opposite.terms if isinstance(opposite, Test) else ()


def _in_parentheses(walk: Walk) -> Value:
    """Read the keyword at the place and the value in parentheses after it."""
    cursor = walk.reader.cursor
    keyword = cursor.take()
    cursor.expect("(", f"after {keyword.text!r}")
    value = walk.reader.value()
    cursor.expect(")", "after a condition")
    return value


def _condition(walk: Walk) -> bool | Test:
    at = walk.reader.cursor.peek()
    return truth(walk.reader.source, at, _in_parentheses(walk))


def _under(walk: Walk, condition: Test, statements: Sequence[ast.QASMNode]) -> None:
    """Walk a block under a condition that only the running program knows."""
    reader = walk.reader
    before = reader.condition
    reader.condition = before + condition.terms
    block(walk, statements)
    reader.condition = before


def box(walk: Walk, node: ast.Box) -> Leave | None:
    """Walk `box { body }`: the body between two barriers on the qubits that it names."""
    reader = walk.reader
    token = reader.cursor.peek()
    columns = reader.columns
    start, first = walk.flush(), len(columns)
    walk.boxes.append(set())
    leave = block(walk, node.body)
    stop = walk.flush()
    operands = columns.operands[columns.operand_start[first] :]
    qubits = sorted(walk.boxes.pop() | set(operands))
    if walk.boxes:
        walk.boxes[-1].update(qubits)
    if qubits:
        before, reader.condition = reader.condition, ()
        emit(reader, token, BARRIER, qubits)
        reader.condition = before
        walk.flush()
        for column in (columns.stream, columns.pieces):
            column.insert(start, column[stop])
    return leave


def delay(walk: Walk, node: ast.DelayInstruction) -> None:
    """Walk `delay[duration] qubits;`, which does nothing."""
    reader = walk.reader
    _check_names(walk, node.duration)
    walk.go(node)
    depth, first = 0, True
    while first or depth:
        token = reader.cursor.take()
        depth += (token.text == "[") - (token.text == "]")
        first = first and token.text != "["
    operands = read_operands(reader)
    reader.cursor.expect(";", "after a delay")
    if walk.boxes:
        walk.boxes[-1].update(member for operand in operands for member in operand.members)


def _check_names(walk: Walk, node: ast.QASMNode) -> None:
    """Refuse names in a duration that nothing declares."""
    token = walk.go(node)
    if token.text == "[":
        walk.reader.cursor.take()
        token = walk.reader.cursor.peek()
    found = walk.reader.find(token.text)
    known = isinstance(found, Variable) or token.text in CONSTANTS
    if type(node).__name__ == "Identifier" and not known:
        walk.reader.fail_unknown(token, "duration")
    for name in ("expression", "lhs", "rhs"):
        inner = getattr(node, name, None)
        if inner is not None:
            _check_names(walk, inner)


def declare_duration(walk: Walk) -> None:
    """Declare the name of `duration a = 100ns;` or `stretch b;`; it has no value."""
    reader = walk.reader
    reader.cursor.accept("const")
    reader.cursor.take()
    token = reader.cursor.name("the name of a duration")
    reader.define(token, Variable(Unknown(token.text), DURATION, None, constant=False))
