OPENQASM 7.0; // <-- error
qreg q[1];
