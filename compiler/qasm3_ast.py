"""OpenQASM 3 beyond the straight-line subset, by the syntax tree of the `openqasm3` package.

The package parses the full grammar; what it finds is inlined, unrolled and resolved while
compiling. This takes much longer than the native reader, which goes first.

Source: OpenQASM 3 specification (arXiv:2104.14722), live version 3.1.
"""

from __future__ import annotations

import io
import re
import warnings
from contextlib import redirect_stderr
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from trapline.compiler.qasm3 import statement as native
from trapline.compiler.qasm3_ast_calls import (
    CallWalk,
    Frame,
    call,
    define,
    end_program,
    expression,
    give_back,
    in_expression,
    skip_arguments,
)
from trapline.compiler.qasm3_ast_control import (
    DURATION,
    Leave,
    box,
    break_loop,
    compound,
    conditional,
    continue_loop,
    declare_duration,
    delay,
    for_loop,
    run,
    switch,
    while_loop,
)
from trapline.compiler.qasm_lex import PRAGMA, Cursor, OutsideSubsetError, make_source
from trapline.compiler.qasm_operands import bit_operand
from trapline.compiler.qasm_read import read_qasm
from trapline.compiler.qasm_reader import BitNames, Reader, Variable
from trapline.compiler.qasm_statements import include
from trapline.errors import TraplineWarning

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openqasm3 import ast

    from trapline.compiler.qasm_lex import Source, Token
    from trapline.passes.program import Program

    Parse = Callable[[str], ast.Program]

INSTALL = "pip install 'trapline[qasm3]'"

_PLACE = re.compile(r"L(\d+):C(\d+): (.*)", re.DOTALL)


class SlowReaderWarning(TraplineWarning):
    """A circuit is read by the slow reader of the full OpenQASM 3 grammar."""


def read_any_qasm(
    text: str, name: str = "circuit", file: str = "<text>", *, folder: Path | None = None
) -> Program:
    """Read OpenQASM 2 or 3; what the native reader leaves out goes by the `openqasm3` package.

    Args:
        text: The program text.
        name: Name of the program.
        file: Name for messages.
        folder: Where included files lie, or None to refuse them.

    Raises:
        InputError: The text is malformed, or says something that cannot be compiled, or the
            package is not installed.
    """
    try:
        return read_qasm(text, name, file, folder=folder)
    except OutsideSubsetError as error:
        refused = error
    parse = _parser()
    if parse is None:
        refused.hint = f"{refused.hint}; or read it as it is after: {INSTALL}"
        raise refused
    if PRAGMA in text:
        raise refused
    warnings.warn(
        f"{file}:{refused.line}: {refused.message} by the fast reader; the openqasm3 package "
        "reads the file, which takes longer. Delays and durations have no effect",
        SlowReaderWarning,
        stacklevel=2,
    )
    return _read(parse, text, name, file, folder)


def _parser() -> Parse | None:
    """Return the parser of the `openqasm3` package, or None if it is not installed."""
    try:
        from openqasm3.parser import parse
    except ImportError:
        return None
    return parse


def _read(parse: Parse, text: str, name: str, file: str, folder: Path | None) -> Program:
    source = make_source(text, file)
    reader = Reader(Cursor(source), 3, folder)
    reader.block = 1
    walk = CallWalk(reader, _HANDLERS | {"Include": _include_by(parse)})
    reader.calls = lambda token: in_expression(walk, token)
    try:
        for node in _tree(parse, source).statements:
            start = walk.go(node)
            walk.line = source.line_of(start.start)
            leave = run(walk, node)
            walk.flush()
            if leave is Leave.END:
                break
    except RecursionError:
        source.fail(reader.cursor.position, "this nests too deeply to be read")
    if not reader.qubit_registers:
        source.fail(len(source.text.rstrip()), "the program declares no qubits")
    lines = np.array(walk.lines, dtype=np.int32)
    return reader.columns.build(
        name, reader.qubit_registers, reader.bit_registers, lines, reader.notes
    )


def _tree(parse: Parse, source: Source) -> ast.Program:
    """Return the syntax tree of a text."""
    from openqasm3.parser import QASM3ParsingError

    try:
        with redirect_stderr(io.StringIO()):
            return parse(source.text)
    except QASM3ParsingError as error:
        _fail_parse(source, error)


