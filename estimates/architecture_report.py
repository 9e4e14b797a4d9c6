"""Answers of architectures as plain data, with the keys of every estimate and some of their own."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import msgspec

from trapline import __version__
from trapline.estimates.architecture import ROLES
from trapline.estimates.architecture_factors import factors_of

if TYPE_CHECKING:
    from trapline.estimates.architecture import Answer
    from trapline.estimates.architectures import Row
    from trapline.estimates.question import Question


def report_of(row: Row, question: Question, *, seed: int = 0) -> dict[str, Any]:
    """Return one architecture's answer with the keys of `estimate --format json`.

    Args:
        row: The answer and its ratios.
        question: What was asked.
        seed: Echoed; no model draws anything.
    """
    architecture, answer = row.architecture, row.answer
    why_not = _why_not(row)
    return {
        "version": __version__,
        "feasible": not why_not,
        "logical_qubits": question.logical_qubits,
        "logical_error_wanted": question.logical_error,
        "modules": answer.modules,
        "physical_qubits": answer.physical_qubits,
        "logical_qubits_per_module": answer.logical_per_module,
        "architecture": architecture.name,
        "title": architecture.title,
        "source": architecture.source,
        "confidence": architecture.confidence,
        "regime": answer.regime,
        "code": None if answer.code is None else asdict(answer.code),
        "physical_error": answer.p,
        "cycle_time_us": answer.cycle_time_us,
        "logical_cycle_time_us": answer.step_us,
        "remote_operation_time_us": answer.remote_us,
        "runtime_s": answer.runtime_s,
        "logical_error": answer.logical_error,
        "logical_error_is_per": answer.per,
        "meets_goal": row.meets_goal,
        "t_state_error": answer.t_error,
        "ratio_to_monolith": row.ratio,
        "ratio_to_monolith_at_its_error": row.ratio_at_its_error,
        "link_model": answer.link,
        "link": _link(answer),
        "qubits_by_role": _roles(answer),
        "factors": factors_of(answer, question.logical_qubits),
        "counted": asdict(answer.counted),
        "error_budget": _errors(answer, question),
        "binding_constraint": "logical_error" if why_not else "",
        "binding_reason": why_not,
        "frontier": [],
        "extrapolated": list(answer.extrapolated),
        "unknown": list(answer.unknown),
        "assumptions": [msgspec.to_builtins(a) for a in answer.assumptions],
        "references": [architecture.reference],
        "nearest_feasible": _nearest(row),
        "seed": seed,
    }


def comparison_of(rows: list[Row], question: Question, *, seed: int = 0) -> dict[str, Any]:
    """Return all answers to one question, with the references of all."""
    reports = [report_of(row, question, seed=seed) for row in rows]
    return {
        "version": __version__,
        "logical_qubits": question.logical_qubits,
        "logical_error_wanted": question.logical_error,
        "architectures": reports,
        "references": list(dict.fromkeys(key for r in reports for key in r["references"])),
        "seed": seed,
    }


def _why_not(row: Row) -> str:
    """Say why an architecture does not do; empty when it does."""
    answer = row.answer
    if answer.why_not or row.meets_goal is not False:
        return answer.why_not
    return f"its error is {answer.logical_error:.3g} per {answer.per}"


def _nearest(row: Row) -> dict[str, float] | None:
    """Return the error that it does reach, where that is not the one asked for."""
    error = row.answer.logical_error
    return {"logical_error": error} if error is not None and row.meets_goal is False else None


def _link(answer: Answer) -> dict[str, Any] | None:
    """Return how pairs are used; None where there are none."""
    if not answer.distillation:
        return None
    fidelity = None if answer.link_infidelity is None else 1.0 - answer.link_infidelity
    return {
        "raw_fidelity": fidelity if answer.distillation == "none" else None,
        "used_fidelity": fidelity,
        "distillation": answer.distillation,
        "raw_pairs_per_remote_operation": answer.raw_pairs,
        "required_pairs_per_s": answer.pairs_hz,
        "available_pairs_per_s": None,
    }


def _roles(answer: Answer) -> dict[str, int] | None:
    """Return qubits by role, every role of the interface; None where only their sum is known."""
    if not answer.roles:
        return None
    return dict.fromkeys(ROLES, 0) | dict(answer.roles)


def _errors(answer: Answer, question: Question) -> dict[str, float]:
    budget = {"allowed": question.logical_error}
    return budget if answer.logical_error is None else {"total": answer.logical_error, **budget}
