"""The noise of a target as a `cirq.NoiseModel`.

After a gate every Pauli error is equally likely, with the process infidelity that its average
infidelity means (5/4 of it for two qubits, 3/2 for one). Measured bits flip. An EPR pair is a
Werner state. Every qubit that waits, in every module, dephases with the T2 of its module; a moment
lasts as long as its slowest module, and a module with more two-qubit gates than it can run at once
takes them in turns. Pairs of one link arrive one by one, each after the mean time.

Sources: average and process infidelity, arXiv:quant-ph/0205035 (Nielsen), equation 3; Werner
state, Phys. Rev. A 40, 4277 (1989).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, exp
from typing import TYPE_CHECKING, Any

import cirq

from trapline.errors import TargetError
from trapline.targets.load import load_target
from trapline.targets.model import Link, Module, Target
from trapline.targets.qubits import Place, is_epr, qubit_places
from trapline.targets.to_network import links_between, module_instances, network_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def noise_model(target: Target | str | Path) -> ModularNoise:
    """Return the noise of a target.

    Args:
        target: A machine, its name, or its file.

    Raises:
        TargetError: There is no such machine, or its file is malformed.
    """
    return ModularNoise(target if isinstance(target, Target) else load_target(target))


@dataclass
class _Step:
    """What a moment costs while its noise is collected.

    Args:
        before: Noise ahead of the moment.
        after: Noise behind it.
        busy_us: Time each qubit is at work, in us; the rest of the moment it waits.
        gates: Two-qubit gates of each module.
        waits_us: Candidates for the length of the moment, in us.
        pairs: EPR pairs so far on each link.
    """

    before: list[cirq.Operation] = field(default_factory=list[cirq.Operation])
    after: list[cirq.Operation] = field(default_factory=list[cirq.Operation])
    busy_us: dict[cirq.Qid, float] = field(default_factory=dict[cirq.Qid, float])
    gates: Counter[int] = field(default_factory=Counter[int])
    waits_us: list[float] = field(default_factory=lambda: [0.0])
    pairs: Counter[tuple[int, int]] = field(default_factory=Counter[tuple[int, int]])


class ModularNoise(cirq.NoiseModel):
    """Gate, measurement, pair and waiting noise of a target.

    Every gate on one or two qubits counts as one native gate, a swap between a data and a
    communication qubit as a memory swap where the target has a number for it. A gate on more
    qubits is charged as the two-qubit gates it decomposes into. Operations tagged
    `cirq.VirtualTag()` have no noise and take no time.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self._kinds = [kind for _, kind in module_instances(target)]
        self._links = links_between(target)

    @cached_property
    def _places(self) -> dict[cirq.Qid, Place]:
        return qubit_places(network_of(self.target))

    def noisy_moment(
        self, moment: cirq.Moment, system_qubits: Sequence[cirq.Qid]
    ) -> list[cirq.Moment]:
        """Return the moment between the noise ahead of it and behind it.

        Raises:
            TargetError: A qubit is not on the target, or a gate cannot be charged.
        """
        if self.is_virtual_moment(moment):
            return [moment]
        missing = [str(q) for q in system_qubits if q not in self._places]
        if missing:
            raise TargetError(
                f"{self.target.name} has no qubits {', '.join(missing)}",
                hint="noise is for circuits compiled for this target",
            )
        step = _Step()
        for operation in moment:
            if cirq.VirtualTag() not in operation.tags:
                self._charge(step, operation)
        step.waits_us.extend(self._gates_us(module, n) for module, n in step.gates.items())
        idle = self._idle(step, max(step.waits_us), system_qubits)
        behind = cirq.Circuit(step.after).moments
        return [*_virtual(step.before), moment, *(_tagged(m) for m in behind), *_virtual(idle)]

    def _charge(self, step: _Step, operation: cirq.Operation) -> None:
        bare = operation.without_classical_controls()
        controls = operation.classical_controls
        if is_epr(operation) or is_epr(bare):
            self._charge_pair(step, operation)
        elif isinstance(bare.gate, cirq.MeasurementGate):
            self._charge_measurement(step, bare)
        elif isinstance(bare.gate, cirq.ResetChannel):
            self._charge_reset(step, bare)
        else:
            noise: list[Any] = [*self._gate_noise(step, bare)]
            step.after.extend(op.with_classical_controls(*controls) for op in noise)

    def _charge_pair(self, step: _Step, operation: cirq.Operation) -> None:
        near, far = operation.qubits
        ends = sorted((self._places[near].module, self._places[far].module))
        link = self._links.get((ends[0], ends[1]))
        if link is None:
            raise TargetError(f"{operation}: {self.target.name} has no link between these modules")
        step.pairs[ends[0], ends[1]] += 1
        time = _pairs_us(link, step.pairs[ends[0], ends[1]])
        step.busy_us.update(dict.fromkeys(operation.qubits, time))
        step.waits_us.append(time)
        # Errors on one half make a Werner state: Phi+ to each other Bell state with (1 - F) / 3.
        step.after.extend(_channel(1 - link.bell_fidelity.value, (near,)))

    def _charge_measurement(self, step: _Step, operation: cirq.Operation) -> None:
        for qubit in operation.qubits:
            kind = self._kind(qubit)
            self._busy(step, qubit, kind.measurement_time_us.value)
            if kind.measurement_error.value:
                step.before.append(cirq.BitFlipChannel(kind.measurement_error.value).on(qubit))

    def _charge_reset(self, step: _Step, operation: cirq.Operation) -> None:
        (qubit,) = operation.qubits
        kind = self._kind(qubit)
        time = kind.reset_time_us or kind.measurement_time_us
        self._busy(step, qubit, time.value)
        if kind.reset_error and kind.reset_error.value:
            step.after.append(cirq.BitFlipChannel(kind.reset_error.value).on(qubit))

    def _gate_noise(self, step: _Step, operation: cirq.Operation) -> list[cirq.Operation]:
        noise: list[cirq.Operation] = []
        two_qubit_gates: Counter[cirq.Qid] = Counter()
        for part in _parts(operation):
            kind = self._kind(part.qubits[0])
            if len(part.qubits) == 1:
                noise.extend(_channel(3 / 2 * kind.one_qubit_gate_error.value, part.qubits))
                continue
            two_qubit_gates.update(part.qubits)
            step.gates[self._places[part.qubits[0]].module] += 1
            noise.extend(_channel(5 / 4 * self._two_qubit_error(part, kind), part.qubits))
        for qubit in operation.qubits:
            kind = self._kind(qubit)
            n = two_qubit_gates[qubit]
            time = kind.two_qubit_gate_time_us if n else kind.one_qubit_gate_time_us
            self._busy(step, qubit, max(n, 1) * time.value)
        return noise

    def _two_qubit_error(self, operation: cirq.Operation, kind: Module) -> float:
        sides = {self._places[q].is_communication for q in operation.qubits}
        if kind.memory_swap_error and len(sides) == 2 and operation.gate == cirq.SWAP:
            return kind.memory_swap_error.value
        return kind.two_qubit_gate_error.value

    def _busy(self, step: _Step, qubit: cirq.Qid, time_us: float) -> None:
        step.busy_us[qubit] = time_us
        step.waits_us.append(time_us)

    def _gates_us(self, module: int, n_gates: int) -> float:
        kind = self._kinds[module]
        rounds = ceil(n_gates / kind.parallel_two_qubit_gates.value)
        overhead = kind.layer_overhead_us.value if kind.layer_overhead_us else 0.0
        return rounds * kind.two_qubit_gate_time_us.value + overhead

    def _idle(
        self, step: _Step, moment_us: float, system_qubits: Sequence[cirq.Qid]
    ) -> list[cirq.Operation]:
        noise: list[cirq.Operation] = []
        for qubit in system_qubits:
            wait_us = moment_us - step.busy_us.get(qubit, 0.0)
            t2_us = 1e6 * self._kind(qubit).idle_coherence_time_s.value
            flip = (1 - exp(-wait_us / t2_us)) / 2
            if flip > 0:
                noise.append(cirq.PhaseFlipChannel(flip).on(qubit))
        return noise

    def _kind(self, qubit: cirq.Qid) -> Module:
        return self._kinds[self._places[qubit].module]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ModularNoise):
            return NotImplemented
        return self.target == other.target

    def __hash__(self) -> int:
        return hash((ModularNoise, self.target))


