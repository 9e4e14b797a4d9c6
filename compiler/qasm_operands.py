"""Operands of OpenQASM statements: members, slices and sets of registers, and broadcast."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, NoReturn

from trapline.compiler.qasm_gates import GateEntry
from trapline.compiler.qasm_lex import shown
from trapline.compiler.qasm_reader import BitNames, QubitNames
from trapline.compiler.qasm_values import select

if TYPE_CHECKING:
    from trapline.compiler.qasm_lex import Token
    from trapline.compiler.qasm_reader import Reader


class Operand(NamedTuple):
    """Qubits or bits as one operand.

    Args:
        members: Their numbers.
        single: Whether it is one qubit or bit, rather than a register of size 1.
        token: Where it stands.
    """

    members: tuple[int, ...]
    single: bool
    token: Token


def qubit_operand(reader: Reader) -> Operand:
    """Read a qubit operand."""
    token = reader.cursor.peek()
    if token.kind == "physical":
        reader.cursor.take()
        return Operand(reader.physical_qubit(token.text).members, True, token)
    token = reader.cursor.name("a qubit or a quantum register")
    symbol = reader.find(token.text)
    if not isinstance(symbol, QubitNames):
        _wrong_kind(reader, token, symbol, "qubit or quantum register")
    return _indexed(reader, token, symbol)


def bit_operand(reader: Reader) -> Operand:
    """Read a bit operand."""
    token = reader.cursor.name("a bit or a classical register")
    symbol = reader.find(token.text)
    if not isinstance(symbol, BitNames):
        _wrong_kind(reader, token, symbol, "bit or classical register")
    return _indexed(reader, token, symbol)


def _wrong_kind(reader: Reader, token: Token, symbol: object, what: str) -> NoReturn:
    if symbol is None:
        reader.fail_unknown(token, what)
    found = "a classical value"
    if isinstance(symbol, GateEntry):
        found = "a gate"
    elif isinstance(symbol, QubitNames | BitNames):
        found = "qubits" if isinstance(symbol, QubitNames) else "bits"
    reader.source.fail(token.start, f"{token.text!r} names {found}, expected a {what}")


def _indexed(reader: Reader, token: Token, symbol: QubitNames | BitNames) -> Operand:
    members, single = symbol.members, symbol.single
    while reader.cursor.peek().text == "[":
        if single:
            reader.cursor.fail_at(token, f"{token.text!r} is not a register, so it has no index")
        reader.cursor.take()
        at = reader.cursor.peek()
        chosen, single = _index(reader, at, token.text, len(members))
        reader.cursor.expect("]", "after an index")
        members = tuple(members[i] for i in chosen)
    return Operand(members, single, token)


def _index(reader: Reader, at: Token, name: str, size: int) -> tuple[list[int], bool]:
    if reader.version == 2:
        if at.kind != "int":
            reader.cursor.fail_at(at, f"found {shown(at)}, expected an index such as 0")
        index = int(reader.cursor.take().text)
        if index >= size:
            reader.source.fail(
                at.start,
                f"index {index} is out of range: {name!r} has {size} members",
                hint=f"the last one is {name}[{size - 1}]",
            )
        return [index], True
    if reader.cursor.accept("{"):
        chosen = [select(reader.source, at, size, reader.whole(), None)[0]]
        while reader.cursor.accept(","):
            chosen.append(select(reader.source, at, size, reader.whole(), None)[0])
        reader.cursor.expect("}", "after an index set")
        return chosen, False
    bounds = index_range(reader)
    if len(bounds) == 1 and bounds[0] is not None:
        return select(reader.source, at, size, bounds[0], None), True
    return _members_of_range(reader, at, size, bounds), False


def index_range(reader: Reader) -> list[int | None]:
    """Read `a`, `a:b` or `a:step:b`; bounds of an index may be left out.

    Returns:
        One number, or first, step and last.
    """
    cursor = reader.cursor
    parts: list[int | None] = [None if cursor.peek().text == ":" else reader.whole()]
    while cursor.accept(":"):
        parts.append(None if cursor.peek().text in (":", "]") else reader.whole())
    if len(parts) == 2:
        parts.insert(1, 1)
    if len(parts) > 3:
        cursor.fail_at(cursor.peek(), "a range has at most three parts, first:step:last")
    return parts


def _members_of_range(reader: Reader, at: Token, size: int, bounds: list[int | None]) -> list[int]:
    first, step, last = bounds
    step = 1 if step is None else step
    if step == 0:
        reader.source.fail(at.start, "the step of a range must not be 0")
    low, high = (0, size - 1) if step > 0 else (size - 1, 0)
    start = low if first is None else select(reader.source, at, size, first, None)[0]
    stop = high if last is None else select(reader.source, at, size, last, None)[0]
    return list(range(start, stop + (1 if step > 0 else -1), step))


def spread(reader: Reader, operands: list[Operand], *, what: str) -> list[tuple[int, ...]]:
    """Return the operands of every single application of a gate to registers.

    Registers must have the same size; single qubits are repeated. No qubit may appear twice in one
    application.
    """
    sizes = {len(operand.members) for operand in operands if not operand.single}
    if len(sizes) > 1:
        first = next(o for o in operands if not o.single)
        other = next(o for o in operands if not o.single and len(o.members) != len(first.members))
        reader.source.fail(
            other.token.start,
            f"{what}: register {other.token.text!r} has {len(other.members)} members, "
            f"but {first.token.text!r} has {len(first.members)}",
            hint="registers in one statement must have the same size",
        )
    count = sizes.pop() if sizes else 1
    columns = [
        operand.members * count if operand.single else operand.members for operand in operands
    ]
    rows: list[tuple[int, ...]] = [*zip(*columns, strict=True)] if columns else [()]
    for row in rows:
        if len(set(row)) < len(row):
            _fail_duplicate(reader, operands, row, what)
    return rows


def _fail_duplicate(
    reader: Reader, operands: list[Operand], row: tuple[int, ...], what: str
) -> None:
    position = next(i for i, member in enumerate(row) if member in row[:i])
    names = [name for register in reader.qubit_registers for name in register.members()]
    reader.source.fail(
        operands[position].token.start,
        f"{what}: qubit {names[row[position]]!r} appears twice",
        hint="the qubits of a gate must be different",
    )
