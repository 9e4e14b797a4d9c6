"""Runs: what each wire of a growing circuit may still exchange.

A *run* of a wire is a maximal sequence of gates that act on it along one axis, hence commute there.
A gate that is in the last run of every one of its wires can be moved to the end of the circuit: it
is *open*, and meets whatever comes next. Removing an open gate may empty a run, so that the run
before it, and the gates in it, are open again: a mirrored ladder of CX folds up from its middle.
Every step takes constant time.

Sources: cancellation through commuting gates as in Nam et al., arXiv:1710.07345, section 4.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trapline.passes.letters import ALONE

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


@dataclass(slots=True)
class _Run:
    letter: str
    number: int
    size: int
    total: int
    """Sum of the numbers of its gates: the gate itself where there is one."""


class Runs:
    """The runs of all wires; gates are numbered in order of time.

    Args:
        n_wires: Number of wires.
    """

    def __init__(self, n_wires: int) -> None:
        self._stacks: list[list[_Run]] = [[] for _ in range(n_wires)]
        self._keys: list[Hashable] = []
        self._wires: list[tuple[int, ...]] = []
        self._runs: list[tuple[_Run, ...]] = []
        self._latest: dict[Hashable, list[int]] = {}
        self._n_runs = 0
        self._joined: dict[int, int] = {}

    def push(self, key: Hashable, wires: tuple[int, ...], letters: Sequence[str]) -> int:
        """Append a gate and return its number.

        Args:
            key: What it is, operands included; None for a gate that is never looked up.
            wires: Its wires.
            letters: Its axis on each wire, or `ALONE`.
        """
        gate = len(self._keys)
        runs: list[_Run] = []
        for wire, letter in zip(wires, letters, strict=True):
            stack = self._stacks[wire]
            if stack and letter != ALONE and stack[-1].letter == letter:
                run = stack[-1]
                run.size += 1
                run.total += gate
            else:
                run = _Run(letter, self._n_runs, 1, gate)
                self._n_runs += 1
                stack.append(run)
            runs.append(run)
        self._keys.append(key)
        self._wires.append(wires)
        self._runs.append(tuple(runs))
        if key is not None:
            self._latest.setdefault(key, []).append(gate)
        return gate

    def skip(self) -> int:
        """Use up a number for a gate that is not there, and return it."""
        self._keys.append(None)
        self._wires.append(())
        self._runs.append(())
        return len(self._keys) - 1

    def find(self, key: Hashable) -> int:
        """Return the last gate with a key if it is open, else -1."""
        latest = self._latest.get(key)
        return latest[-1] if latest and self.is_open(latest[-1]) else -1

    def is_open(self, gate: int) -> bool:
        """Tell whether a gate can be moved to the end."""
        stacks = self._stacks
        for wire, run in zip(self._wires[gate], self._runs[gate], strict=True):
            if not self._is(stacks[wire][-1], run):
                return False
        return True

    def find_behind(self, key: Hashable, wire: int) -> tuple[int, int]:
        """Return the last gate with a key, and the one gate that keeps it from being open.

        Args:
            key: What it is.
            wire: The wire on which the other gate is, alone in the last run and itself open.

        Returns:
            Their numbers; -1 and -1 when it is not like this.
        """
        latest, stack = self._latest.get(key), self._stacks[wire]
        if not latest or len(stack) < 2 or stack[-1].size > 1 or not self.is_open(stack[-1].total):
            return -1, -1
        gate = latest[-1]
        for place, run in zip(self._wires[gate], self._runs[gate], strict=True):
            if not self._is(self._stacks[place][-2 if place == wire else -1], run):
                return -1, -1
        return gate, stack[-1].total

    def is_last(self, gate: int, wire: int, letter: str) -> bool:
        """Tell whether a gate is last on a wire but for a run of gates along an axis."""
        stack = self._stacks[wire]
        run = self._runs[gate][self._wires[gate].index(wire)]
        if not stack or self._is(stack[-1], run):
            return bool(stack)
        return len(stack) > 1 and stack[-1].letter == letter and self._is(stack[-2], run)

    def comes_before(self, gate: int, other: int, wire: int) -> bool:
        """Tell whether the run of a gate on a wire is the one before that of another gate."""
        stack = self._stacks[wire]
        place = self._place(other, wire)
        run = self._runs[gate][self._wires[gate].index(wire)]
        return -len(stack) < place < 0 and self._is(stack[place - 1], run)

    def drop(self, gate: int) -> None:
        """Remove a gate, the last one with its key."""
        for wire in self._wires[gate]:
            stack, place = self._stacks[wire], self._place(gate, wire)
            found = stack[place]
            found.size -= 1
            found.total -= gate
            if not found.size:
                del stack[place]
                if place < -1:
                    self._join(stack, place + 1)
        self._latest[self._keys[gate]].pop()

    def _place(self, gate: int, wire: int) -> int:
        """Return the place of the run of a gate in the stack of a wire, -1 for the last run."""
        stack = self._stacks[wire]
        run = self._runs[gate][self._wires[gate].index(wire)]
        place = -1
        while not self._is(stack[place], run):
            place -= 1
        return place

    def _join(self, stack: list[_Run], place: int) -> None:
        """Make one run of a run and the one before it when they have one axis."""
        if -len(stack) < place and stack[place - 1].letter == stack[place].letter != ALONE:
            before, run = stack[place - 1], stack.pop(place)
            self._joined[run.number] = before.number
            before.size += run.size
            before.total += run.total

    def _is(self, run: _Run, other: _Run) -> bool:
        """Tell whether `other`, perhaps joined to earlier runs since, is `run`."""
        number = other.number
        while number != run.number and number in self._joined:
            number = self._joined[number]
        return number == run.number
