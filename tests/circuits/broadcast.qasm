// Registers as operands: one by one, one to many, and in a measurement.
OPENQASM 2.0;
include "qelib1.inc";
qreg a[3];
qreg b[3];
qreg one[1];
creg c[3];
h a;
u2(0, pi) one;
cx a, b;
cz one[0], b;
ccx a, b, one[0];
barrier a, b;
rzz(pi / 8) a, b;
measure b -> c;
