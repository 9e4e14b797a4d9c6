/* Teleportation in OpenQASM 3: single bits as conditions, with and without braces. */
OPENQASM 3;
include "stdgates.inc";
qubit message;
qubit[2] pair;
bit[2] m;
bit result;
U(0.7, 0.3, -1.1) message;
h pair[0];
cx pair[0], pair[1];
cx message, pair[0];
h message;
m[0] = measure message;
m[1] = measure pair[0];
if (m[1] == 1) { x pair[1]; }
if (m[0]) z pair[1];
inv @ U(0.7, 0.3, -1.1) pair[1];
result = measure pair[1];
