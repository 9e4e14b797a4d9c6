"""From a circuit to the goal of an estimate: what it takes, and what crosses between modules."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from trapline.compiler.logical_counts import logical_counts
from trapline.compiler.pipeline import compile as compile_circuit
from trapline.compiler.read import load
from trapline.estimates import estimate
from trapline.estimates.goal import Traffic
from trapline.targets.network import ideal_network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from os import PathLike

    from trapline.passes.program import Program
    from trapline.targets.model import Target

# Times that the modules found and the program compiled for them are brought together.
ROUNDS = 3


def workload_of(
    circuit: str | PathLike[str],
    target: Target,
    goal: Mapping[str, Any],
    *,
    effort: str = "fast",
    seed: int = 0,
    time_limit: float | None = None,
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """Compile a circuit for the modules that it takes and return its counts and traffic.

    The logical qubits of a module follow from the estimate, the traffic from the compiler's plan
    for so many qubits a module, and the estimate from the traffic; this settles at once or
    nearly so.

    Args:
        circuit: Path or text of a circuit.
        target: The target.
        goal: `logical_qubits`, `logical_error` and `budget` of the estimate.
        effort: How hard the compiler searches.
        seed: Seed of the compiler.
        time_limit: Seconds for each compilation.
        progress: Called with the name of each stage.

    Returns:
        `counts` and, unless the machine is infeasible or every operation is between modules anyway,
        `traffic`; arguments of `estimate`.
    """
    progress("read")
    program, _ = load(circuit)
    found: dict[str, Any] = {"counts": logical_counts(program)}
    sizes: set[int] = set()
    for _ in range(ROUNDS):
        report = estimate(target=target, brief=True, uncertainty=False, **{**goal, **found})
        size = report.logical_qubits_per_module or 0.0
        if size < 1.0 or int(size) in sizes:
            break
        sizes.add(int(size))
        progress(f"compile for {int(size)} logical qubits a module")
        found["traffic"] = _traffic(program, int(size), effort, seed, time_limit)
    return found


def _traffic(
    program: Program, size: int, effort: str, seed: int, time_limit: float | None
) -> Traffic:
    """Compile for modules of a size and count the operations between them."""
    modules = -(-program.n_qubits // size)
    if modules <= 1:
        return Traffic(operations=0, busiest=0)
    network = ideal_network("complete", modules, size, None)
    compiled = compile_circuit(
        program, network, effort=effort, seed=seed, time_limit=time_limit, verify=False
    )
    report = compiled.report()
    busy: Counter[str] = Counter()
    for link in report["links"]:
        busy.update(dict.fromkeys(link["ends"], link["epr_pairs"]))
    return Traffic(operations=report["epr_pairs"], busiest=max(busy.values(), default=0))
