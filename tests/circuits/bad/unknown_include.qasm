OPENQASM 2.0;
include "mygates.inc"; // <-- error
qreg q[1];
x q[0];
