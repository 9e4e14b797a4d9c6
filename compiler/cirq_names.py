"""Names shared by the cirq importer and exporter: qubits, measurement keys and registers.

A register member `q[3]` is `cirq.NamedQubit("q[3]")`; any other cirq qubit is a register of its own
that bears `str(qubit)`: `q(3)` is `cirq.LineQubit(3)` and `q(1, 2)` is `cirq.GridQubit(1, 2)`.
Registers that cannot be told from the names in a circuit travel in a tag of the circuit.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from trapline.errors import InputError, TraplineError
from trapline.passes.program import Register

if TYPE_CHECKING:
    from collections.abc import Sequence

    import cirq

NOTES_TAG = "trapline:notes "
REGISTERS_TAG = "trapline:registers "
EPR_TAG = "trapline:epr "
CIRQ_QUBITS_NOTE = "cirq_qubits"

_MEMBER = re.compile(r"(.+)\[(0|[1-9][0-9]*)\]\Z", re.DOTALL)
_LINE_QUBIT = re.compile(r"q\((-?[0-9]+)\)\Z")
_GRID_QUBIT = re.compile(r"q\((-?[0-9]+), (-?[0-9]+)\)\Z")


def qubit_from_name(name: str) -> cirq.Qid:
    """Return the cirq qubit that a qubit name stands for."""
    import cirq

    if match := _LINE_QUBIT.match(name):
        return cirq.LineQubit(int(match[1]))
    if match := _GRID_QUBIT.match(name):
        return cirq.GridQubit(int(match[1]), int(match[2]))
    return cirq.NamedQubit(name)


def cirq_qubits(names: Sequence[str], kept: object) -> list[cirq.Qid]:
    """Return the cirq qubit of every name.

    Args:
        names: Qubit names of a program.
        kept: The note `cirq_qubits`: qubit name -> cirq JSON, where the name does not tell.
    """
    special = cast("dict[str, str]", kept) if isinstance(kept, dict) else {}
    return [
        read_json(special[name]) if name in special else qubit_from_name(name) for name in names
    ]


def special_qubits(qubits: Sequence[cirq.Qid]) -> dict[str, str]:
    """Return name -> cirq JSON for the qubits that `qubit_from_name` would not give back.

    Raises:
        InputError: Two qubits print alike, or a qubit of a class that cirq JSON does not know.
    """
    _refuse_alike(qubits)
    special: dict[str, str] = {}
    for qubit in qubits:
        name = str(qubit)
        if qubit_from_name(name) == qubit:
            continue
        try:
            special[name] = to_json(qubit)
        except TypeError as error:
            raise InputError(
                f"qubit {name}: {error}",
                hint="replace it by a qubit of cirq first, with circuit.transform_qubits",
            ) from None
    return special


def read_json(text: str) -> Any:
    """Return the object that cirq JSON stands for."""
    import cirq

    return cast("Any", cirq).read_json(json_text=text)


def to_json(value: object) -> str:
    """Return an object of cirq as JSON."""
    import cirq

    return str(cast("Any", cirq).to_json(value))


def key_of(register: Register, member: int) -> str:
    """Return the measurement key under which a bit is measured."""
    return register.name if register.keyed or register.scalar else f"{register.name}[{member}]"


def infer_registers(names: Sequence[str]) -> tuple[Register, ...]:
    """Group names into registers: `a[0]`, `a[1]`, ... in a row and complete become one.

    Args:
        names: Different names in order.
    """
    registers: list[Register] = []
    split = [_MEMBER.match(name) for name in names]
    start = 0
    while start < len(names):
        stop = start
        match = split[start]
        base = match[1] if match else ""
        while stop < len(names) and (here := split[stop]) is not None:
            if here[1] != base or int(here[2]) != stop - start:
                break
            stop += 1
        if stop == start:
            registers.append(Register(names[start], 1, scalar=True))
            stop += 1
        else:
            registers.append(Register(base, stop - start))
        start = stop
    if len({register.name for register in registers}) < len(registers):
        return tuple(Register(name, 1, scalar=True) for name in names)
    return tuple(registers)


def registers_to_json(qubits: Sequence[Register], bits: Sequence[Register]) -> str:
    """Write registers as one line of JSON."""
    rows = [
        [[r.name, r.size, int(r.scalar), int(r.keyed)] for r in registers]
        for registers in (qubits, bits)
    ]
    return json.dumps(rows, ensure_ascii=True, separators=(",", ":"))


def registers_from_json(text: str) -> tuple[tuple[Register, ...], tuple[Register, ...]]:
    """Read what `registers_to_json` wrote.

    Raises:
        TraplineError: The text is not such a line.
    """
    try:
        qubits, bits = (
            tuple(Register(str(n), int(k), bool(s), bool(m)) for n, k, s, m in rows)
            for rows in json.loads(text)
        )
    except (ValueError, TypeError) as error:
        raise TraplineError(f"the registers note is damaged: {text[:80]!r} ({error})") from None
    return qubits, bits


def _refuse_alike(qubits: Sequence[cirq.Qid]) -> None:
    named: dict[str, cirq.Qid] = {}
    for qubit in qubits:
        other = named.setdefault(str(qubit), qubit)
        if other is not qubit:
            raise InputError(
                f"{other!r} and {qubit!r} both print as {qubit}, expected qubits that differ",
                hint="rename one of them first, with circuit.transform_qubits",
            )
