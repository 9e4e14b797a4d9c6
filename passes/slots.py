"""Which physical qubit of its module each holder sits in: the lowest that is free.

The emitter counts as this replay does, so that the qubit map of a plan is known without emitting
its circuit.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

from trapline.passes.plan import Event, Plan

if TYPE_CHECKING:
    from trapline.targets.network import Network


class Slots:
    """Free physical qubits of one kind in each module, lowest first.

    Args:
        modules: Number of modules.
    """

    def __init__(self, modules: int) -> None:
        self._free: list[list[int]] = [[] for _ in range(modules)]
        self.used = [0] * modules

    def take(self, module: int) -> int:
        """Occupy the lowest free slot of a module."""
        if self._free[module]:
            return heapq.heappop(self._free[module])
        self.used[module] += 1
        return self.used[module] - 1

    def give(self, module: int, slot: int) -> None:
        """Free a slot."""
        heapq.heappush(self._free[module], slot)


def qubit_map(plan: Plan, network: Network) -> dict[str, dict[str, str]]:
    """Return the names of the emitted qubits that hold the input's, `initial` and `final`.

    Args:
        plan: A valid plan for the network.
        network: The modules.
    """
    data, comm = Slots(network.n_modules), Slots(network.n_modules)
    home: list[int] = plan.initial_home.tolist()
    held = [{m: (True, data.take(m))} for m in home]
    initial = [held[q][m][1] for q, m in enumerate(home)]
    start_home = list(home)

    def leave(q: int, module: int) -> None:
        is_data, slot = held[q].pop(module)
        (data if is_data else comm).give(module, slot)

    still = np.isin(plan.kinds, [Event.LOCAL, Event.RUN, Event.WHOLE])
    columns = (plan.kinds, plan.items, plan.modules, plan.sources)
    for kind, item, module, source in zip(*(c[~still].tolist() for c in columns), strict=True):
        if kind == Event.FETCH:
            near = comm.take(source)
            held[item][module] = (False, comm.take(module))
            comm.give(source, near)
        elif kind == Event.RELEASE:
            leave(item, module)
        elif kind == Event.HOME:
            home[item] = module
        elif kind in (Event.STORE, Event.PARK):
            stored = kind == Event.STORE
            slot = (data if stored else comm).take(module)
            leave(item, module)
            held[item][module] = (stored, slot)
        elif kind == Event.RESET and module != source:
            q = plan.expanded.qubits_of(item)[0]
            leave(q, source)
            held[q][module] = (True, data.take(module))
            home[q] = module
    names = network.names
    wires = plan.permutation.tolist()
    inputs = plan.program.qubit_names
    return {
        "initial": {
            name: f"{names[start_home[q]]}_d[{initial[q]}]" for q, name in enumerate(inputs)
        },
        "final": {
            name: f"{names[home[w]]}_d[{held[w][home[w]][1]}]"
            for name, w in zip(inputs, wires, strict=True)
        },
    }
