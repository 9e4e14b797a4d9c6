"""When everything happens on a target, and how likely it is to go right.

As-soon-as-possible list scheduling in the order of the emitted circuit. A module runs at most
`parallel_two_qubit_gates` multi-qubit gates at once; a link makes one pair at a time and each
arrives after its mean time 1/`pair_rate_hz` (a mean, not a guarantee: heralded pairs come at
random); a correction waits for the outcome and the latency of the link. A gate on k qubits counts
as the two-qubit gates of its usual decomposition (`TWO_QUBIT_GATES`).

The fidelity is the product of the success probabilities of all operations and of no dephasing of
each data qubit while it waits, (1 + exp(-t/T2))/2: an estimate that lets no two errors cancel.

Sources: average to process infidelity, Nielsen, quant-ph/0205035, equation 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapreplace
from math import exp, log
from typing import TYPE_CHECKING

from trapline.passes.gates import BARRIER, EPR, MEASURE, RESET
from trapline.targets.to_network import links_between, module_instances

if TYPE_CHECKING:
    from trapline.passes.program import Program
    from trapline.targets.model import Link, Module, Target

TWO_QUBIT_GATES = {1: 0, 2: 1, 3: 6, 4: 14, 5: 30}
"""Two-qubit gates in the usual decomposition of a gate on k qubits (Toffoli 6, C3X 14)."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """The outcome of scheduling.

    Args:
        makespan_us: Time from the first operation to the end of the last, in microseconds.
        fidelity: Estimated probability that no error happens, 0 to 1.
        waiting_us: Time that operations wait for entanglement beyond everything else they wait for,
            summed over pairs.
        start_us: Start of each operation of the emitted program, microseconds.
    """

    makespan_us: float
    fidelity: float
    waiting_us: float
    start_us: tuple[float, ...]


def schedule(emitted: Program, target: Target) -> Schedule:
    """Time an emitted circuit on the machine that it was compiled for.

    Args:
        emitted: A program on registers `MODULE_d` and `MODULE_c` of the target's modules.
        target: The machine.
    """
    return _Clock(emitted, target).run()


class _Clock:
    def __init__(self, emitted: Program, target: Target) -> None:
        self.program = emitted
        modules = dict(module_instances(target))
        names = list(modules)
        self.kind_of: list[Module] = []
        self.module_of: list[int] = []
        self.is_comm: list[bool] = []
        for register in emitted.qubit_registers:
            name, _, role = register.name.rpartition("_")
            self.kind_of += [modules[name]] * register.size
            self.module_of += [names.index(name)] * register.size
            self.is_comm += [role == "c"] * register.size
        self.links: dict[tuple[int, int], Link] = links_between(target)
        self.link_free = dict.fromkeys(self.links, 0.0)
        self.latency_us = max((link.latency_us.value for link in self.links.values()), default=0.0)
        self.servers = [
            [0.0] * int(kind.parallel_two_qubit_gates.value) for kind in modules.values()
        ]
        self.qubit_free = [0.0] * emitted.n_qubits
        self.bit_ready = [0.0] * emitted.n_bits
        self.bit_module = [-1] * emitted.n_bits
        self.busy_us = [0.0] * emitted.n_qubits
        self.first_us: list[float | None] = [None] * emitted.n_qubits
        self.log_fidelity = 0.0
        self.waiting_us = 0.0

    def run(self) -> Schedule:
        starts: list[float] = []
        for opcode, qubits, _, bit, condition in self.program.rows():
            ready = max((self.qubit_free[q] for q in qubits), default=0.0)
            if condition >= 0:
                ready = max(ready, self._condition_ready(condition, qubits[0]))
            start, end = self._place(opcode, qubits, bit, ready)
            starts.append(start)
            for q in qubits:
                self.qubit_free[q] = end
                if opcode != BARRIER:
                    self.busy_us[q] += end - start
                    if self.first_us[q] is None:
                        self.first_us[q] = start
        makespan = max(self.qubit_free, default=0.0)
        return Schedule(
            makespan_us=makespan,
            fidelity=exp(self.log_fidelity + self._log_idle(makespan)),
            waiting_us=self.waiting_us,
            start_us=tuple(starts),
        )

    def _place(
        self, opcode: int, qubits: tuple[int, ...], bit: int, ready: float
    ) -> tuple[float, float]:
        """Return start and end of an operation and book what it uses."""
        if opcode == BARRIER:
            return ready, ready
        if opcode == EPR:
            return self._pair(qubits, ready)
        kind = self.kind_of[qubits[0]]
        if opcode == MEASURE:
            end = ready + kind.measurement_time_us.value
            for j, q in enumerate(qubits):
                self.bit_ready[bit + j] = end
                self.bit_module[bit + j] = self.module_of[q]
                self._lose(self.kind_of[q].measurement_error.value)
            return ready, end
        if opcode == RESET:
            if kind.reset_error is not None:
                self._lose(kind.reset_error.value)
            reset = kind.reset_time_us
            return ready, ready + (kind.measurement_time_us if reset is None else reset).value
        if len(qubits) == 1:
            self._lose(1.5 * kind.one_qubit_gate_error.value)
            return ready, ready + kind.one_qubit_gate_time_us.value
        return self._multi(qubits, kind, ready)

    def _multi(self, qubits: tuple[int, ...], kind: Module, ready: float) -> tuple[float, float]:
        gates = TWO_QUBIT_GATES.get(len(qubits), 1 << len(qubits))
        overhead = 0.0 if kind.layer_overhead_us is None else kind.layer_overhead_us.value
        error = kind.two_qubit_gate_error.value
        if kind.memory_swap_error is not None and any(self.is_comm[q] for q in qubits):
            error = max(error, kind.memory_swap_error.value)
        for _ in range(gates):
            self._lose(1.25 * error)
        servers = self.servers[self.module_of[qubits[0]]]
        start = max(ready, servers[0])
        end = start + gates * (kind.two_qubit_gate_time_us.value + overhead)
        heapreplace(servers, end)
        return start, end

    def _pair(self, qubits: tuple[int, ...], ready: float) -> tuple[float, float]:
        a, b = sorted((self.module_of[qubits[0]], self.module_of[qubits[1]]))
        link = self.links[a, b]
        start = max(ready, self.link_free[a, b])
        end = start + 1e6 / link.pair_rate_hz.value + link.latency_us.value
        self.link_free[a, b] = end
        self.waiting_us += end - ready
        self._lose(1.0 - link.bell_fidelity.value)
        return start, end

    def _condition_ready(self, condition: int, qubit: int) -> float:
        here = self.module_of[qubit]
        return max(
            self.bit_ready[bit]
            + (self.latency_us if self.bit_module[bit] not in (here, -1) else 0.0)
            for term in self.program.condition_table[condition]
            for bit in term.bits
        )

    def _lose(self, probability: float) -> None:
        self.log_fidelity += log(max(1.0 - probability, 1e-300))

    def _log_idle(self, makespan: float) -> float:
        """Log probability that no data qubit dephases while it waits."""
        total = 0.0
        for q, first in enumerate(self.first_us):
            if first is None or self.is_comm[q]:
                continue
            idle_us = max(makespan - first - self.busy_us[q], 0.0)
            t2_us = 1e6 * self.kind_of[q].idle_coherence_time_s.value
            total += log((1.0 + exp(-idle_us / t2_us)) / 2.0)
        return total
