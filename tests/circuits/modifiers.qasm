// OpenQASM 3 modifiers, aliases of registers by ranges, and gates with a global phase.
OPENQASM 3.0;
include "stdgates.inc";
gate lift(t) a, b { cp(t) a, b; gphase(t / 4); }
qubit[5] q;
let low = q[0:1];
h low;
ctrl @ x q[0], q[2];
ctrl(2) @ z q[0], q[1], q[3];
negctrl @ x q[0], q[4];
inv @ s q[1];
pow(2) @ t q[2];
ctrl @ lift(pi / 2) q[1], q[2], q[3];
cu(0.1, 0.2, 0.3, 0.4) q[3], q[4];
phase(tau / 8) q[{0, 4}];
