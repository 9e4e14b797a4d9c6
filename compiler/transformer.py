"""Trapline as a cirq transformer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trapline.compiler.pipeline import compile as compile_circuit
from trapline.errors import InputError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

    import cirq

    from trapline.targets.model import Target
    from trapline.targets.network import Network


def transformer(
    target: str | os.PathLike[str] | Target | Network,
    *,
    effort: str = "default",
    seed: int = 0,
    objective: str = "pairs",
) -> Callable[..., cirq.Circuit]:
    """Make a cirq transformer that distributes circuits over the modules of a target.

    Of the context, `deep` is granted in any case: nested circuits are unrolled. An operation with
    one of `tags_to_ignore`, at any depth, would have to stay as it is while its qubits move, which
    is impossible: a circuit that holds one is refused. `logger` is told the modules and the pairs.

    Args:
        target: As for `trapline.compile`.
        effort: As for `trapline.compile`.
        seed: As for `trapline.compile`.
        objective: As for `trapline.compile`.

    Returns:
        A function `distribute(circuit, *, context=None) -> cirq.Circuit`. The tag
        `trapline:notes` of its circuit holds JSON whose `qubit_map` says, by names, which qubit
        holds each input qubit at the start (`initial`) and at the end (`final`).
    """
    import cirq

    @cirq.transformer
    def distribute(
        circuit: cirq.AbstractCircuit, *, context: cirq.TransformerContext | None = None
    ) -> cirq.Circuit:
        """Distribute a circuit over modules."""
        context = context or cirq.TransformerContext()
        _refuse_tags(circuit, set(context.tags_to_ignore))
        result = compile_circuit(circuit, target, effort=effort, seed=seed, objective=objective)
        context.logger.log(
            f"distributed over {result.network.n_modules} modules",
            f"{result.epr_pairs} EPR pairs",
        )
        return result.circuit

    return distribute


def _refuse_tags(circuit: cirq.AbstractCircuit, ignored: set[object]) -> None:
    """Refuse a circuit with an operation that would have to stay as it is."""
    for moment, operation in _operations(circuit):
        tags = {*operation.tags, *operation.without_classical_controls().tags}
        if ignored & tags:
            shown = "a nested circuit" if "\n" in str(operation) else str(operation)
            raise InputError(
                f"moment {moment}: {shown} bears a tag to ignore, and an operation cannot stay as "
                "it is while its qubits move",
                hint="remove the tag, or distribute the circuit before tagging",
            )


def _operations(circuit: cirq.AbstractCircuit) -> Iterator[tuple[int, cirq.Operation]]:
    """Iterate over all operations, also inside others, with the outermost moment."""
    import cirq

    for index, moment in enumerate(circuit):
        for operation in moment:
            yield index, operation
            bare = operation.without_classical_controls().untagged
            if isinstance(bare, cirq.CircuitOperation):
                yield from ((index, inner) for _, inner in _operations(bare.circuit))
