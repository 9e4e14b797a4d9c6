// Gates on three and more qubits of qelib1.inc, kept whole by the reader.
OPENQASM 2.0;
include "qelib1.inc";
qreg q[5];
h q;
ccx q[0], q[1], q[2];
cswap q[2], q[3], q[4];
rccx q[1], q[3], q[0];
c3x q[0], q[2], q[3], q[4];
c3sqrtx q[4], q[1], q[0], q[2];
c4x q[1], q[2], q[3], q[4], q[0];
rzz(0.4) q[0], q[3];
rxx(-0.9) q[2], q[4];
ch q[1], q[4];
cu3(0.3, 7.0, -1.2) q[3], q[1];