def _pairs_us(link: Link, n_pairs: int) -> float:
    return 1e6 * n_pairs / link.pair_rate_hz.value + link.latency_us.value


def _parts(operation: cirq.Operation) -> list[cirq.Operation]:
    """Return the operation, or the gates on one and two qubits that make it up."""
    if len(operation.qubits) <= 2:
        return [operation] if operation.qubits else []
    parts = cirq.decompose(operation, keep=lambda op: len(op.qubits) <= 2, on_stuck_raise=None)
    if any(len(part.qubits) > 2 for part in parts):
        raise TargetError(
            f"{operation}: cannot be charged, expected gates on one or two qubits",
            hint="decompose the circuit first",
        )
    return parts


def _channel(p_pauli: float, qubits: Sequence[cirq.Qid]) -> list[cirq.Operation]:
    """Return the depolarizing channel with this probability of any Pauli error, capped at 1."""
    p = min(p_pauli, 1.0)
    return [cirq.DepolarizingChannel(p, len(qubits)).on(*qubits)] if p > 0 else []


def _virtual(operations: list[cirq.Operation]) -> list[cirq.Moment]:
    return [_tagged(cirq.Moment(operations))] if operations else []


def _tagged(moment: cirq.Moment) -> cirq.Moment:
    return cirq.Moment(op.with_tags(cirq.VirtualTag()) for op in moment)
