// 11 + 6 in 4 bits: ripple-carry adder of Cuccaro et al., quant-ph/0410184.
// Made by examples/cuccaro.py. The carry runs along register a; b receives the sum.
OPENQASM 2.0;
include "qelib1.inc";
// maj leaves the majority of its three bits in a; uma undoes it and leaves the sum in b.
gate maj c, b, a { cx a, b; cx a, c; ccx c, b, a; }
gate uma c, b, a { ccx c, b, a; cx a, c; cx c, b; }
qreg carry_in[1];
qreg a[4];
qreg b[4];
qreg carry_out[1];
creg sum[5];
x a[0];
x a[1];
x a[3];
x b[1];
x b[2];
maj carry_in[0], b[0], a[0];
maj a[0], b[1], a[1];
maj a[1], b[2], a[2];
maj a[2], b[3], a[3];
cx a[3], carry_out[0];
uma a[2], b[3], a[3];
uma a[1], b[2], a[2];
uma a[0], b[1], a[1];
uma carry_in[0], b[0], a[0];
measure b[0] -> sum[0];
measure b[1] -> sum[1];
measure b[2] -> sum[2];
measure b[3] -> sum[3];
measure carry_out[0] -> sum[4];
