OPENQASM 3.0;
include "stdgates.inc";
qubit[3] q;
for int i in [0:3] {
  h q[i]; // <-- error
}
