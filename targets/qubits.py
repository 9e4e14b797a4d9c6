"""The qubits of a target in cirq.

`m0_d[3]` is data qubit 3 of module m0, and `m0_c[1]` its communication qubit 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import cirq

    from trapline.targets.network import Network

EPR_TAG = "trapline:epr "
"""Start of the tag of an operation that makes an EPR pair."""


@dataclass(frozen=True)
class Place:
    """Where a qubit is.

    Args:
        module: Number of the module in the network.
        is_communication: Whether it is a communication qubit; else a data qubit.
        number: Number among the qubits of the module, data qubits first.
    """

    module: int
    is_communication: bool
    number: int


def qubit_places(network: Network) -> dict[cirq.Qid, Place]:
    """Map every qubit of a network, module by module and data qubits first, to its place.

    Args:
        network: Modules, each with a definite number of communication qubits.
    """
    import cirq

    places: dict[cirq.Qid, Place] = {}
    for module, name in enumerate(network.names):
        n_data, n_comm = network.data_qubits[module], network.comm_qubits[module] or 0
        for i in range(n_data):
            places[cirq.NamedQubit(f"{name}_d[{i}]")] = Place(module, False, i)
        for i in range(n_comm):
            places[cirq.NamedQubit(f"{name}_c[{i}]")] = Place(module, True, n_data + i)
    return places


def is_epr(operation: cirq.Operation) -> bool:
    """Tell whether an operation on two qubits is tagged as the preparation of an EPR pair."""
    return len(operation.qubits) == 2 and any(
        isinstance(tag, str) and f"{tag} ".startswith(EPR_TAG) for tag in operation.tags
    )
