"""A chain of surface-code processors joined by noisy links, after Jacinto, Gouzien and Sangouard.

Sources:
    arXiv:2504.08891: logical error of a patch across s seams, kept here as published, so that our
    own calibration of seams does not change it; 2 d Bell pairs a cycle and processor; p = 1e-3,
    cycle 1 us, reaction 10 us; RSA-2048 at Bell errors of 0.1 to 2.4 %: d = 35, 378 + 2 processors
    of 89,781 qubits, 34.0 million in all, 20.4 days.
    The authors' code (github.com/HugoJ1/shor_multi_chip): the layout with two columns of n_y = 11
    patches, 22 logical qubits a processor; a CNOT in 4 d cycles; a CCZ factory of 85,488.5 qubits
    that gives a state in 133 cycles with error 2.1e-14. Its total of 34,018,414 qubits at d = 35 is
    that of 377 processors and two factories.
"""

from __future__ import annotations

from math import ceil, sqrt
from typing import TYPE_CHECKING

from trapline.estimates.arch_jacinto_rsa import Cost, Gates, factoring, hazard, logical_qubits
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

if TYPE_CHECKING:
    from trapline.estimates.question import Question

SOURCE = "arXiv:2504.08891"
CODE = "arXiv:2504.08891, by its authors' code"
P = 1e-3
P_BELL = 0.01
CYCLE_US = 1.0
REACTION_CYCLES = 10.0
N_Y = 11
LOGICAL_PER_PROCESSOR = 2 * N_Y
N_FACTORIES = 2
FACTORY_QUBITS = 85_488.5
FACTORY_CYCLES = 133.0
CCZ_ERROR = 2.1e-14
CNOT_CYCLES_PER_D = 4
INJECT_CYCLES_PER_D = 7
RSA_DISTANCE = 35
DAY_S = 86_400.0
PER = "CNOT along the whole chain (the worst operation)"
LINK = f"pairs with 1 - F = {P_BELL:g}, undistilled"
COUNTED = Counted(communication="2 d a processor", factories="two CCZ", routing="yes")


def architecture() -> Architecture:
    """Return the model."""
    return Architecture(
        name="jacinto-chain",
        title="Chain of processors, Jacinto et al.",
        source=SOURCE,
        reference=(
            "H. Jacinto, E. Gouzien, N. Sangouard, Network requirements for distributed quantum "
            "computation, arXiv:2504.08891 (2025)"
        ),
        confidence="claimed",
        answer=answer,
        published=published,
    )


def answer(question: Question) -> Answer:
    """Answer with the smallest distance at which a CNOT along the whole chain reaches the goal."""
    n = question.logical_qubits
    processors = ceil(n / LOGICAL_PER_PROCESSOR)

    def error(d: int) -> float:
        return cnot_error(d, seams=max(0, processors - 1))

    d = smallest_distance(error, question.logical_error)
    if d is None:
        return no_answer(TOO_FAR, p=P, per=PER, link=LINK, counted=COUNTED)
    step = CNOT_CYCLES_PER_D * d * CYCLE_US
    factories = 2 * ceil(FACTORY_QUBITS)
    patches = n * (2 * d * d - 1)
    roles = {
        "data": n * d * d,
        "ancilla": n * (d * d - 1),
        "communication": 2 * d * processors,
        "factory": factories,
        "routing": processors * (processor_qubits(d) - 2 * d) - patches,
    }
    return Answer(
        modules=processors + N_FACTORIES,
        physical_qubits=sum(roles.values()),
        logical_per_module=float(LOGICAL_PER_PROCESSOR),
        regime="hosted",
        code=CodeUse(
            family="rotated-surface",
            distance=d,
            parameters={"n": d * d, "k": 1, "d": d, "physical_qubits": 2 * d * d - 1},
        ),
        p=P,
        cycle_time_us=CYCLE_US,
        step_us=step,
        remote_us=step,
        runtime_s=question.runtime_s(step_us=step, t_state_us=FACTORY_CYCLES * CYCLE_US),
        logical_error=error(d),
        per=PER,
        t_error=CCZ_ERROR,
        link=f"{LINK}, {2 * d} a cycle",
        link_infidelity=P_BELL,
        distillation="none",
        raw_pairs=float(2 * d * d),
        pairs_hz=2.0 * d * 1e6 / CYCLE_US,
        roles=roles,
        counted=COUNTED,
        extrapolated=(
            f"processors of 22 logical qubits at d = {d}, factories as at d = {RSA_DISTANCE}: "
            "published for RSA-2048 only",
        ),
        unknown=("how pairs are made",),
        assumptions=(
            claimed("physical_error", P, SOURCE),
            chosen("bell_infidelity", P_BELL, "inside the 0.1 to 2.4 % of the source"),
            claimed("cycle_time_us", CYCLE_US, SOURCE, "us"),
            claimed("processor_qubits", float(processor_qubits(d)), CODE),
            claimed("factory_qubits", FACTORY_QUBITS, CODE),
            chosen("magic", "a CCZ state for each T", "the source makes CCZ states only"),
        ),
    )


