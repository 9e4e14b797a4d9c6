"""Which qubits and bits of a distributed circuit belong to which of the original."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from trapline.errors import InputError
from trapline.passes.gates import BARRIER, MEASURE

if TYPE_CHECKING:
    from trapline.passes.program import Program

QubitMap = Mapping[str, Mapping[str, str]]
"""`initial` and `final`: name of an input qubit -> name of the emitted qubit that holds it."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Answer of one method of verification.

    Args:
        passed: True when equal, False when different, None when the method could not decide.
        checked: What was compared, in words; or what differs; or why nothing could be decided.
        branches: Paths of the distributed circuit that were followed.
        peak_qubits: Most qubits that were simulated together.
    """

    passed: bool | None
    checked: str
    branches: float = 0.0
    peak_qubits: int = 0


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """The qubits and bits that two circuits share.

    Args:
        inputs: Qubits of the original that take part: all but those that neither circuit touches.
        initial: Qubit of the distributed circuit that holds each of them at the start.
        final: The same at the end.
        bits: Bit of the distributed circuit -> bit of the original, for the bits it measures.
    """

    inputs: tuple[int, ...]
    initial: tuple[int, ...]
    final: tuple[int, ...]
    bits: dict[int, int]


class DifferenceFound(Exception):  # noqa: N818 - the answer of a comparison, not an error
    """Two circuits differ; the message says how."""


def qubit_map_of(original: Program, emitted: Program) -> QubitMap:
    """Return the map that an emitted program carries, or the one by equal names.

    Raises:
        InputError: There is no map and some names are missing.
    """
    found = emitted.notes.get("qubit_map")
    if isinstance(found, Mapping):
        return cast("QubitMap", found)
    present = set(emitted.qubit_names)
    missing = [name for name in original.qubit_names if name not in present]
    if missing:
        raise InputError(
            f"the emitted circuit has no qubit_map, and no qubit named {missing[0]!r}: "
            "want a map from every input qubit to the emitted qubit that holds it",
            hint="emit it with `trapline compile --emit`, which writes the map into the file",
        )
    same = {name: name for name in original.qubit_names}
    return {"initial": same, "final": same}


def pair(original: Program, emitted: Program, qubit_map: QubitMap) -> Pairing:
    """Match the qubits and bits of two circuits.

    Raises:
        InputError: The map is incomplete, or names a qubit that does not exist, or one twice.
        DifferenceFound: A bit that the original measures does not exist in the distributed circuit.
    """
    start, end = (places_of(original, emitted, qubit_map, side) for side in ("initial", "final"))
    touched, moved = _touched(original), _touched(emitted)
    inputs = [
        qubit
        for qubit in range(original.n_qubits)
        if qubit in touched or start[qubit] != end[qubit] or start[qubit] in moved
    ]
    return Pairing(
        inputs=tuple(inputs),
        initial=tuple([start[qubit] for qubit in inputs]),
        final=tuple([end[qubit] for qubit in inputs]),
        bits=_shared_bits(original, emitted),
    )


def places_of(original: Program, emitted: Program, qubit_map: QubitMap, side: str) -> list[int]:
    """Return the emitted qubit of each input qubit on one side of the map.

    Raises:
        InputError: The map is incomplete, or names a qubit that does not exist, or one twice.
    """
    numbers = {name: i for i, name in enumerate(emitted.qubit_names)}
    names = qubit_map.get(side)
    if names is None:
        raise InputError(f"qubit_map has no {side!r} side, want 'initial' and 'final'")
    places: list[int] = []
    for name in original.qubit_names:
        place = numbers.get(names.get(name, ""))
        if place is None:
            raise InputError(
                f"qubit_map.{side}: input qubit {name!r} is mapped to {names.get(name)!r}, "
                "want the name of a qubit of the emitted circuit"
            )
        places.append(place)
    if len(set(places)) != len(places):
        raise InputError(f"qubit_map.{side}: two input qubits share one emitted qubit")
    return places


def _touched(program: Program) -> set[int]:
    """Return the qubits that any operation but a barrier acts on."""
    return {q for opcode, qubits, *_ in program.rows() if opcode != BARRIER for q in qubits}


def _shared_bits(original: Program, emitted: Program) -> dict[int, int]:
    """Match the bits that the original measures by name."""
    numbers = {name: i for i, name in enumerate(emitted.bit_names)}
    names = original.bit_names
    shared: dict[int, int] = {}
    for opcode, qubits, _, first, _ in original.rows():
        for bit in range(first, first + len(qubits)) if opcode == MEASURE else ():
            if names[bit] not in numbers:
                raise DifferenceFound(
                    f"the original measures into {names[bit]!r}, which the emitted circuit lacks"
                )
            shared[numbers[names[bit]]] = bit
    return shared
