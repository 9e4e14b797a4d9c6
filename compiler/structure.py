"""Check that a distributed circuit respects its modules.

The name of a physical qubit says where it is: `m0_d[3]` is data qubit 3 of module m0, `m0_c[1]` its
communication qubit 1. Every gate on several qubits must act within one module; only the preparation
of an EPR pair joins two, and its ends must be communication qubits.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from trapline.compiler.pairing import QubitMap, Verdict, places_of
from trapline.passes.gates import BARRIER, EPR, GATES, MEASURE

if TYPE_CHECKING:
    from trapline.passes.check import PlanCheck
    from trapline.passes.plan import Plan
    from trapline.passes.program import Program
    from trapline.targets.network import Network

_ROLES = {"d": "data", "c": "communication"}


def check_structure(
    emitted: Program, *, network: Network | None = None, used: PlanCheck | None = None
) -> Verdict:
    """Check modules and links of a distributed circuit, not what it computes.

    Args:
        emitted: The distributed circuit.
        network: Its network; without one, any two modules count as linked.
        used: What the plan uses; its pairs on each link must be those of the circuit.

    Returns:
        The verdict; False with the first violation.
    """
    found = _places(emitted)
    if isinstance(found, str):
        return Verdict(passed=False, checked=f"structure: {found}")
    pairs: Counter[tuple[str, str]] = Counter()
    for op, (opcode, qubits, *_) in enumerate(emitted.rows()):
        if opcode in (BARRIER, MEASURE) or len(qubits) < 2:
            continue
        where = [found[qubit] for qubit in qubits]
        modules = sorted({module for module, _ in where})
        if opcode != EPR and len(modules) > 1:
            return _broken(emitted, op, f"acts across modules {' and '.join(modules)}")
        if opcode == EPR:
            if len(modules) != 2 or any(role != "c" for _, role in where):
                return _broken(emitted, op, "must join communication qubits of two modules")
            pairs[modules[0], modules[1]] += 1
    trouble = _network_trouble(emitted, network, pairs) if network else ""
    trouble = trouble or (_plan_trouble(network, used, pairs) if network and used else "")
    if trouble:
        return Verdict(passed=False, checked=f"structure: {trouble}")
    n_modules = len({module for module, _ in found})
    total = sum(pairs.values())
    return Verdict(
        passed=True,
        checked=f"structure: {emitted.n_ops} operations within {n_modules} modules, "
        f"{total} EPR pairs between them",
    )


def check_map(
    original: Program,
    emitted: Program,
    qubit_map: QubitMap,
    plan: Plan,
    network: Network,
    used: PlanCheck,
) -> Verdict:
    """Check that the qubit map puts every input qubit into the module that the plan says.

    Raises:
        InputError: The map does not fit the circuits.
    """
    found = _places(emitted)
    if isinstance(found, str):
        return Verdict(passed=False, checked=f"qubit-map: {found}")
    ends: dict[str, list[int]] = {
        "initial": plan.initial_home.tolist(),
        "final": [used.final_home[qubit] for qubit in plan.permutation.tolist()],
    }
    for side, homes in ends.items():
        places = places_of(original, emitted, qubit_map, side)
        for name, place, home in zip(original.qubit_names, places, homes, strict=True):
            if found[place] != (network.names[home], "d"):
                return Verdict(
                    passed=False,
                    checked=f"qubit-map: {side} place of {name!r} is in {found[place]}, "
                    f"the plan's is in a data qubit of {network.names[home]}",
                )
    return Verdict(passed=True, checked="qubit-map: every input qubit where the plan has it")


def _places(emitted: Program) -> list[tuple[str, str]] | str:
    """Return module and role of every qubit; a sentence when a name does not say."""
    places: list[tuple[str, str]] = []
    for register in emitted.qubit_registers:
        module, _, role = register.name.rpartition("_")
        if not module or role not in _ROLES:
            return (
                f"register {register.name!r} belongs to no module, "
                "want names like m0_d (data) and m0_c (communication)"
            )
        places.extend([(module, role)] * register.size)
    return places


def _broken(emitted: Program, op: int, what: str) -> Verdict:
    names = emitted.qubit_names
    operands = ", ".join(names[qubit] for qubit in emitted.qubits_of(op))
    name = GATES[int(emitted.opcodes[op])].name
    return Verdict(passed=False, checked=f"structure: operation {op} ({name} on {operands}) {what}")


def _network_trouble(emitted: Program, network: Network, pairs: Counter[tuple[str, str]]) -> str:
    """Compare registers and pairs with the network."""
    limits: dict[str, int | None] = {}
    for name, data, comm in zip(
        network.names, network.data_qubits, network.comm_qubits, strict=True
    ):
        limits[f"{name}_d"], limits[f"{name}_c"] = data, comm
    for register in emitted.qubit_registers:
        if register.name not in limits:
            return f"register {register.name!r} belongs to no module of the network"
        limit = limits[register.name]
        if limit is not None and register.size > limit:
            return f"register {register.name!r} has {register.size} qubits, the module {limit}"
    links = {tuple(sorted((network.names[a], network.names[b]))) for a, b in network.links}
    for ends in pairs:
        if ends not in links:
            return f"EPR pairs between {ends[0]} and {ends[1]}, which no link joins"
    return ""


def _plan_trouble(network: Network, used: PlanCheck, pairs: Counter[tuple[str, str]]) -> str:
    """Compare the pairs of the circuit with those of the plan."""
    for (a, b), planned in zip(network.links, used.link_pairs, strict=True):
        first, second = sorted((network.names[a], network.names[b]))
        if pairs[first, second] != planned:
            return (
                f"{pairs[first, second]} EPR pairs between {first} and {second}, "
                f"the plan uses {planned}"
            )
    return ""
