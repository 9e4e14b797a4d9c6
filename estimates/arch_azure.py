"""The monolith: one big surface-code machine, as Microsoft's Azure estimator version 1 has it.

With logical counts it is the tool itself, factories and all. Without, it is the tool's layout of
patches at the distance that the error asks for.

Sources:
    Beverland et al., arXiv:2211.07629, and the tool's behaviour, see `azure.py`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from trapline.errors import InfeasibleError
from trapline.estimates.architecture import (
    TOO_FAR,
    Answer,
    Architecture,
    CodeUse,
    Counted,
    Published,
    chosen,
    claimed,
    no_answer,
    smallest_distance,
)
from trapline.estimates.azure import (
    AZURE_QUBITS,
    PREFACTOR,
    THRESHOLD,
    AzureQubit,
    azure_v1,
    layout_patches,
)

if TYPE_CHECKING:
    from trapline.estimates.question import Question

SOURCE = "arXiv:2211.07629"
TOOL = "Azure estimator v1 (qsharp 1.31.0)"
PRESETS = {"azure-v1-e3": "qubit_gate_us_e3", "azure-v1-e4": "qubit_gate_us_e4"}
PER = "patch and step of d cycles"
LINK = "none: one machine"
LARGEST_BUDGET = 0.999
CASE = {"numQubits": 1024, "tCount": 100_000_000}
CASE_BUDGET = 1e-3
# Physical error -> physical qubits and runtime in ns that the tool printed for the case.
PRINTED = {1e-3: (3_314_160, 1_620_000_000_000_000), 1e-4: (781_400, 780_000_000_000_000)}


def architectures() -> tuple[Architecture, ...]:
    """Return the monolith with ion-like qubits of error 1e-3 and of 1e-4."""
    return tuple(_architecture(name, preset) for name, preset in PRESETS.items())


def monolith_qubits(question: Question, p: float, logical_error: float) -> int | None:
    """Return the physical qubits of a monolith of ions; None where none reaches the error.

    Factories count when the question has a program, as in the tool.

    Args:
        question: Logical qubits, and the program if there is one; the layout adds routing.
        p: Local error of its qubits.
        logical_error: Largest error a patch and step.
    """
    if not 0.0 < p < THRESHOLD:
        return None
    ions = replace(AZURE_QUBITS[PRESETS["azure-v1-e3"]], name=f"ions of {p:g}", clifford_error=p)
    asked = replace(question, logical_error=logical_error)
    return (_of_program(asked, ions) if question.counts else _bare(asked, ions)).physical_qubits


def monolith_answer(question: Question, preset: str) -> Answer:
    """Answer with one machine of a preset's qubits, by the tool itself where there is a program."""
    qubit = AZURE_QUBITS[preset]
    return _of_program(question, qubit) if question.counts else _bare(question, qubit)


def _architecture(name: str, preset: str) -> Architecture:
    qubit = AZURE_QUBITS[preset]

    def answer(question: Question) -> Answer:
        return monolith_answer(question, preset)

    def published() -> tuple[Published, ...]:
        return _published(qubit)

    return Architecture(
        name=name,
        title=f"Monolith, Azure v1, {qubit.clifford_error:g}",
        source=SOURCE,
        reference=(
            "M. E. Beverland et al., Assessing requirements to scale to practical quantum "
            "advantage, arXiv:2211.07629 (2022)"
        ),
        confidence="claimed",
        answer=answer,
        published=published,
    )


def _bare(question: Question, qubit: AzureQubit) -> Answer:
    """Answer for logical qubits alone: patches, routing, no factories."""
    p = qubit.clifford_error
    d = smallest_distance(partial(_step_error, p), question.logical_error)
    counted = Counted(communication="none needed", factories="no", routing="yes")
    if d is None:
        return no_answer(TOO_FAR, p=p, per=PER, link=LINK, counted=counted)
    return _answer(
        question,
        qubit,
        d,
        error=_step_error(p, d),
        factories=0,
        runtime_s=None,
        counted=counted,
        unknown=("magic states: the tool sizes factories for a program only",),
    )


