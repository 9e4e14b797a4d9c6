"""Gate definitions of OpenQASM: read once, expanded into rows of the gate table at every call."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trapline.compiler.qasm_calls import (
    Modifier,
    find_gate,
    modified,
    n_controls,
    read_modifiers,
)
from trapline.compiler.qasm_expr import parse_expression
from trapline.compiler.qasm_gates import (
    Expansion,
    FlatOp,
    GateEntry,
    check_counts,
    recognised,
)
from trapline.compiler.qasm_lex import closest, shown
from trapline.compiler.qasm_modifiers import MAX_REPEATED
from trapline.compiler.qasm_values import number
from trapline.passes.gates import BARRIER

if TYPE_CHECKING:
    from trapline.compiler.qasm_expr import Expression
    from trapline.compiler.qasm_lex import Token
    from trapline.compiler.qasm_reader import Reader
    from trapline.compiler.qasm_values import Value


class Step(NamedTuple):
    """A statement of a gate's body; a barrier when it has no gate."""

    token: Token
    entry: GateEntry | None
    modifiers: tuple[Modifier, ...]
    params: tuple[Expression, ...]
    qubits: tuple[int, ...]


def gate_definition(reader: Reader) -> None:
    """Read `gate name(angles) qubits { body }` and define the gate."""
    token, params, qubits = _header(reader)
    reader.cursor.expect("{", "before the body of a gate")
    steps: list[Step] = []
    while not reader.cursor.accept("}"):
        steps.append(_step(reader, token.text, params, qubits))

    def expand(values: tuple[float, ...]) -> Expansion:
        return _expansion(reader, steps, dict(zip(params, values, strict=True)))

    entry = GateEntry(token.text, len(params), len(qubits), -1, expand)
    reader.define(token, recognised(entry, reader.version, reader.columns.matrices))


def opaque_declaration(reader: Reader) -> None:
    """Read `opaque name(angles) qubits;`: a gate that may be declared but not applied."""
    token, params, qubits = _header(reader)
    reader.cursor.expect(";", "after an opaque declaration")
    reader.define(token, GateEntry(token.text, len(params), len(qubits), -1, None))


def _header(reader: Reader) -> tuple[Token, list[str], list[str]]:
    cursor = reader.cursor
    cursor.take()
    token = cursor.name("the name of a gate")
    params: list[str] = []
    if cursor.accept("("):
        while not cursor.accept(")"):
            if params:
                cursor.expect(",", "or ')' after a parameter")
            params.append(_new_name(reader, params, "a parameter"))
    qubits = [_new_name(reader, params, "a qubit of the gate")]
    while cursor.accept(","):
        qubits.append(_new_name(reader, params + qubits, "a qubit of the gate"))
    return token, params, qubits


def _new_name(reader: Reader, taken: list[str], what: str) -> str:
    token = reader.cursor.name(what)
    if token.text in taken:
        reader.source.fail(token.start, f"{token.text!r} appears twice in the gate's header")
    return token.text


def _step(reader: Reader, gate: str, params: list[str], qubits: list[str]) -> Step:
    def known(name: str) -> bool:
        return name in params or reader.lookup(name) is not None

    cursor = reader.cursor
    if cursor.peek().text == "barrier":
        token = cursor.take()
        operands = () if cursor.peek().text == ";" else _body_operands(reader, qubits)
        cursor.expect(";", "after a barrier")
        return Step(token, None, (), (), operands or tuple(range(len(qubits))))
    modifiers = read_modifiers(reader)
    token = cursor.name("a gate call or '}'")
    if token.text == gate:
        reader.source.fail(token.start, f"gate {gate!r} calls itself", hint="gates cannot recurse")
    entry = find_gate(reader, token)
    angles: list[Expression] = []
    if cursor.accept("("):
        while not cursor.accept(")"):
            if angles:
                cursor.expect(",", "or ')' after an angle")
            angles.append(parse_expression(cursor, reader.version, known=known))
    operands = () if cursor.peek().text == ";" else _body_operands(reader, qubits)
    cursor.expect(";", f"after the operands of {token.text!r}")
    check_counts(reader.source, token, entry, len(angles), len(operands) - n_controls(modifiers))
    if len(set(operands)) < len(operands):
        reader.source.fail(
            token.start,
            f"{token.text!r}: a qubit appears twice",
            hint="the qubits of a gate must be different",
        )
    return Step(token, entry, modifiers, tuple(angles), operands)


def _body_operands(reader: Reader, qubits: list[str]) -> tuple[int, ...]:
    found: list[int] = []
    while True:
        token = reader.cursor.name("a qubit of the gate")
        if token.text not in qubits:
            reader.source.fail(
                token.start,
                f"{token.text!r} is not a qubit of this gate",
                hint=closest(token.text, qubits) or f"its qubits are {', '.join(qubits)}",
            )
        found.append(qubits.index(token.text))
        after = reader.cursor.peek()
        if after.text == "[":
            reader.cursor.fail_at(after, f"found {shown(after)}: qubits of a gate have no index")
        if not reader.cursor.accept(","):
            return tuple(found)


def _expansion(reader: Reader, steps: list[Step], values: dict[str, float]) -> Expansion:
    def lookup(name: str) -> Value | None:
        return values[name] if name in values else reader.lookup(name)

    ops: list[FlatOp] = []
    phase = 0.0
    for step in steps:
        if step.entry is None:
            ops.append((BARRIER, (), step.qubits))
            continue
        source = reader.source
        angles = tuple(float(number(source, step.token, angle(lookup))) for angle in step.params)
        inner = modified(reader, step.token, step.entry, step.modifiers, angles)
        phase += inner.phase
        ops.extend(
            (opcode, params, tuple(step.qubits[p] for p in positions))
            for opcode, params, positions in inner.ops
        )
        if len(ops) > MAX_REPEATED:
            source.fail(
                step.token.start, f"more than {MAX_REPEATED} operations in one gate are too many"
            )
    return Expansion(tuple(ops), phase)