def processor_qubits(d: int, n_y: int = N_Y) -> int:
    """Return the qubits of a processor with two columns of n_y patches, links included."""
    return 2 * ((3 * d + 2) * ((d + 1) * n_y - 1) + (2 * d + 1) * (d + 1) + d) - 1 + 2 * d


def inside_error(d: int, p: float = P) -> float:
    """Return the error a cycle of a patch inside one processor, both operators."""
    return float(0.1 * (p / 7.43e-3) ** (0.5 * (d + 1)))


def chain_error(d: int, *, seams: int, p: float = P, p_bell: float = P_BELL) -> float:
    """Return the error a cycle of the routing patch along the chain, both operators."""
    k = 0.5 * (d + 1)
    bulk = p / 7.2e-3
    t = 0.298 / (1.0 + 0.21 / (1.0 - sqrt(bulk))) ** 2
    length = (2 * d + 2) / d * (seams + 1) + N_Y * (d + 1) / d
    mixed = sum((p_bell / t) ** (0.5 * i) * bulk ** (0.5 * (d + 1 - i)) for i in range(1, d + 1))
    along = 0.045 * length * bulk**k + seams * (0.099 * (p_bell / 0.298) ** k + 0.053 * mixed)
    return float(along + 0.5 * inside_error(d, p))


def cnot_error(d: int, *, seams: int, p_bell: float = P_BELL) -> float:
    """Return the error of a CNOT along the chain: routing patch for d cycles, qubits for 4 d."""
    chain = d * chain_error(d, seams=seams, p_bell=p_bell)
    return min(0.5, chain + CNOT_CYCLES_PER_D * d * inside_error(d))


def rsa(p_bell: float, *, idle_errors: bool = True) -> tuple[int, float, float]:
    """Return qubits, days until success and error of a run for RSA-2048 at d = 35.

    Args:
        p_bell: Infidelity of the Bell pairs.
        idle_errors: Whether qubits that wait make errors. In the authors' code their error a cycle,
            2e-17, is lost when subtracted from 1 in double precision.
    """
    d, n = RSA_DISTANCE, logical_qubits()
    processors = ceil(n / LOGICAL_PER_PROCESSOR)
    waiting = n if idle_errors else 0
    failure, seconds = factoring(_gates(d, waiting, seams=processors - 1, p_bell=p_bell))
    total = processors * processor_qubits(d) + N_FACTORIES * FACTORY_QUBITS
    return round(total), seconds / (1.0 - failure) / DAY_S, failure


def published() -> tuple[Published, ...]:
    """Return RSA-2048 as published."""
    total, days, failure = rsa(1e-3, idle_errors=False)
    return (
        _row("logical qubits of RSA-2048 over 22, processors", 378,
             ceil(logical_qubits() / LOGICAL_PER_PROCESSOR), 0.003),
        _row("qubits of a processor, d = 35", 89_781, processor_qubits(RSA_DISTANCE)),
        _row("qubits for RSA-2048", 34_018_414, total),
        _row("days for RSA-2048, Bell error 0.1 %", 20.4, days, 0.003),
        _row("chance that a run fails", 0.008423925477266225, failure, 0.02),
    )  # fmt: skip


def _gates(d: int, n: int, *, seams: int, p_bell: float) -> Gates:
    """Return the costs of operations when n logical qubits idle meanwhile."""
    second = CYCLE_US * 1e-6
    routing = hazard(chain_error(d, seams=seams, p_bell=p_bell))
    idle = n * hazard(inside_error(d))
    length = (N_Y + 1) * (d + 1) / d
    inner = hazard(0.5 * inside_error(d) * (1.0 + length))
    cnot_cycles, inject_cycles = CNOT_CYCLES_PER_D * d, INJECT_CYCLES_PER_D * d
    injecting = hazard(chain_error(d, seams=seams + 2, p_bell=p_bell))
    return Gates(
        cnot=Cost(d * (routing + inner) + cnot_cycles * idle, cnot_cycles * second),
        prepare=Cost(d * idle, d * second),
        measure=Cost(REACTION_CYCLES * idle, REACTION_CYCLES * second),
        ccz_state=Cost(hazard(CCZ_ERROR), FACTORY_CYCLES * second),
        ccz_inject=Cost(3 * d * injecting + inject_cycles * idle, inject_cycles * second),
    )


def _row(what: str, theirs: float, ours: float, tolerance: float = 0.0) -> Published:
    return Published(
        what=what, theirs=theirs, ours=ours, tolerance=tolerance, where="RSA-2048 estimate"
    )
