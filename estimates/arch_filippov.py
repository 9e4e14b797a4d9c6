"""Distributed surface-code machines of large nodes: the averages of Filippov, Yang and Murali.

Sources:
    arXiv:2508.19160v1, abstract: nodes of 45 thousand qubits take on average 1.4 times the physical
    qubits and 4 times the time of a monolith, over their programs and superconducting
    hardware. Which monolith is ours to choose: Azure v1 with qubits of error 1e-3 and gates of
    50 ns (assumed). An average over programs is no law; every answer is an extrapolation.
"""

from __future__ import annotations

from math import ceil

from trapline.estimates.arch_azure import monolith_answer
from trapline.estimates.architecture import (
    Answer,
    Architecture,
    Counted,
    Published,
    chosen,
    claimed,
    no_answer,
)
from trapline.estimates.question import Question, question_of

SOURCE = "arXiv:2508.19160"
PRESET = "qubit_gate_ns_e3"
NODE_QUBITS = 45_000
QUBIT_FACTOR = 1.4
TIME_FACTOR = 4.0
LINK = "pairs between nodes, distilled"
COUNTED = Counted(communication="in the 1.4", factories="with a program", routing="yes")


def architecture() -> Architecture:
    """Return the model."""
    return Architecture(
        name="filippov-nodes",
        title="Large nodes, Filippov et al.",
        source=SOURCE,
        reference=(
            "D. Filippov, P. Yang, P. Murali, Architecting distributed quantum computers: design "
            "insights from resource estimation, arXiv:2508.19160 (2025)"
        ),
        confidence="claimed",
        answer=answer,
        published=published,
    )


def answer(question: Question) -> Answer:
    """Answer with the averages times a monolith."""
    whole = monolith_answer(question, PRESET)
    if whole.physical_qubits is None or whole.step_us is None or whole.p is None:
        p = whole.p or 0.0
        return no_answer(whole.why_not, p=p, per=whole.per, link=LINK, counted=COUNTED)
    qubits = ceil(QUBIT_FACTOR * whole.physical_qubits)
    nodes = ceil(qubits / NODE_QUBITS)
    runtime = None if whole.runtime_s is None else TIME_FACTOR * whole.runtime_s
    return Answer(
        modules=nodes,
        physical_qubits=qubits,
        logical_per_module=question.logical_qubits / nodes,
        regime="hosted",
        code=whole.code,
        p=whole.p,
        cycle_time_us=whole.cycle_time_us,
        step_us=TIME_FACTOR * whole.step_us,
        runtime_s=runtime,
        logical_error=whole.logical_error,
        per=whole.per,
        t_error=whole.t_error,
        link=LINK,
        counted=COUNTED,
        extrapolated=("an average over other programs, applied to this one",),
        unknown=("qubits by role", "link of the average"),
        assumptions=(
            claimed("node_qubits", float(NODE_QUBITS), f"{SOURCE}v1, abstract"),
            claimed("qubit_factor", QUBIT_FACTOR, f"{SOURCE}v1, abstract, an average"),
            claimed("time_factor", TIME_FACTOR, f"{SOURCE}v1, abstract, an average"),
            chosen("monolith", PRESET, "Azure v1, the closest preset to superconducting qubits"),
        ),
    )


def published() -> tuple[Published, ...]:
    """Return the averages, as ratios of our answers for 1,024 logical qubits."""
    question = question_of()
    ours, whole = answer(question), monolith_answer(question, PRESET)
    qubits = (ours.physical_qubits or 0) / (whole.physical_qubits or 1)
    time = (ours.step_us or 0.0) / (whole.step_us or 1.0)
    return (
        _row("physical qubits over those of a monolith", QUBIT_FACTOR, qubits),
        _row("time over that of a monolith", TIME_FACTOR, time),
    )


def _row(what: str, theirs: float, ours: float) -> Published:
    return Published(what=what, theirs=theirs, ours=ours, tolerance=1e-4, where="abstract")
