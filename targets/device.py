"""A target as a `cirq.Device`: which qubits there are and which operations they can do.

Importing this module imports cirq; `trapline.device` does so when it is called.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import cirq
import numpy as np

from trapline.errors import TargetError
from trapline.targets.couplings import couplings
from trapline.targets.device_graph import coupling_graph
from trapline.targets.load import catalogue, load_target
from trapline.targets.model import Target, target_data
from trapline.targets.qubits import Place, is_epr, qubit_places
from trapline.targets.to_network import module_instances, network_of

if TYPE_CHECKING:
    from pathlib import Path

    from trapline.targets.network import Network

_GATES: dict[str, cirq.Gate | type[cirq.Gate]] = {
    "x": cirq.X,
    "sx": cirq.X**0.5,
    "h": cirq.H,
    "rx": cirq.XPowGate,
    "ry": cirq.YPowGate,
    "rz": cirq.ZPowGate,
    "u3": cirq.PhasedXZGate,
    "cx": cirq.CX,
    "cz": cirq.CZ,
    "ccz": cirq.CCZ,
    "swap": cirq.SWAP,
    "iswap": cirq.ISWAP,
    "rxx": cirq.XXPowGate,
    "ryy": cirq.YYPowGate,
    "rzz": cirq.ZZPowGate,
}


def device(target: Target | str | Path, *, native_only: bool = False) -> ModularDevice:
    """Return a target as a cirq device.

    Args:
        target: A machine, its name, or its file.
        native_only: Accept only the native gates of each module; otherwise any unitary gate inside
            one module, as compiled circuits have them before they are lowered.

    Raises:
        TargetError: There is no such machine, or a native gate is not known here.
    """
    machine = target if isinstance(target, Target) else load_target(target)
    return ModularDevice(machine, native_only=native_only)


class ModularDevice(cirq.Device):
    """Modules of qubits joined by links.

    Every qubit of an operation must be on the device. A gate on several qubits must lie inside one
    module, between qubits that its connectivity lets meet. Only the preparation of an EPR pair,
    tagged `trapline:epr ...`, may cross: from a communication qubit to another over a link.
    """

    def __init__(self, target: Target, *, native_only: bool = False) -> None:
        self.target = target
        self.native_only = native_only
        self._kinds = [kind for _, kind in module_instances(target)]
        self._native: list[Any] = [_gateset(kind.native_gates) if native_only else None
                        for kind in self._kinds]  # fmt: skip

    @cached_property
    def network(self) -> Network:
        """Modules and links of the device."""
        return network_of(self.target)

    @cached_property
    def places(self) -> dict[cirq.Qid, Place]:
        """Every qubit of the device, module by module and data qubits first."""
        return qubit_places(self.network)

    @property
    def metadata(self) -> Any:
        """Qubits of the device and the graph of those that can meet in a gate.

        A `cirq.DeviceMetadata`. Links are no edges of the graph, because no gate acts across
        them; see `network.links`.
        """
        return self._metadata

    @cached_property
    def _metadata(self) -> Any:
        members: list[list[cirq.Qid]] = [[] for _ in self._kinds]
        for qubit, place in self.places.items():
            members[place.module].append(qubit)
        shapes = [kind.connectivity for kind in self._kinds]
        graph = coupling_graph(list(zip(shapes, members, strict=True)))
        metadata: Any = cirq.DeviceMetadata  # its decorator hides its type
        return metadata(self.places, graph)

    def validate_operation(self, operation: cirq.Operation) -> None:
        """Check that the device can do an operation.

        Raises:
            ValueError: It cannot, and why.
        """
        missing = [str(q) for q in operation.qubits if q not in self.places]
        if missing:
            raise ValueError(f"{operation}: not on the device {self}: {', '.join(missing)}")
        bare = operation.without_classical_controls()
        inner = bare.untagged
        if isinstance(inner, cirq.CircuitOperation):
            self.validate_circuit(inner.mapped_circuit())
        elif is_epr(operation) or is_epr(bare):
            self._validate_epr(operation, inner)
        elif not isinstance(inner.gate, cirq.MeasurementGate | cirq.IdentityGate | cirq.WaitGate):
            self._validate_gate(operation, inner)

    def _validate_gate(self, operation: cirq.Operation, inner: cirq.Operation) -> None:
        places = [self.places[q] for q in operation.qubits]
        if len({place.module for place in places}) > 1:
            raise ValueError(
                f"{operation}: a gate cannot act across modules; compile the circuit for {self}"
            )
        if isinstance(inner.gate, cirq.ResetChannel):
            return
        if cirq.is_parameterized(inner) or not cirq.has_unitary(inner):
            raise ValueError(f"{operation}: expected a gate with a unitary and no free parameters")
        if not places:
            return
        native = self._native[places[0].module]
        if native is not None and inner not in native:
            gates = self._kinds[places[0].module].native_gates
            raise ValueError(f"{operation}: expected a native gate: {', '.join(gates)}")
        if len(places) > 1:
            self._validate_meeting(operation, places)

    def _validate_meeting(self, operation: cirq.Operation, places: list[Place]) -> None:
        module = places[0].module
        kind = self._kinds[module]
        n_qubits = kind.data_qubits.value + kind.communication_qubits.value
        table = couplings(kind.connectivity, n_qubits)
        if table is None:
            return
        if len(places) > 2 or places[1].number not in table[places[0].number]:
            raise ValueError(
                f"{operation}: these qubits are not neighbours in the {kind.connectivity} of "
                f"{self.network.names[module]}"
            )

    def _validate_epr(self, operation: cirq.Operation, inner: cirq.Operation) -> None:
        first, second = (self.places[q] for q in operation.qubits)
        ends = sorted((first.module, second.module))
        if not (first.is_communication and second.is_communication):
            raise ValueError(f"{operation}: an EPR pair needs two communication qubits")
        if tuple(ends) not in self.network.links:
            names = " and ".join(self.network.names[end] for end in ends)
            raise ValueError(f"{operation}: there is no link between {names}")
        if not _makes_bell_pair(inner):
            raise ValueError(f"{operation}: is tagged as an EPR pair but does not prepare one")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ModularDevice):
            return NotImplemented
        return self.target == other.target and self.native_only == other.native_only

    def __hash__(self) -> int:
        return hash((ModularDevice, self.target, self.native_only))

    def __str__(self) -> str:
        return self.target.name

    def __repr__(self) -> str:
        name = self.target.name
        shown = f"trapline.targets.load.target_of({target_data(self.target)!r})"
        if name in catalogue() and load_target(name) == self.target:
            shown = repr(name)
        option = ", native_only=True" if self.native_only else ""
        return f"trapline.targets.device.device({shown}{option})"


def _gateset(names: tuple[str, ...]) -> Any:
    """Return a `cirq.Gateset` of the named gates."""
    unknown = [name for name in names if name not in _GATES]
    if unknown:
        raise TargetError(
            f"native gates: got {', '.join(unknown)}, expected {', '.join(_GATES)}",
            hint="or use the device with native_only=False",
        )
    return cirq.Gateset(*(_GATES[name] for name in names))


def _makes_bell_pair(operation: cirq.Operation) -> bool:
    """Tell whether any state of the two qubits becomes |00> + |11>."""
    if not cirq.has_kraus(operation):
        return False
    after = np.sum([k @ k.conj().T for k in cirq.kraus(operation)], axis=0) / 4
    return bool(np.allclose(after[[0, 0, 3, 3], [0, 3, 0, 3]], 0.5, atol=1e-6))
