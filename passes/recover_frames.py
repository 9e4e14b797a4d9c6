"""Push one-qubit Cliffords through interactions, as far as the interactions keep familiar names.

Every wire has a *frame*: one-qubit gates that were met but not yet written. An interaction along z
behind a frame is an interaction along another axis before it: behind H, a CZ is a CX and a ZZ
rotation of both wires an XX rotation. A frame is written where no name is left for what is behind
it, or where it ends. Phases that a frame begins with never hinder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trapline.passes.axes import TOLERANCE, Vector, rotate, rotation_of
from trapline.passes.recover_local import matrix_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trapline.passes.recover_local import Locals, Step

LONGEST_FRAME = 8
"""Frames of more steps are written before the next interaction."""

Image = tuple[str, int]
"""Axis `x`, `y` or `z` and sign; the empty letter when it is none of these."""

Named = tuple[str, tuple[int, ...], tuple[float, ...]]

_NONE: Image = ("", 0)
_BASE: dict[str, Vector] = {"x": (1.0, 0.0, 0.0), "z": (0.0, 0.0, 1.0)}
_CONTROLLED = {"zz": "cz", "zx": "cx", "zy": "cy"}
_ROTATIONS = {"zz": "rzz", "xx": "rxx", "yy": "ryy", "zx": "rzx"}


class Frames:
    """The frames of all wires.

    Args:
        local: Holds the gates of each frame and writes them.
    """

    def __init__(self, local: Locals) -> None:
        self._local = local
        self._images: dict[tuple[tuple[Step, ...], str], Image] = {}

    def named(self, name: str, wires: tuple[int, ...], params: tuple[float, ...]) -> Named:
        """Write frames as far as needed and return the interaction before what is left of them.

        Args:
            name: `cx`, or an interaction along z on all its wires.
            wires: Its wires.
            params: Its angles.
        """
        base = "zx" if name == "cx" else "z" * len(wires)
        images = [self._image(wire, axis) for wire, axis in zip(wires, base, strict=True)]
        for wire, (letter, _) in zip(wires, images, strict=True):
            if not letter:
                self._local.flush(wire)
        images = [self._image(wire, axis) for wire, axis in zip(wires, base, strict=True)]
        if name in ("cx", "cz"):
            return self._controlled(wires, images, base)
        if name == "rzz":
            return self._rotation(wires, images, params)
        if name == "ccz" and all(sign > 0 for _, sign in images):
            turned = [
                wire for wire, (letter, _) in zip(wires, images, strict=True) if letter == "x"
            ]
            rest = [w for w, (letter, _) in zip(wires, images, strict=True) if letter == "z"]
            if len(turned) == 1 and len(rest) == 2:
                return "ccx", (*rest, *turned), params
        self._flush_all_but_phases(wires, images)
        return name, wires, params

    def _flush_all_but_phases(self, wires: Sequence[int], images: Sequence[Image]) -> None:
        for wire, image in zip(wires, images, strict=True):
            if image != ("z", 1):
                self._local.flush(wire)

    def _controlled(self, wires: tuple[int, ...], images: list[Image], base: str) -> Named:
        letters = [letter for letter, _ in images]
        if "z" not in letters:
            # the first in the old basis is the control again
            self._local.flush(wires[0])
            images[0], letters[0] = (base[0], 1), base[0]
        control = letters.index("z")
        target = 1 - control
        for place, other in ((control, target), (target, control)):
            if images[place][1] < 0:
                self._local.prepend(wires[other], letters[other])
        return _CONTROLLED["z" + letters[target]], (wires[control], wires[target]), ()

    def _rotation(
        self, wires: tuple[int, ...], images: list[Image], params: tuple[float, ...]
    ) -> Named:
        for place in (0, 1):
            letters = [letter for letter, _ in images]
            if "".join(sorted(letters, reverse=True)) in _ROTATIONS:
                break
            if letters[place] == "y":
                self._local.flush(wires[place])
                images[place] = ("z", 1)
        pairs = sorted(zip(images, wires, strict=True), key=lambda pair: pair[0][0], reverse=True)
        (first, a), (second, b) = pairs
        angle = params[0] * first[1] * second[1]
        return _ROTATIONS[first[0] + second[0]], (a, b), (angle,)

    def _image(self, wire: int, axis: str) -> Image:
        """Return the axis that `axis` behind the frame of a wire is before it."""
        steps = self._local.steps(wire)
        if not steps:
            return axis, 1
        if len(steps) > LONGEST_FRAME:
            return _NONE
        key = (steps, axis)
        image = self._images.get(key)
        if image is None:
            image = self._images[key] = _image_of(steps, axis)
        return image


def _image_of(steps: tuple[Step, ...], axis: str) -> Image:
    matrix = matrix_of(steps)
    vector = rotate(rotation_of(matrix.conj().T), _BASE[axis])
    largest = max(range(3), key=lambda k: abs(vector[k]))
    if sum(abs(part) for part in vector) - abs(vector[largest]) > TOLERANCE:
        return _NONE
    return "xyz"[largest], 1 if vector[largest] > 0 else -1
