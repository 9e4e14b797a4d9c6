OPENQASM 2.0;
include "qelib1.inc";
gate mine a { h a; }
gate mine a { x a; } // <-- error
qreg q[1];
mine q[0];
