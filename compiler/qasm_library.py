"""Gates that OpenQASM programs may use without defining them, and definitions of our other gates.

Sources: qelib1.inc (arXiv:1707.03429, appendix) with the later additions of its authors;
stdgates.inc of the OpenQASM 3 specification. Relative-phase gates: arXiv:1508.03273.
"""

from __future__ import annotations


def names(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


# Names of qelib1.inc as published; a program that includes it may not define them again.
QELIB1 = names("u3 u2 u1 cx id x y z h s sdg t tdg rx ry rz cz cy ch ccx crz cu1 cu3")

# Names that programs use after including qelib1.inc although the published file lacks them.
# A definition in the program takes their place.
QELIB1_EXTRAS = names(
    "u0 u p sx sxdg swap cswap crx cry cp csx cu rxx ryy rzz rzx iswap ccz rccx rc3x rcccx c3x "
    "c3sx c3sqrtx c4x"
)

STDGATES = names(
    "p x y z h s sdg t tdg sx rx ry rz cx cy cz cp crx cry crz ch swap ccx cswap cu CX phase "
    "cphase id u1 u2 u3"
)

# Definitions, exact in the phase, of gates that stdgates.inc lacks.
DEFINITIONS: dict[str, str] = {
    "sxdg": "gate sxdg a { inv @ sx a; }",
    "csx": "gate csx a, b { ctrl @ sx a, b; }",
    "cu3": "gate cu3(theta, phi, lambda) a, b { cu(theta, phi, lambda, 0) a, b; }",
    "rxx": "gate rxx(theta) a, b { h a; h b; cx a, b; rz(theta) b; cx a, b; h a; h b; }",
    "ryy": "gate ryy(theta) a, b { rx(pi/2) a; rx(pi/2) b; cx a, b; rz(theta) b; cx a, b; "
    "rx(-pi/2) a; rx(-pi/2) b; }",
    "rzz": "gate rzz(theta) a, b { cx a, b; rz(theta) b; cx a, b; }",
    "rzx": "gate rzx(theta) a, b { h b; cx a, b; rz(theta) b; cx a, b; h b; }",
    "iswap": "gate iswap a, b { s a; s b; h a; cx a, b; cx b, a; h b; }",
    "ccz": "gate ccz a, b, c { ctrl(2) @ z a, b, c; }",
    "rccx": "gate rccx a, b, c { h c; t c; cx b, c; tdg c; cx a, c; t c; cx b, c; tdg c; h c; }",
    "c3x": "gate c3x a, b, c, d { ctrl(3) @ x a, b, c, d; }",
    "c3sqrtx": "gate c3sqrtx a, b, c, d { ctrl(3) @ sx a, b, c, d; }",
    "rc3x": "gate rc3x a, b, c, d { h d; t d; cx c, d; tdg d; h d; cx a, d; t d; cx b, d; tdg d; "
    "cx a, d; t d; cx b, d; tdg d; h d; t d; cx c, d; tdg d; h d; }",
    "c4x": "gate c4x a, b, c, d, e { ctrl(4) @ x a, b, c, d, e; }",
}
