"""The coupling graph of a device as a networkx graph that makes its edges when asked.

Two chips of 10,000 ions in which all ions meet have 10^8 edges; a graph that stores them would not
fit in memory. This one stores the qubits, and every reading function of networkx works on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import networkx

from trapline.targets.couplings import couplings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import cirq


def coupling_graph(modules: Sequence[tuple[str, Sequence[cirq.Qid]]]) -> Any:
    """Build the graph of the qubits that can meet in a gate; links between modules are not edges.

    Args:
        modules: Connectivity and qubits of each module.

    Returns:
        A frozen graph: reading works, changing it raises `networkx.NetworkXError`.
    """
    nx: Any = networkx  # its types are incomplete
    graph = nx.Graph()
    graph.add_nodes_from(qubit for _, qubits in modules for qubit in qubits)
    adjacency: dict[cirq.Qid, Mapping[cirq.Qid, dict[str, Any]]] = {}
    for connectivity, qubits in modules:
        table = couplings(connectivity, len(qubits))
        members = dict.fromkeys(qubits)
        for number, qubit in enumerate(qubits):
            adjacency[qubit] = (
                _AllOthers(qubit, members)
                if table is None
                else {qubits[other]: {} for other in sorted(table[number])}
            )
    graph._adj = adjacency
    return nx.freeze(graph)


class _AllOthers(Mapping["cirq.Qid", dict[str, Any]]):
    """Edges from one qubit to all others of its module."""

    def __init__(self, qubit: cirq.Qid, members: Mapping[cirq.Qid, None]) -> None:
        self._qubit = qubit
        self._members = members

    def __getitem__(self, other: cirq.Qid) -> dict[str, Any]:
        if other not in self:
            raise KeyError(other)
        return {}

    def __contains__(self, other: object) -> bool:
        return other in self._members and other != self._qubit

    def __iter__(self) -> Iterator[cirq.Qid]:
        return (other for other in self._members if other != self._qubit)

    def __len__(self) -> int:
        return len(self._members) - 1
