"""Why one architecture takes more physical qubits than another, in factors.

Physical qubits of a logical one = code x routing x pairs x magic x unused, each factor being what
the machine grows by when that role is added to those before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trapline.estimates.architecture import Answer

# Factor -> roles that it adds, in this order.
FACTORS: Mapping[str, tuple[str, ...]] = {
    "code": ("data", "ancilla"),
    "routing": ("routing",),
    "pairs": ("communication", "memory", "distillation", "logical_pairs"),
    "magic": ("factory",),
    "unused": ("unused",),
}


def factors_of(answer: Answer, logical_qubits: int) -> dict[str, float] | None:
    """Return the factors of an answer; None where its source has no qubits by role.

    Args:
        answer: What the architecture answers.
        logical_qubits: Logical qubits asked for; `code` is physical qubits for each of them.
    """
    if not answer.roles:
        return None
    factors: dict[str, float] = {}
    before = float(logical_qubits)
    so_far = 0
    for name, roles in FACTORS.items():
        so_far += sum(answer.roles.get(role, 0) for role in roles)
        factors[name] = so_far / before
        before = float(so_far)
    return factors
