"""Write the distributed circuit of a plan: EPR pairs, cat copies, local gates, corrections.

A qubit with several holders is in a cat state: sum over z of c_z, holder h in state A_h |z>, where
A_h is the holder's *frame*. Its logical state is W |z> for one frame W that collects the qubit's
single-qubit gates. A gate along the axis of W may act on any holder once A_h points its z axis the
same way; a holder is measured out in the basis conjugate to its own; the last holder is given the
frame W. Frames make every step exact, phases included.

Sources: cat-entangler and disentangler, Yimsiriwattana and Lomonaco, quant-ph/0402148, section 3;
teleportation, Bennett et al., Phys. Rev. Lett. 70 (1993) 1895.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.axes import (
    Z_AXIS,
    Vector,
    gate_axes,
    rotate,
    rotation_of,
    rotation_of_gate,
)
from trapline.passes.emit_rows import Rows
from trapline.passes.emit_state import IDENTITY, Holder, Logical
from trapline.passes.gates import BARRIER, MEASURE, OPCODE, UNITARY, Matrix, gate_matrix
from trapline.passes.lookahead import axes_ahead, wires_of_groups
from trapline.passes.plan import Event, Plan
from trapline.passes.program import Condition, Program, Register, Term
from trapline.passes.slots import Slots
from trapline.passes.synthesis import add_one_qubit, frame_for, same_up_to_phase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from trapline.targets.network import Network

_SWAP = OPCODE["swap"]
BITS_REGISTER = "trapline_m"


def emit(plan: Plan, network: Network) -> Program:
    """Write the circuit of a plan.

    Args:
        plan: A plan that fits the network.
        network: The modules.

    Returns:
        A program on the registers `MODULE_d` (data) and `MODULE_c` (communication) of the modules
        in use, with the input's classical registers first and one bit for each EPR measurement
        after them. `notes["qubit_map"]` maps input qubits to emitted ones.
    """
    return _Emitter(plan, network).run()


class _Emitter:
    def __init__(self, plan: Plan, network: Network) -> None:
        self.plan = plan
        self.network = network
        self.data = Slots(network.n_modules)
        self.comm = Slots(network.n_modules)
        # physical qubit number while emitting: 2 * (module + modules * slot) + (1 for
        # communication)
        self.dirty: set[int] = set()
        program = plan.program
        name = BITS_REGISTER
        while name in {register.name for register in program.bit_registers}:
            name += "_"
        self.first_bit = program.n_bits
        self.n_bits = 0
        self.bits_name = name
        self.out = Rows()
        self.logical = [
            Logical(home=m, holders={m: Holder(self._data(m), True)})
            for m in plan.initial_home.tolist()
        ]
        self.initial = [logical.holders[logical.home].qubit for logical in self.logical]
        self.rows = list(plan.expanded.rows())
        self.axis_at = axes_ahead(plan, self.rows)
        self.groups = wires_of_groups(plan)

    # --- physical qubits, numbered at the end when it is known how many each module uses

    def _data(self, module: int) -> int:
        return 2 * (module + self.network.n_modules * self.data.take(module))

    def _comm(self, module: int) -> int:
        return 2 * (module + self.network.n_modules * self.comm.take(module)) + 1

    def _give_back(self, module: int, holder: Holder) -> None:
        slot = holder.qubit // 2 // self.network.n_modules
        (self.data if holder.is_data else self.comm).give(module, slot)
        self.dirty.add(holder.qubit)

    def _bit(self) -> int:
        self.n_bits += 1
        return self.first_bit + self.n_bits - 1

    def _one(self, matrix: Matrix, qubit: int, condition: Condition = ()) -> None:
        """Append a single-qubit unitary by the simplest name that fits."""
        named = add_one_qubit(matrix)
        for gate, params in named:
            self.out.add_named(gate, (qubit,), params, condition=condition)

    # --- events

    def run(self) -> Program:
        plan = self.plan
        handlers = {
            int(Event.LOCAL): self._local,
            int(Event.RUN): self._run,
            int(Event.WHOLE): self._whole,
            int(Event.FETCH): self._fetch,
            int(Event.RELEASE): self._release,
            int(Event.HOME): self._call_home,
            int(Event.RESET): self._reset,
            int(Event.PARK): self._shift,
            int(Event.STORE): self._shift,
            int(Event.SPREAD): self._spread,
        }
        columns = (
            plan.kinds.tolist(),
            plan.items.tolist(),
            plan.modules.tolist(),
            plan.sources.tolist(),
        )
        for index, (kind, item, module, source) in enumerate(zip(*columns, strict=True)):
            self.index = index
            handlers[kind](item, module, source)
        return self._finish()

    def _local(self, op: int, module: int, source: int) -> None:  # noqa: ARG002  # one signature for all events
        opcode, qubits, params, _, condition = self.rows[op]
        if opcode == BARRIER:
            held = [h.qubit for q in qubits for h in self.logical[q].holders.values()]
            self.out.add(BARRIER, held)
        elif opcode == MEASURE:
            for q in qubits:
                self._align(q, self.logical[q].home)
            self._copy_op(op, [self._home_qubit(q) for q in qubits])
        elif not self.logical[qubits[0]].is_cat:
            self._copy_op(op, [self._home_qubit(qubits[0])])
        elif condition >= 0:
            self._align(qubits[0], self.logical[qubits[0]].home)
            self._copy_op(op, [self._home_qubit(qubits[0])])
        else:
            logical = self.logical[qubits[0]]
            matrix = (
                self.plan.expanded.matrix_of(op)
                if opcode == UNITARY
                else gate_matrix(opcode, params)
            )
            rotation = (
                rotation_of(matrix) if opcode == UNITARY else rotation_of_gate(opcode, params)
            )
            logical.frame = matrix @ logical.frame
            logical.axis = rotate(rotation, logical.axis)
            logical.pending.append(op)

    def _run(self, op: int, module: int, source: int) -> None:  # noqa: ARG002
        qubits = self.rows[op][1]
        for q in qubits:
            self._align(q, module)
        self._copy_op(op, [self.logical[q].holders[module].qubit for q in qubits])

    def _whole(self, group: int, module: int, source: int) -> None:  # noqa: ARG002
        wires = self.groups[group]
        for q in wires:
            self._align(q, module)
        self._copy_op(
            group, [self.logical[q].holders[module].qubit for q in wires], self.plan.program
        )

    def _spread(self, op: int, module: int, q: int) -> None:
        """Make the gate in one module, and flip the holders in the others with it."""
        opcode, qubits, params, _, condition = self.rows[op]
        axes = gate_axes(opcode, params)
        others = [(r, axis) for r, axis in zip(qubits, axes, strict=True) if r != q]
        logical = self.logical[q]
        for m, holder in logical.holders.items():
            for r, _ in others:
                self._align(r, m)
            if m == module:
                self._turn(holder, logical.frame, logical.axis)
                self._copy_op(op, [self.logical[r].holders[m].qubit for r in qubits])
            else:
                self._turn(holder, IDENTITY, Z_AXIS)
                controls = [(self.logical[r].holders[m].qubit, axis) for r, axis in others]
                self._flip(controls, holder.qubit, self._condition(condition))

    def _flip(
        self, controls: list[tuple[int, Vector | None]], target: int, condition: Condition
    ) -> None:
        """Flip a qubit where all controls have the negative value along their axes."""
        frames = [frame_for(axis or Z_AXIS) for _, axis in controls]
        for (qubit, _), frame in zip(controls, frames, strict=True):
            self._one(frame.conj().T, qubit)
        name = ("cx", "ccx", "c3x", "c4x")[len(controls) - 1]
        self.out.add_named(name, (*[qubit for qubit, _ in controls], target), condition=condition)
        for (qubit, _), frame in zip(controls, frames, strict=True):
            self._one(frame, qubit)

    def _condition(self, number: int) -> Condition:
        return self.plan.expanded.condition_table[number] if number >= 0 else ()

    def _fetch(self, q: int, module: int, source: int) -> None:
        logical = self.logical[q]
        holder = logical.holders[source]
        if not logical.is_cat:
            logical.axis = holder.axis = self.axis_at.get(self.index, Z_AXIS)
            logical.frame = logical.start = holder.frame = frame_for(holder.axis)
            logical.pending = []
        self._turn(holder, IDENTITY, Z_AXIS)
        near, far = self._comm(source), self._comm(module)
        ends = (self.network.names[source], self.network.names[module])
        self.out.add_named("epr", (near, far), tag="-".join(sorted(ends)))
        self.out.add_named("cx", (holder.qubit, near))
        bit = self._bit()
        self.out.add(MEASURE, (near,), bit=bit)
        self.out.add_named("x", (far,), condition=(Term((bit,), 1),))
        self._give_back(source, Holder(near, False))
        logical.holders[module] = Holder(far, False)

    def _release(self, q: int, module: int, source: int) -> None:  # noqa: ARG002
        logical = self.logical[q]
        holder = logical.holders.pop(module)
        self._turn(holder, IDENTITY, Z_AXIS)
        self.out.add_named("h", (holder.qubit,))
        bit = self._bit()
        self.out.add(MEASURE, (holder.qubit,), bit=bit)
        other = logical.holders[logical.home]
        self._correct_sign(other, (Term((bit,), 1),))
        self._give_back(module, holder)
        if not logical.is_cat:
            self._end_cat(logical, other)

    def _call_home(self, q: int, module: int, source: int) -> None:  # noqa: ARG002
        self.logical[q].home = module

    def _shift(self, q: int, module: int, source: int) -> None:  # noqa: ARG002
        holders = self.logical[q].holders
        holders[module] = self._shifted(module, holders[module])

    def _shifted(self, module: int, holder: Holder) -> Holder:
        """Move a holder between a communication and a data qubit of a module; leave |0> behind."""
        target = self._comm(module) if holder.is_data else self._data(module)
        self._clean(target)
        self.out.add_named("cx", (holder.qubit, target))
        self.out.add_named("cx", (target, holder.qubit))
        self._give_back(module, holder)
        self.dirty.discard(holder.qubit)
        return Holder(target, not holder.is_data, holder.frame, holder.axis)

    def _reset(self, op: int, module: int, source: int) -> None:
        q = self.plan.expanded.qubits_of(op)[0]
        logical = self.logical[q]
        holder = logical.holders[source]
        self._copy_op(op, [holder.qubit])
        if module == source:
            return
        condition = self.plan.expanded.condition_of(op)
        if condition:
            raise ValueError("a conditional reset cannot move a qubit")
        self._give_back(source, holder)
        self.dirty.discard(holder.qubit)
        data = self._data(module)
        self._clean(data)
        self.logical[q] = Logical(home=module, holders={module: Holder(data, True)})

    # --- frames

    def _turn(self, holder: Holder, frame: Matrix, axis: Vector) -> None:
        """Give a holder a frame, which points z along `axis`, by a physical gate."""
        if frame is not holder.frame:
            self._one(frame @ holder.frame.conj().T, holder.qubit)
        holder.frame, holder.axis = frame, axis

    def _align(self, q: int, module: int) -> None:
        """Point the axis of a holder along that of the qubit, sign included."""
        logical = self.logical[q]
        if not logical.is_cat:
            return
        holder = logical.holders[module]
        x, y, z = logical.axis
        a, b, c = holder.axis
        if abs(x - a) + abs(y - b) + abs(z - c) > 1e-9:
            self._turn(holder, frame_for(logical.axis), logical.axis)

    def _correct_sign(self, holder: Holder, condition: Condition) -> None:
        """Apply Z in the holder's own basis under a condition."""
        axis = holder.axis
        for letter, unit in (("z", 2), ("x", 0), ("y", 1)):
            if abs(abs(axis[unit]) - 1) < 1e-9:
                self.out.add_named(letter, (holder.qubit,), condition=condition)
                return
        self._turn(holder, IDENTITY, Z_AXIS)
        self.out.add_named("z", (holder.qubit,), condition=condition)

    def _end_cat(self, logical: Logical, holder: Holder) -> None:
        """Give the last holder the frame of the qubit, by the deferred gates where that is all."""
        if holder.frame is logical.start or same_up_to_phase(holder.frame, logical.start):
            for op in logical.pending:
                self._copy_op(op, [holder.qubit])
        else:
            self._turn(holder, logical.frame, logical.axis)
        logical.pending = []

    # --- small parts

    def _home_qubit(self, q: int) -> int:
        logical = self.logical[q]
        return logical.holders[logical.home].qubit

    def _clean(self, qubit: int) -> None:
        if qubit in self.dirty:
            self.out.add_named("reset", (qubit,))
            self.dirty.discard(qubit)

    def _copy_op(self, op: int, qubits: list[int], program: Program | None = None) -> None:
        if program is None:
            program = self.plan.expanded
            opcode, _, params, bit, number = self.rows[op]
        else:
            opcode, params = int(program.opcodes[op]), program.params_of(op)
            bit, number = int(program.bits[op]), int(program.conditions[op])
        condition = program.condition_table[number] if number >= 0 else ()
        if opcode == UNITARY:
            self.out.add_unitary(program.matrices[int(params[0])], qubits, condition)
        else:
            self.out.add(opcode, qubits, params, bit, condition)

    def _finish(self) -> Program:
        registers, number = self._number_qubits()
        bits = list(self.plan.program.bit_registers)
        if self.n_bits:
            bits.append(Register(self.bits_name, self.n_bits))
        names = [name for register in registers for name in register.members()]
        inputs = self.plan.program.qubit_names
        wires: list[int] = self.plan.permutation.tolist()
        places: list[int] = number.tolist()
        initial = {name: names[places[self.initial[q]]] for q, name in enumerate(inputs)}
        final = {name: names[places[self._home_qubit(wires[q])]] for q, name in enumerate(inputs)}
        notes: dict[str, object] = {"qubit_map": {"initial": initial, "final": final}}
        return self.out.build(self.plan.program.name, registers, bits, number, notes)

    def _number_qubits(self) -> tuple[list[Register], NDArray[np.int32]]:
        """Return the registers in use, and the number of each qubit in them."""
        registers: list[Register] = []
        modules = self.network.n_modules
        slots_at_most = max(*self.data.used, *self.comm.used, 0)
        number = np.zeros(2 * modules * (slots_at_most + 1), dtype=np.int32)
        size_so_far = 0
        for module, name in enumerate(self.network.names):
            for role, slots, suffix in ((0, self.data, "d"), (1, self.comm, "c")):
                size = slots.used[module]
                if size:
                    registers.append(Register(f"{name}_{suffix}", size))
                every = 2 * (module + modules * np.arange(size)) + role
                number[every] = size_so_far + np.arange(size)
                size_so_far += size
        return registers, number
