OPENQASM 2.0;
include "qelib1.inc";
qreg q[2];
gate leak a { cx a, q; } // <-- error
leak q[0];
