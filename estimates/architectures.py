"""All architectures by name, and their answers side by side."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trapline.errors import InputError
from trapline.estimates import (
    arch_azure,
    arch_bicycle,
    arch_elu,
    arch_filippov,
    arch_jacinto,
    arch_pinnacle,
    arch_shift_memory,
    arch_trapline,
    arch_walking_cat,
)

if TYPE_CHECKING:
    from trapline.estimates.architecture import Answer, Architecture, Published
    from trapline.estimates.question import Question

ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Row:
    """An answer beside the monolith's.

    Args:
        architecture: The model.
        answer: What it answers.
        ratio: Physical qubits over those of the monolith of the same physical error that reaches
            the error asked for; None where one of them has no answer.
        ratio_at_its_error: The same over the monolith that reaches the error of the answer itself;
            None for a program.
        meets_goal: Whether the answer's error is at most the one asked for.
    """

    architecture: Architecture
    answer: Answer
    ratio: float | None
    ratio_at_its_error: float | None
    meets_goal: bool | None


def all_architectures() -> dict[str, Architecture]:
    """Return the architectures by name, ions first, our own last."""
    rows = (
        arch_walking_cat.architecture(),
        arch_shift_memory.architecture(),
        arch_elu.architecture(),
        arch_bicycle.gross(),
        arch_bicycle.two_gross(),
        arch_pinnacle.architecture(),
        arch_jacinto.architecture(),
        arch_filippov.architecture(),
        *arch_azure.architectures(),
        arch_trapline.architecture(),
    )
    return {row.name: row for row in rows}


def find_architecture(name: str) -> Architecture:
    """Return an architecture by name.

    Raises:
        InputError: There is none of that name.
    """
    known = all_architectures()
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name, [*known, ALL], n=1)
    raise InputError(
        f"architecture: got {name!r}, want {ALL}, {', '.join(known)}",
        hint=f"did you mean {close[0]!r}?" if close else "",
    )


def compare(question: Question) -> list[Row]:
    """Ask every architecture the same question."""
    return [row_of(architecture, question) for architecture in all_architectures().values()]


def row_of(architecture: Architecture, question: Question) -> Row:
    """Ask one architecture, and lay its answer beside the monolith."""
    answer = architecture.answer(question)
    reached = answer.logical_error
    return Row(
        architecture=architecture,
        answer=answer,
        ratio=_ratio(answer, question, question.logical_error),
        ratio_at_its_error=None
        if reached is None or question.counts
        else _ratio(answer, question, reached),
        meets_goal=None if reached is None else reached <= question.logical_error * (1.0 + 1e-9),
    )


def architecture_rows() -> list[dict[str, Any]]:
    """List the architectures as plain data, with the numbers of their sources beside ours."""
    return [
        {
            "name": row.name,
            "title": row.title,
            "source": row.source,
            "reference": row.reference,
            "confidence": row.confidence,
            "published": [_published(number) for number in row.published()],
        }
        for row in all_architectures().values()
    ]


def _published(number: Published) -> dict[str, Any]:
    return {
        "what": number.what,
        "theirs": number.theirs,
        "ours": number.ours,
        "tolerance": number.tolerance,
        "agrees": number.agrees,
        "where": number.where,
    }


def _ratio(answer: Answer, question: Question, error: float) -> float | None:
    if answer.physical_qubits is None or answer.p is None:
        return None
    whole = arch_azure.monolith_qubits(question, answer.p, error)
    return None if whole is None else answer.physical_qubits / whole
