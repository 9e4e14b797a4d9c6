"""Runs: what each wire of a growing circuit may still exchange.

A *run* of a wire is a maximal sequence of gates that act on it along one axis, hence commute there.
A gate that is in the last run of every one of its wires can be moved to the end of the circuit: it
is *open*, and meets whatever comes next. Removing an open gate may empty a run, so that the run
before it, and the gates in it, are open again: a mirrored ladder of CX folds up from its middle.
Every step takes constant time.

Sources: cancellation through commuting gates as in Nam et al., arXiv:1710.07345, section 4.2.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

ALONE = "o"
"""Letter of a gate that commutes with nothing on a wire, not even with its like."""


@dataclass(slots=True)
class _Run:
    letter: str
    number: int
    size: int


class Runs:
    """The runs of all wires; gates are numbered in order of time.

    Args:
        n_wires: Number of wires.
    """

    def __init__(self, n_wires: int) -> None:
        self._stacks: list[list[_Run]] = [[] for _ in range(n_wires)]
        self._keys: list[Hashable] = []
        self._wires: list[tuple[int, ...]] = []
        self._runs: list[tuple[int, ...]] = []
        self._latest: dict[Hashable, list[int]] = {}
        self._n_runs = 0

    def push(self, key: Hashable, wires: tuple[int, ...], letters: Sequence[str]) -> int:
        """Append a gate and return its number.

        Args:
            key: What it is, operands included; None for a gate that is never looked up.
            wires: Its wires.
            letters: Its axis on each wire, or `ALONE`.
        """
        numbers: list[int] = []
        for wire, letter in zip(wires, letters, strict=True):
            stack = self._stacks[wire]
            if stack and letter != ALONE and stack[-1].letter == letter:
                run = stack[-1]
                run.size += 1
            else:
                run = _Run(letter, self._n_runs, 1)
                self._n_runs += 1
                stack.append(run)
            numbers.append(run.number)
        gate = len(self._keys)
        self._keys.append(key)
        self._wires.append(wires)
        self._runs.append(tuple(numbers))
        if key is not None:
            self._latest.setdefault(key, []).append(gate)
        return gate

    def find(self, key: Hashable) -> int:
        """Return the last gate with a key if it is open, else -1."""
        latest = self._latest.get(key)
        if not latest:
            return -1
        gate = latest[-1]
        stacks = self._stacks
        for wire, number in zip(self._wires[gate], self._runs[gate], strict=True):
            if stacks[wire][-1].number != number:
                return -1
        return gate

    def drop(self, gate: int) -> None:
        """Remove an open gate, the last one with its key."""
        for wire in self._wires[gate]:
            stack = self._stacks[wire]
            stack[-1].size -= 1
            if not stack[-1].size:
                stack.pop()
        self._latest[self._keys[gate]].pop()
