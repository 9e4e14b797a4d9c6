OPENQASM 2.0;
include "qelib1.inc";
gate mine a { h a; // <-- error