def _of_program(question: Question, qubit: AzureQubit) -> Answer:
    """Answer for a program by the tool itself."""
    counted = Counted(communication="none needed", factories="yes", routing="yes")
    steps = question.steps or 1
    whole = min(LARGEST_BUDGET, question.logical_error * question.logical_qubits * steps)
    budget = whole if question.budget is None else question.budget
    try:
        tool = azure_v1(question.counts or {}, qubit=qubit, error_budget=budget)
    except InfeasibleError as error:
        p = qubit.clifford_error
        return no_answer(error.message, p=p, per=PER, link=LINK, counted=counted)
    return _answer(
        question,
        qubit,
        tool["logicalQubit"]["codeDistance"],
        error=tool["logicalQubit"]["logicalErrorRate"],
        factories=tool["physicalCounts"]["breakdown"]["physicalQubitsForTfactories"],
        runtime_s=tool["physicalCounts"]["runtime"] * 1e-9,
        counted=counted,
        t_error=_t_error(tool),
    )


def _t_error(tool: dict[str, Any]) -> float | None:
    """Return the error of the tool's T states, if it makes any."""
    return float(tool["tfactory"]["logicalErrorRate"]) if "tfactory" in tool else None


def _answer(
    question: Question,
    qubit: AzureQubit,
    d: int,
    *,
    error: float,
    factories: int,
    runtime_s: float | None,
    counted: Counted,
    t_error: float | None = None,
    unknown: tuple[str, ...] = (),
) -> Answer:
    n = question.logical_qubits
    patch = 2 * d * d
    cycle = 1e-3 * (4 * qubit.two_qubit_gate_time_ns + 2 * qubit.measurement_time_ns)
    return Answer(
        modules=1,
        physical_qubits=layout_patches(n) * patch + factories,
        logical_per_module=float(n),
        regime="hosted",
        code=CodeUse(
            family="rotated-surface",
            distance=d,
            parameters={"n": d * d, "k": 1, "d": d, "physical_qubits": patch},
        ),
        p=qubit.clifford_error,
        cycle_time_us=cycle,
        step_us=d * cycle,
        runtime_s=runtime_s,
        logical_error=error,
        per=PER,
        t_error=t_error,
        link=LINK,
        roles={
            "data": n * d * d,
            "ancilla": n * d * d,
            "routing": (layout_patches(n) - n) * patch,
            "factory": factories,
        },
        counted=counted,
        unknown=unknown,
        assumptions=(
            claimed("physical_error", qubit.clifford_error, f"preset {qubit.name}"),
            claimed("t_error", qubit.t_error, f"preset {qubit.name}, flattering"),
            claimed("cycle_time_us", cycle, "4 gates and 2 measurements", "us"),
            chosen("logical_error", "each patch", "the bare question asks it of every patch"),
        ),
    )


def _step_error(p: float, d: int) -> float:
    return float(PREFACTOR * (p / THRESHOLD) ** ((d + 1) // 2))


def _published(qubit: AzureQubit) -> tuple[Published, ...]:
    """Return a case that the tool was run on; the tests compare 48 with every number in them."""
    qubits, runtime_ns = PRINTED[qubit.clifford_error]
    ours = azure_v1(CASE, qubit=qubit, error_budget=CASE_BUDGET)["physicalCounts"]
    case = "1,024 qubits, 1e8 T, budget 1e-3"
    return (
        _row(f"physical qubits: {case}", qubits, ours["physicalQubits"]),
        _row(f"runtime in ns: {case}", runtime_ns, ours["runtime"]),
    )


def _row(what: str, theirs: float, ours: float) -> Published:
    return Published(what=what, theirs=theirs, ours=ours, tolerance=0, where=TOOL)
