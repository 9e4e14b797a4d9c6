"""Our own model, by the same questions as the others: `estimate` on a target of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from trapline.estimates.answer import estimate
from trapline.estimates.architecture import (
    Answer,
    Architecture,
    CodeUse,
    Counted,
    Published,
    no_answer,
)
from trapline.targets.load import load_target
from trapline.targets.model import Target

if TYPE_CHECKING:
    from trapline.estimates.on_demand import Estimate
    from trapline.estimates.question import Question

SOURCE = "this project"
PER = "logical qubit and remote operation"
COUNTED = Counted(communication="yes", factories="yes", routing="yes")


def architecture() -> Architecture:
    """Return the model."""
    return Architecture(
        name="trapline",
        title="Trapline",
        source=SOURCE,
        reference="Trapline, docs/estimates.md",
        confidence="assumed",
        answer=answer,
        published=published,
    )


def answer(question: Question) -> Answer:
    """Answer with the estimate for the target of the question."""
    target = question.target
    loaded = target if isinstance(target, Target) else load_target(target)
    report = estimate(
        logical_qubits=question.logical_qubits,
        logical_error=question.logical_error,
        budget=question.budget,
        counts=question.counts,
        target=loaded,
        brief=True,
    )
    p = max(module.two_qubit_gate_error.value for module in loaded.modules)
    if not report.feasible or report.code is None:
        why = f"{report.target}: {report.binding_reason}"
        return no_answer(why, p=p, per=PER, link="heralded pairs", counted=COUNTED)
    return _of_report(report, p)


def published() -> tuple[Published, ...]:
    """Return nothing: the model has no paper; its parts are tested one by one."""
    return ()


def _of_report(report: Estimate, p: float) -> Answer:
    link = report.link
    code = report.code
    roles: dict[str, Any] = {}
    if report.qubits_by_role is not None:
        roles = msgspec.structs.asdict(report.qubits_by_role)
    clock = report.logical_cycle_time_us or 0.0
    distance = code.distance if code else 1
    return Answer(
        modules=report.modules,
        physical_qubits=report.physical_qubits,
        logical_per_module=report.logical_qubits_per_module,
        regime=report.regime,
        code=CodeUse(family=code.family, distance=distance, parameters=code.parameters)
        if code
        else None,
        p=p,
        cycle_time_us=clock / distance,
        step_us=clock,
        remote_us=report.remote_operation_time_us,
        runtime_s=report.runtime_s,
        logical_error=report.error_budget.get("total"),
        per=PER,
        link="none: one module"
        if link is None
        else f"pairs F = {link.raw_fidelity:g}, distillation {link.distillation}",
        link_infidelity=None if link is None else 1.0 - link.used_fidelity,
        distillation="" if link is None else link.distillation,
        raw_pairs=None if link is None else link.raw_pairs_per_remote_operation,
        pairs_hz=None if link is None else link.required_pairs_per_s,
        roles=roles,
        counted=COUNTED,
        extrapolated=tuple(report.extrapolated),
        assumptions=tuple(report.assumptions),
    )
