"""Where the figures of an estimate with bicycle blocks come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trapline.estimates.block_laws import DATA_LOGICAL, NATIVE_MEASUREMENTS

if TYPE_CHECKING:
    from trapline.estimates.report import Numbers

# Figure, value, formula, source (a key of REFERENCES, or words).
Row = tuple[str, str, str, str]
OURS = "this model, docs/estimates.md"
BLOCK_FAMILY = "bivariate-bicycle"
BLOCK_CYCLE = (
    f"an operation of a block, which does one at a time: {NATIVE_MEASUREMENTS} x "
    "(measurement + 4 shifts) / 8 cycles of layers x two-qubit gate + 2 x one-qubit gate + "
    "measurement, layers = max(7, CX gates / gates at once)",
    "yoder-2025",
)
BLOCK_ROLES = {
    "data": ("blocks x n", "yoder-2025"),
    "ancilla": ("blocks x n checks", "yoder-2025"),
    "routing": (
        "blocks x (logical processing + adapter) + 2 d - 1 for each port of distance d",
        "yoder-2025",
    ),
    "logical_pairs": ("modules that hold blocks x patches of a port", OURS),
}
BLOCK_ERRORS = {
    "local_operations": (
        "both patches of a logical pair, d rounds each, and a patch while it is joined to a block",
        OURS,
    ),
    "block_operation": (
        f"joint measurement + {NATIVE_MEASUREMENTS - 1} x measurement in a module + "
        f"{4 * NATIVE_MEASUREMENTS} x shift, at the local error of a cycle",
        "yoder-2025",
    ),
    "transversal_gate": (
        "twice that of a patch: 2 x error inside a module at 2 p + infidelity of a remote gate",
        "cain-2024",
    ),
    "waiting_for_pairs": (
        f"time until the logical pair is there / cycle x error of an idle block / {DATA_LOGICAL}, "
        "at the best pace",
        "yoder-2025",
    ),
}


def block_machine(report: Numbers) -> list[Row]:
    """Explain modules, qubits, logical qubits of a module, the code and the factories."""
    room = "data qubits - stored pairs - distillation - port"
    rows = [
        (
            "modules",
            f"{report.modules:,}",
            "ceil(logical qubits / logical qubits a module) + modules for factories",
            OURS,
        ),
        ("physical_qubits", f"{report.physical_qubits:,}", "modules x qubits of a module", OURS),
        (
            "logical_qubits_per_module",
            f"{report.logical_qubits_per_module:g}",
            f"at most {DATA_LOGICAL} x floor(({room}) / (block + processing + adapter))",
            "yoder-2025",
        ),
        (
            "code.distance",
            str(report.code.distance if report.code else 0),
            "fewest modules over the gross and two-gross codes and all odd distances of a port",
            "bravyi-2024",
        ),
    ]
    if report.magic_states:
        factories = "ceil(T states a step x cycles / (cycles of an operation x states a run))"
        source = str(report.magic_states["source"])
        rows.append(("factories", f"{report.magic_states['factories']:g}", factories, source))
    return rows
