// Gates made of gates, with every operator and function that angles may use.
OPENQASM 2.0;
include "qelib1.inc";
gate turn(a, b) q { u3(a / 2, -b, b + a * 2) q; rz(sin(a) - cos(b) ^ 2) q; }
gate pair(a) p, q { turn(a, pi / 4) p; cx p, q; turn(-a, sqrt(2)) q; cx p, q; }
gate nothing a { }
gate triple(x, y) a, b, c { pair(x + y) a, b; barrier a, b, c; pair(exp(-y)) b, c; nothing a; }
qreg q[3];
triple(0.25, ln(2)) q[0], q[1], q[2];
triple(-pi, tan(0.1)) q[2], q[0], q[1];
pair(3e-1) q[1], q[2];
U(0.1, .2, 3.) q[0];
CX q[0], q[2];
