"""What a reader of OpenQASM knows while it reads: names, its place, and the operations so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from trapline.compiler.qasm_columns import Columns
from trapline.compiler.qasm_expr import parse_expression
from trapline.compiler.qasm_gates import Expansion, GateEntry, builtin_gates
from trapline.compiler.qasm_lex import Cursor, closest
from trapline.compiler.qasm_values import Bits, Unknown, Value, integer, number
from trapline.passes.program import Register

if TYPE_CHECKING:
    from pathlib import Path

    from trapline.compiler.qasm_expr import Calls
    from trapline.compiler.qasm_lex import Source, Token
    from trapline.passes.program import Condition


MAX_REGISTER = 10_000_000


@dataclass(frozen=True)
class QubitNames:
    """A register or alias of qubits.

    Args:
        members: Qubit numbers.
        single: Whether the name alone is one qubit, not a register.
    """

    members: tuple[int, ...]
    single: bool = False


@dataclass(frozen=True)
class BitNames:
    """A register or alias of classical bits; as `QubitNames`."""

    members: tuple[int, ...]
    single: bool = False


@dataclass
class Variable:
    """A classical value known while compiling.

    Args:
        value: Its value now.
        kind: Declared type.
        width: Declared number of bits, if any.
        constant: Whether it may change.
    """

    value: Value
    kind: str
    width: int | None
    constant: bool


Symbol = QubitNames | BitNames | Variable | GateEntry


@dataclass
class Reader:
    """State of one reading.

    Args:
        cursor: Place in the text.
        version: 2 or 3.
        folder: Where included files are looked up, or None.
        columns: The operations so far.
        qubit_registers: Declared so far.
        bit_registers: Declared so far.
        scopes: Names, outermost scope first.
        renamed: Written register name -> the register it stands for (a note of our writer).
        notes: Notes of the program.
        condition: Condition of the statement being read.
        repeatable: Whether the same text at another place would mean the same.
        depth: Number of includes around the place.
        block: Number of blocks and loops around the place.
        included: Files included so far.
        expansions: Gates under modifiers, for given angles.
        stale: Bits measured inside the condition being read.
        taken: Names of the registers so far.
        calls: Reads a call of a subroutine in an expression, if its name is one.
    """

    cursor: Cursor
    version: int
    folder: Path | None = None
    columns: Columns = field(default_factory=Columns)
    qubit_registers: list[Register] = field(default_factory=list[Register])
    bit_registers: list[Register] = field(default_factory=list[Register])
    scopes: list[dict[str, Symbol]] = field(default_factory=list[dict[str, Symbol]])
    renamed: dict[str, Register] = field(default_factory=dict[str, Register])
    notes: dict[str, object] = field(default_factory=dict[str, object])
    condition: Condition = ()
    repeatable: bool = False
    depth: int = 0
    block: int = 0
    included: set[str] = field(default_factory=set[str])
    expansions: dict[object, Expansion] = field(default_factory=dict[object, Expansion])
    stale: frozenset[int] = frozenset()
    taken: set[str] = field(default_factory=set[str])
    calls: Calls | None = None

    def __post_init__(self) -> None:
        self.scopes.append(dict(builtin_gates(self.version)))

    @property
    def source(self) -> Source:
        """The text being read."""
        return self.cursor.source

    def find(self, name: str) -> Symbol | None:
        """Return what a name stands for in the innermost scope that has it."""
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return None

    def define(self, token: Token, symbol: Symbol) -> None:
        """Give a name its meaning in the current scope, or fail if it has one."""
        scope = self.scopes[-1]
        known = scope.get(token.text)
        if known is not None and not (isinstance(known, GateEntry) and known.library):
            self.source.fail(
                token.start, f"{token.text!r} is already defined", hint="choose another name"
            )
        scope[token.text] = symbol

    def add_register(self, token: Token, size: int, *, quantum: bool, single: bool = False) -> None:
        """Declare a register."""
        if size > MAX_REGISTER:
            self.source.fail(token.start, f"{size} members, at most {MAX_REGISTER} can be compiled")
        registers = self.qubit_registers if quantum else self.bit_registers
        first = sum(register.size for register in registers)
        members = tuple(range(first, first + size))
        self.define(token, (QubitNames if quantum else BitNames)(members, single))
        written = Register(self.free_name(token.text), size, scalar=single)
        original = self.renamed.get(token.text)
        registers.append(original if original and original.size == size else written)

    def free_name(self, name: str) -> str:
        """Return a name for a register, numbered if blocks declared the same name before."""
        found, number = name, 1
        while found in self.taken:
            number += 1
            found = f"{name}_{number}"
        self.taken.add(found)
        return found

    def physical_qubit(self, name: str) -> QubitNames:
        """Return a physical qubit such as `$3`, declared by its first use."""
        known = self.scopes[0].get(name)
        if isinstance(known, QubitNames):
            return known
        found = QubitNames((sum(register.size for register in self.qubit_registers),), single=True)
        self.qubit_registers.append(Register(name, 1, scalar=True))
        self.scopes[0][name] = found
        return found

    def lookup(self, name: str) -> Value | None:
        """Return the value of a name in an expression, or None."""
        symbol = self.find(name)
        if isinstance(symbol, Variable):
            if not symbol.constant:
                self.repeatable = False
            return symbol.value
        if isinstance(symbol, BitNames):
            return Bits(symbol.members)
        return Unknown(name) if isinstance(symbol, QubitNames) else None

    def value(self) -> Value:
        """Read an expression and return its value here."""
        return parse_expression(self.cursor, self.version, calls=self.calls)(self.lookup)

    def whole(self) -> int:
        """Read an expression that must be a known integer."""
        token = self.cursor.peek()
        return integer(self.source, token, self.value())

    def real(self) -> float:
        """Read an expression that must be a known real number."""
        token = self.cursor.peek()
        return float(number(self.source, token, self.value()))

    def fail_unknown(self, token: Token, what: str) -> NoReturn:
        """Raise an `InputError` for a name that nothing declares."""
        known = [name for scope in self.scopes for name in scope]
        hint = closest(token.text, known)
        if not hint and not self.qubit_registers:
            hint = "no qubits are declared above this line"
        self.source.fail(token.start, f"{token.text!r} is not a declared {what}", hint=hint)