def _fail_parse(source: Source, error: Exception) -> NoReturn:
    """Raise an `InputError` where the package stopped to parse."""
    match = _PLACE.match(str(error))
    if match is not None:
        offset = source.line_starts[int(match[1]) - 1] + int(match[2])
        source.fail(offset, match[3])
    cause: Any = error.__cause__
    if cause is not None and cause.args:
        cause = cause.args[0]
    token: Any = getattr(cause, "offendingToken", None)
    if token is None:
        source.fail(0, "the openqasm3 package cannot parse this program")
    offset = source.line_starts[int(token.line) - 1] + int(token.column)
    offset = min(offset, len(source.text.rstrip()))
    found = "the end of the file" if token.text == "<EOF>" else repr(token.text)
    source.fail(offset, f"found {found}, which cannot stand here")


def _include_by(parse: Parse) -> Callable[[CallWalk, ast.Include], None]:
    """Return the handler of `include`, which parses included files too."""

    def handle(walk: CallWalk, node: ast.Include) -> None:  # noqa: ARG001  # a handler
        def every(reader: Reader) -> None:
            for inner in _tree(parse, reader.source).statements:
                run(walk, inner)
            reader.cursor.jump(len(reader.source.text))

        include(walk.reader, every)

    return handle


def _declare(walk: CallWalk, node: ast.ClassicalDeclaration) -> None:
    """Walk the declaration of a classical name."""
    kind = type(node.type).__name__
    if kind in ("DurationType", "StretchType"):
        declare_duration(walk)
    elif kind == "BitType" and walk.reader.cursor.peek().text == "bit":
        _declare_bits(walk)
    else:
        native(walk.reader)


def _declare_bits(walk: CallWalk) -> None:
    """Read `bit[2] c;`, `bit c = measure q;` or `bit c = f(q);`."""
    reader = walk.reader
    cursor = reader.cursor
    start = cursor.take()
    size = None
    if cursor.accept("["):
        size = reader.whole()
        cursor.expect("]", "after the size of a register")
    token = cursor.name("the name of a register")
    assigned = cursor.accept("=")
    called = assigned and cursor.peek().text in walk.subroutines
    frame = walk.frames[-1] if walk.frames else None
    if frame and frame.target and _is_result(walk, frame, token, size):
        reader.define(token, BitNames(frame.target.members, size is None))
    elif called:
        reader.add_register(token, size or 1, quantum=False, single=size is None)
    else:
        cursor.jump(start.start)
        native(reader)
        return
    if assigned:
        cursor.jump(token.start)
        _assign_to(walk)


def _is_result(walk: CallWalk, frame: Frame, token: Token, size: int | None) -> bool:
    """Return whether local bits can be the bits of the caller that take the result."""
    target = frame.target
    return (
        target is not None
        and token.text == frame.subroutine.result
        and len(walk.reader.scopes) == 2
        and len(target.members) == (size or 1)
        and not frame.fixed & set(target.members)
    )


def _assign(walk: CallWalk, node: ast.ClassicalAssignment) -> None:  # noqa: ARG001  # a handler
    """Walk an assignment to a classical name."""
    _assign_to(walk)


def _assign_to(walk: CallWalk) -> None:
    reader = walk.reader
    cursor = reader.cursor
    start = cursor.peek()
    symbol = reader.find(start.text)
    if isinstance(symbol, Variable) and symbol.kind == DURATION:
        return
    if isinstance(symbol, BitNames):
        bits = bit_operand(reader)
        if cursor.accept("=") and cursor.peek().text in walk.subroutines:
            token = cursor.take()
            skip_arguments(walk)
            cursor.expect(";", "after a call whose result goes into bits")
            call(walk, reader.source, token, bits)
            return
        cursor.jump(start.start)
    native(reader)


def _constant(walk: CallWalk, node: ast.ConstantDeclaration) -> None:
    """Walk `const type name = value;`."""
    if type(node.type).__name__ == "DurationType":
        declare_duration(walk)
    else:
        native(walk.reader)


_HANDLERS: dict[str, Callable[[Any, Any], Leave | None]] = {
    "Box": box,
    "BranchingStatement": conditional,
    "BreakStatement": break_loop,
    "ClassicalAssignment": _assign,
    "ClassicalDeclaration": _declare,
    "CompoundStatement": compound,
    "ConstantDeclaration": _constant,
    "ContinueStatement": continue_loop,
    "DelayInstruction": delay,
    "EndStatement": end_program,
    "ExpressionStatement": expression,
    "ForInLoop": for_loop,
    "ReturnStatement": give_back,
    "SubroutineDefinition": define,
    "SwitchStatement": switch,
    "WhileLoop": while_loop,
}
