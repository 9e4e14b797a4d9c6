// Conditions on whole registers, on gates of one, two and three qubits, and on a user gate.
OPENQASM 2.0;
include "qelib1.inc";
gate kick(t) a, b { cu1(t) a, b; h b; }
qreg q[4];
creg low[2];
creg high[1];
h q;
measure q[0] -> low[0];
measure q[1] -> low[1];
if (low == 3) x q[2];
if (low == 0) cx q[2], q[3];
if (low == 2) ccx q[1], q[2], q[3];
measure q[2] -> high[0];
if (high == 1) kick(pi / 3) q[1], q[3];
if (low == 1) reset q[0];
