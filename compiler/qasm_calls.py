"""Gate calls of OpenQASM: modifiers, angles, operands, and the operations they become."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from trapline.compiler.qasm_gates import Expansion, GateEntry, check_counts
from trapline.compiler.qasm_lex import closest
from trapline.compiler.qasm_library import QELIB1, QELIB1_EXTRAS, STDGATES
from trapline.compiler.qasm_modifiers import (
    UnsupportedModifierError,
    inverse,
    raised,
    with_controls,
)
from trapline.compiler.qasm_operands import Operand, qubit_operand, spread
from trapline.compiler.qasm_values import integer
from trapline.passes.gates import MEASURE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trapline.compiler.qasm_lex import Token
    from trapline.compiler.qasm_reader import Reader

MODIFIERS = ("inv", "pow", "ctrl", "negctrl")


class Modifier(NamedTuple):
    """A gate modifier; `number` is the exponent of pow or the number of controls."""

    name: str
    number: float


def emit(
    reader: Reader,
    token: Token,
    opcode: int,
    qubits: Sequence[int],
    params: Sequence[float] = (),
    *,
    bit: int = -1,
) -> None:
    """Append an operation under the condition that holds here."""
    condition = reader.condition
    if reader.stale and any(b in reader.stale for term in condition for b in term.bits):
        reader.source.fail(
            token.start,
            "the condition around this operation reads a bit that was measured again meanwhile",
            hint="measure into another bit, or end the if after the measurement",
        )
    columns = reader.columns
    line = reader.source.line_of(token.start) if reader.block and not reader.depth else 0
    number = columns.condition(condition)
    columns.add(opcode, qubits, params, bit=bit, condition=number, line=line)
    if opcode == MEASURE and condition:
        reader.stale |= frozenset(range(bit, bit + len(qubits)))


def gate_call(reader: Reader) -> None:
    """Read a gate call with its semicolon and append its operations."""
    modifiers = read_modifiers(reader)
    token = reader.cursor.name("a statement")
    entry = find_gate(reader, token)
    params = tuple(read_params(reader))
    operands = read_operands(reader)
    reader.cursor.expect(";", f"after the operands of {token.text!r}")
    apply(reader, token, entry, modifiers, params, operands)


def apply(
    reader: Reader,
    token: Token,
    entry: GateEntry,
    modifiers: tuple[Modifier, ...],
    params: tuple[float, ...],
    operands: list[Operand],
) -> None:
    """Append a gate on registers or single qubits."""
    check_counts(reader.source, token, entry, len(params), len(operands) - n_controls(modifiers))
    rows = spread(reader, operands, what=repr(entry.name))
    if entry.opcode >= 0 and not modifiers:
        for row in rows:
            emit(reader, token, entry.opcode, row, params)
        return
    ops = modified(reader, token, entry, modifiers, params).ops
    for row in rows:
        for opcode, angles, positions in ops:
            emit(reader, token, opcode, tuple(row[p] for p in positions), angles)


def modified(
    reader: Reader,
    token: Token,
    entry: GateEntry,
    modifiers: tuple[Modifier, ...],
    params: tuple[float, ...],
) -> Expansion:
    """Return the expansion of a gate under modifiers, the innermost of which is the last."""
    key = (entry, modifiers, params)
    known = reader.expansions.get(key)
    if known is not None:
        return known
    assert entry.expand is not None
    expansion = entry.expand(params)
    width = entry.n_qubits
    try:
        for name, number in reversed(modifiers):
            if name == "inv":
                expansion = inverse(expansion, reader.columns)
            elif name == "pow":
                expansion = raised(expansion, number, width, reader.columns)
            else:
                values = (name == "ctrl",) * int(number)
                expansion = with_controls(expansion, values, reader.columns)
                width += int(number)
    except UnsupportedModifierError as error:
        reader.source.fail(
            token.start, f"{error} is not supported", hint="write it as smaller gates"
        )
    reader.expansions[key] = expansion
    return expansion


def n_controls(modifiers: Sequence[Modifier]) -> int:
    """Return the number of operands that modifiers add."""
    return sum(int(m.number) for m in modifiers if m.name in ("ctrl", "negctrl"))


def read_modifiers(reader: Reader) -> tuple[Modifier, ...]:
    """Read `inv @`, `pow(k) @`, `ctrl(n) @` and `negctrl(n) @`."""
    found: list[Modifier] = []
    cursor = reader.cursor
    while reader.version == 3 and cursor.peek().text in MODIFIERS:
        token = cursor.take()
        number = 1.0
        if token.text == "pow" or (token.text != "inv" and cursor.peek().text == "("):
            cursor.expect("(", f"after {token.text}")
            number = reader.real()
            cursor.expect(")", f"after the number of {token.text}")
        if token.text in ("ctrl", "negctrl") and integer(reader.source, token, number) < 1:
            cursor.fail_at(token, f"found {number:g} controls, expected at least 1")
        cursor.expect("@", f"after the modifier {token.text}")
        found.append(Modifier(token.text, number))
    return tuple(found)


def find_gate(reader: Reader, token: Token) -> GateEntry:
    """Return the gate of a name, or fail and say what is missing."""
    symbol = reader.find(token.text)
    if isinstance(symbol, GateEntry):
        return symbol
    if symbol is not None:
        reader.source.fail(token.start, f"{token.text!r} is not a gate")
    known = [n for scope in reader.scopes for n, s in scope.items() if isinstance(s, GateEntry)]
    include = "qelib1.inc" if reader.version == 2 else "stdgates.inc"
    library = QELIB1 | QELIB1_EXTRAS if reader.version == 2 else STDGATES
    hint = closest(token.text, known)
    if token.text in library and include not in reader.included:
        hint = f'add the line: include "{include}";'
    elif not hint and token.text in QELIB1_EXTRAS | QELIB1:
        hint = f"{include} does not define it; define it with 'gate'"
    reader.source.fail(token.start, f"unknown gate {token.text!r}", hint=hint)
    return None


def read_params(reader: Reader) -> list[float]:
    """Read the angles in parentheses, if any."""
    cursor = reader.cursor
    if not cursor.accept("("):
        return []
    params: list[float] = []
    while not cursor.accept(")"):
        if params:
            cursor.expect(",", "or ')' after an angle")
        params.append(reader.real())
    return params


def read_operands(reader: Reader) -> list[Operand]:
    """Read operands up to, not including, the semicolon."""
    if reader.cursor.peek().text == ";":
        return []
    operands = [qubit_operand(reader)]
    while reader.cursor.accept(","):
        operands.append(qubit_operand(reader))
    return operands
