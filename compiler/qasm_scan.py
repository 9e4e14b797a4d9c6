"""The fast way through a large OpenQASM text.

The text is cut at every `;`, `{` and `}`. A piece seen before needs one look into a dictionary. A
new piece of the common shape `name(angles) q[1], q[2];` is read with one regular expression;
anything else goes to the statement parser, which also finds the errors.
"""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from trapline.compiler.qasm_gates import GateEntry
from trapline.compiler.qasm_reader import QubitNames
from trapline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from trapline.compiler.qasm_lex import Source
    from trapline.compiler.qasm_reader import Reader

_PIECE = re.compile(r"[^;{}]*[;{}]")
_MEMBER = r"[A-Za-z_]\w*\[[0-9]{1,9}\]"
_CALL = re.compile(
    r"\s*([A-Za-z_]\w*)(?:[ \t]*\(([^()]*)\)[ \t]*|[ \t]+)"
    rf"({_MEMBER}(?:[ \t]*,[ \t]*{_MEMBER})*)[ \t]*;"
)
_CONSTANT = re.compile(r"[-+*/ \t0-9.()]*pi[-+*/ \t0-9.()]*\Z")
_LAST_OF_NUMBER = frozenset("0123456789.")
_MAX_REMEMBERED = 100_000


class Scanner:
    """Reads statements and remembers what their text means."""

    def __init__(self, reader: Reader, statement: Callable[[Reader], None]) -> None:
        self.reader = reader
        self.statement = statement
        self.known: dict[str, int] = {}
        self.angles: dict[str, float] = {}
        self.operands: dict[str, tuple[int, ...]] = {}
        self.gates: dict[str, GateEntry] = {}

    def run(self) -> NDArray[np.int32]:
        """Read the rest of the text; return the line of every piece."""
        reader, known = self.reader, self.known
        columns = reader.columns
        text = reader.source.text
        begin = reader.cursor.position
        pieces = _PIECE.findall(text, begin)
        ends = np.cumsum(np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))) + begin
        add, note = columns.stream.append, columns.pieces.append
        index, count = 0, len(pieces)
        while index < count:
            piece = pieces[index]
            template = known.get(piece)
            if template is None:
                template = self.call(piece)
            if template is None:
                index = self.slow(index, pieces, ends)
                continue
            add(template)
            note(index)
            index += 1
        reader.cursor.jump(int(ends[-1]) if count else begin)
        while reader.cursor.peek().kind != "end":
            self.one(count - 1)
        return _lines(reader.source, ends)

    def slow(self, index: int, pieces: list[str], ends: NDArray[np.int64]) -> int:
        """Read statements by the parser until a piece begins; return the number of that piece."""
        self.gates.clear()
        cursor = self.reader.cursor
        start = int(ends[index]) - len(pieces[index])
        cursor.jump(start)
        first = True
        while True:
            if cursor.peek().kind == "end":
                return len(pieces)
            template = self.one(index)
            here = cursor.position
            after = int(np.searchsorted(ends, here))
            if first and after == index and here == ends[index] and self.reader.repeatable:
                self.known[pieces[index]] = template
            if after < len(ends) and ends[after] == here:
                return after + 1
            first = False

    def one(self, index: int) -> int:
        """Read one statement by the parser and append its operations; return its template."""
        reader = self.reader
        reader.repeatable = False
        before = len(reader.columns)
        self.statement(reader)
        template = reader.columns.cut()
        if len(reader.columns) > before:
            reader.columns.stream.append(template)
            reader.columns.pieces.append(index)
        return template

    def call(self, piece: str) -> int | None:
        """Return the template of a plain gate call, or None for the parser to decide."""
        match = _CALL.match(piece)
        if match is None or match.end() != len(piece):
            return None
        name, angle_text, operand_text = match.groups()
        entry = self.gates.get(name) or self.find_gate(name)
        if entry is None:
            return None
        qubits = self.operands.get(operand_text) or self.read_operands(operand_text)
        params = self.read_angles(angle_text) if angle_text else ()
        if qubits is None or params is None:
            return None
        if len(qubits) != entry.n_qubits or len(params) != entry.n_params:
            return None
        columns = self.reader.columns
        columns.add(entry.opcode, qubits, params)
        template = self.known[piece] = columns.cut()
        return template

    def find_gate(self, name: str) -> GateEntry | None:
        """Return a gate that is a row of the gate table."""
        entry = self.reader.find(name)
        if not isinstance(entry, GateEntry) or entry.opcode < 0:
            return None
        self.gates[name] = entry
        return entry

    def read_operands(self, text: str) -> tuple[int, ...] | None:
        """Return different qubits, or None for the parser to complain."""
        found: list[int] = []
        for part in text.split(","):
            name, bracket, rest = part.strip().partition("[")
            symbol = self.reader.find(name)
            if not bracket or not isinstance(symbol, QubitNames) or symbol.single:
                return None
            index = int(rest.rstrip("]"))
            if index >= len(symbol.members):
                return None
            found.append(symbol.members[index])
        if len(set(found)) < len(found):
            return None
        self.operands[text] = tuple(found)
        return self.operands[text]

    def read_angles(self, text: str) -> tuple[float, ...] | None:
        """Return the angles if they are numbers or constant expressions."""
        known = self.angles
        found: list[float] = []
        for part in text.split(","):
            value = known.get(part)
            if value is None:
                value = self.constant(part)
                if value is None or not isfinite(value):
                    return None
                if len(known) < _MAX_REMEMBERED:
                    known[part] = value
            found.append(value)
        return tuple(found)

    def constant(self, text: str) -> float | None:
        """Return the value of a number, or of an expression of numbers and pi, or None."""
        if text[-1:] in _LAST_OF_NUMBER:
            try:
                return float(text)
            except ValueError:
                pass
        if not _CONSTANT.match(text):
            return None
        from trapline.compiler.qasm_lex import Cursor, Source
        from trapline.compiler.qasm_reader import Reader

        reader = Reader(Cursor(Source(text, text, "")), self.reader.version)
        try:
            value = reader.real()
        except InputError:
            return None
        return value if reader.cursor.peek().kind == "end" else None


def _lines(source: Source, ends: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the line on which each piece ends."""
    text = source.text
    if text.isascii():
        characters = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
    else:
        characters = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    breaks = np.flatnonzero(characters == ord("\n"))
    return (np.searchsorted(breaks, ends - 1) + 1).astype(np.int32)
