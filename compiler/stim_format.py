"""The Stim circuit format: Clifford circuits with measurement and feedback by Pauli gates.

Source: the Stim circuit file format (github.com/quantumlib/Stim, doc/file_format_stim_circuit.md).
"""

from __future__ import annotations

import re

from trapline.compiler.stim_read import read_stim
from trapline.compiler.stim_write import write_stim

__all__ = ["looks_like_stim", "read_stim", "write_stim"]

_FIRST_WORD = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)(?:[\s(\[{]|\Z)")


def looks_like_stim(text: str) -> bool:
    """Say whether the first word of a text is an instruction of Stim.

    Args:
        text: Without comments.
    """
    import stim  # type: ignore[import-untyped]  # Stim ships no py.typed marker

    match = _FIRST_WORD.match(text)
    if match is None:
        return False
    known = {alias for gate in stim.gate_data().values() for alias in gate.aliases}
    return match[1].upper() in known
