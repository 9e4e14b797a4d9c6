"""Toffolis written out in Clifford gates and T, in the ways that are found in circuits.

Import as `from toffolis import FORMS, decomposed`.
"""

from __future__ import annotations

from trapline.passes.gates import OPCODE
from trapline.passes.program import Program, ProgramBuilder

FORMS: dict[str, str] = {
    # qelib1.inc; Nielsen and Chuang, figure 4.9
    "textbook": "h c, cx bc, tdg c, cx ac, t c, cx bc, tdg c, cx ac, t b, t c, h c, cx ab, t a, "
    "tdg b, cx ab",
    # the same with the controls first
    "controls first": "t a, t b, cx ab, tdg b, cx ab, h c, t c, cx ac, tdg c, cx bc, t c, cx ac, "
    "tdg c, cx bc, h c",
    # Amy, Maslov, Mosca and Roetteler, arXiv:1206.0758: seven CX, the parities in place
    "in place": "h c, t a, t b, t c, cx ab, tdg b, cx bc, t c, cx ab, cx bc, tdg c, cx ac, cx bc, "
    "tdg c, cx bc, h c",
    # arXiv:1206.0758, figure 7: T-depth 3
    "T-depth 3": "h c, t a, t b, t c, cx ba, cx cb, cx ac, tdg b, cx ab, tdg a, tdg b, t c, cx cb, "
    "cx ac, cx ba, h c",
}


def _with_cz(form: str) -> str:
    """Write CX as CZ between H, as circuits for superconducting qubits do."""
    steps = form.split(", ")
    return ", ".join(
        f"h {step[4]}, cz {step[3:]}, h {step[4]}" if step.startswith("cx") else step
        for step in steps
    )


FORMS |= {f"{name} with CZ": _with_cz(form) for name, form in FORMS.items()}


def decomposed(program: Program, form: str) -> Program:
    """Return a program with every CCX and CCZ in one of the forms."""
    out = ProgramBuilder(program.name, program.qubit_registers, program.bit_registers)
    steps = [step.split() for step in FORMS[form].split(", ")]
    for opcode, qubits, params, bit, condition in program.rows():
        terms = program.condition_table[condition] if condition >= 0 else ()
        if opcode not in (OPCODE["ccx"], OPCODE["ccz"]) or terms:
            out.add(opcode, qubits, params, bit=bit, condition=terms)
            continue
        around = [qubits[2]] if opcode == OPCODE["ccz"] else []
        for name, places in (
            ([["h", "c"]] if around else []) + steps + ([["h", "c"]] if around else [])
        ):
            out.add(name, [qubits["abc".index(place)] for place in places])
    return out.build()
