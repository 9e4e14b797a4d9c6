"""Print a ripple-carry adder as OpenQASM 2: `python examples/cuccaro.py [BITS [A [B]]]`.

Source: S. A. Cuccaro, T. G. Draper, S. A. Kutin, D. P. Moulton, "A new quantum ripple-carry
addition circuit", quant-ph/0410184, sections 2 and 3.
"""

from __future__ import annotations

import sys


def adder(bits: int, a: int, b: int) -> str:
    """Return the circuit that adds two numbers and measures the sum.

    Args:
        bits: Length of the numbers, at least 1; the circuit has 2 * bits + 2 qubits.
        a: First number, below 2**bits.
        b: Second number, below 2**bits.

    Returns:
        OpenQASM 2. Bit `sum[bits]` is the carry out.
    """
    lines = [
        f"// {a} + {b} in {bits} bits: ripple-carry adder of Cuccaro et al., quant-ph/0410184.",
        "// Made by examples/cuccaro.py. The carry runs along register a; b receives the sum.",
        "OPENQASM 2.0;",
        'include "qelib1.inc";',
        "// maj leaves the majority of its three bits in a; uma undoes it and leaves the sum in b.",
        "gate maj c, b, a { cx a, b; cx a, c; ccx c, b, a; }",
        "gate uma c, b, a { ccx c, b, a; cx a, c; cx c, b; }",
        "qreg carry_in[1];",
        f"qreg a[{bits}];",
        f"qreg b[{bits}];",
        "qreg carry_out[1];",
        f"creg sum[{bits + 1}];",
        *(f"x a[{i}];" for i in range(bits) if a >> i & 1),
        *(f"x b[{i}];" for i in range(bits) if b >> i & 1),
    ]
    carries = ["carry_in[0]", *(f"a[{i}]" for i in range(bits))]
    lines += [f"maj {carries[i]}, b[{i}], a[{i}];" for i in range(bits)]
    lines.append(f"cx a[{bits - 1}], carry_out[0];")
    lines += [f"uma {carries[i]}, b[{i}], a[{i}];" for i in reversed(range(bits))]
    lines += [f"measure b[{i}] -> sum[{i}];" for i in range(bits)]
    lines.append(f"measure carry_out[0] -> sum[{bits}];")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    bits, a, b = [*map(int, sys.argv[1:]), *(4, 11, 6)[len(sys.argv) - 1 :]]
    print(adder(bits, a, b), end="")
