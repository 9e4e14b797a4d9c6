"""Trapline as a cirq transformer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trapline.compiler.pipeline import compile as compile_circuit
from trapline.errors import InputError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    import cirq

    from trapline.targets.model import Target
    from trapline.targets.network import Network


def transformer(
    target: str | os.PathLike[str] | Target | Network, *, effort: str = "default", seed: int = 0
) -> Callable[..., cirq.Circuit]:
    """Make a cirq transformer that distributes circuits over the modules of a target.

    The transformer works on the whole circuit: `context.deep` is granted, because nested circuits are unrolled in any case;
    operations with a tag in `context.tags_to_ignore` would have to stay as they are on qubits that move, which is
    impossible, so that a circuit that holds one is refused. `context.logger` is told the pairs.

    Args:
        target: As for `trapline.compile`.
        effort: As for `trapline.compile`.
        seed: As for `trapline.compile`.

    Returns:
        A function `distribute(circuit, *, context=None) -> cirq.Circuit`. The circuit's tags hold the map from input qubits to
        emitted ones.
    """
    import cirq

    @cirq.transformer
    def distribute(
        circuit: cirq.AbstractCircuit, *, context: cirq.TransformerContext | None = None
    ) -> cirq.Circuit:
        """Distribute a circuit over modules."""
        context = context or cirq.TransformerContext()
        ignored = set(context.tags_to_ignore)
        for moment_index, moment in enumerate(circuit):
            for operation in moment:
                if ignored.intersection(operation.tags):
                    raise InputError(
                        f"moment {moment_index}: {operation} bears a tag to ignore, and an operation "
                        "cannot stay as it is while its qubits move",
                        hint="remove the tag, or distribute the circuit before tagging",
                    )
        result = compile_circuit(circuit, target, effort=effort, seed=seed)
        context.logger.log(
            "distributed over modules",
            str(result.network.n_modules),
            f"{result.epr_pairs} EPR pairs",
        )
        return result.circuit

    return distribute
