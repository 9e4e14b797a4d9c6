"""The catalogue and its machines as rows of plain data, for tables and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trapline.targets.load import catalogue, load_target
from trapline.targets.quantity import CONFIDENCES, Quantity, unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trapline.targets.model import Target
    from trapline.targets.quantity import Confidence

    Row = dict[str, str | int | float | None]


def catalogue_rows() -> list[Row]:
    """List the machines of the catalogue.

    Returns:
        Rows with `name`, `summary`, `modules`, `physical_qubits` of the whole machine,
        `bell_fidelity` and `pair_rate_hz` of its first link (None without one), and `confidence`,
        the lowest of all its numbers.
    """
    return [_summary(load_target(name)) for name in catalogue()]


def target_rows(target: Target) -> list[Row]:
    """List every number of a machine with its unit, source and confidence.

    Returns:
        Rows with `path` (as `--set` takes it), `value`, `unit`, `low`, `high`, `confidence`,
        `source` and `note`.
    """
    return [
        {
            "path": path,
            "value": quantity.value,
            "unit": unit_of(path),
            "low": quantity.low,
            "high": quantity.high,
            "confidence": quantity.confidence,
            "source": quantity.source,
            "note": quantity.note,
        }
        for path, quantity in quantities(target)
    ]


def quantities(target: Target) -> Iterator[tuple[str, Quantity]]:
    """Yield the path of every number of a machine, as `--set` takes it, and the number."""
    groups = (("modules", target.modules), ("links", target.links))
    for group, items in groups:
        for item in items:
            for key in item.__struct_fields__:
                value = getattr(item, key)
                if isinstance(value, Quantity):
                    yield f"{group}.{item.name}.{key}", value


def lowest_confidence(target: Target) -> Confidence:
    """Return the least trusted confidence among the numbers of a machine."""
    found = {quantity.confidence for _, quantity in quantities(target)}
    return next(confidence for confidence in reversed(CONFIDENCES) if confidence in found)


def _summary(target: Target) -> Row:
    link = target.links[0] if target.links else None
    return {
        "name": target.name,
        "summary": target.summary,
        "modules": sum(module.count for module in target.modules),
        "physical_qubits": sum(m.count * m.physical_qubits.value for m in target.modules),
        "bell_fidelity": link.bell_fidelity.value if link else None,
        "pair_rate_hz": link.pair_rate_hz.value if link else None,
        "confidence": lowest_confidence(target),
    }
