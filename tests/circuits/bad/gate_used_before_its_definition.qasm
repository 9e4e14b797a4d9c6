OPENQASM 2.0;
include "qelib1.inc";
qreg q[2];
later q[0]; // <-- error
gate later a { x a; }
