"""IonQ's elementary logic units as the resource estimator benchq sizes them.

Each logical qubit has a unit (ELU) of data ions and a unit of bus ions; each unit makes its own
Bell pairs, 4-to-1 distilled, from one photonic attempt window per cycle.

Sources:
    benchq, DetailedIonTrapModel (github.com/zapatacomputing/benchq): an unrotated patch of
    (2 d - 1)^2 ions; w = 2 d - 1 distilled pairs a cycle wanted with 99.9 %, each distillation
    succeeds with 0.76 and takes four raw pairs; 1,000 attempts of success 2.18e-4 for each
    communication ion. Cycle 3 ms, physical error 1e-4; error of a step 0.1 (100 p)^((d+1)/2).
    Attempt success 2.18e-4: Stephenson et al., PRL 124, 110501 (2020).
"""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

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
from trapline.estimates.factories import FACTORIES, cheapest_factory

if TYPE_CHECKING:
    from trapline.estimates.question import Question

SOURCE = "benchq, DetailedIonTrapModel"
P = 1e-4
CYCLE_US = 3000.0
QUANTILE = 0.999
DISTILLATION_SUCCESS = 0.76
RAW_PER_PAIR = 4
ATTEMPT_SUCCESS = 2.18e-4
ATTEMPTS = 1000
PER = "logical qubit and step of d cycles"
LINK = "heralded pairs, 4-to-1 distilled"
COUNTED = Counted(communication="yes", factories="one unit", routing="a bus unit each")


def architecture() -> Architecture:
    """Return the model."""
    return Architecture(
        name="ionq-elu",
        title="IonQ ELU in benchq",
        source=SOURCE,
        reference=(
            "Zapata AI, benchq: resource estimation for fault-tolerant quantum computation, "
            "DetailedIonTrapModel, https://github.com/zapatacomputing/benchq (2023)"
        ),
        confidence="claimed",
        answer=answer,
        published=published,
    )


def answer(question: Question) -> Answer:
    """Answer with a data and a bus unit for each logical qubit, and one factory unit."""
    d = smallest_distance(step_error, question.logical_error)
    if d is None:
        return no_answer(TOO_FAR, p=P, per=PER, link=LINK, counted=COUNTED)
    n, each = question.logical_qubits, ions_by_role(d)
    choice = cheapest_factory(P, question.t_error)
    found = int(choice.index) >= 0
    factory = int(choice.qubits) if found else 0
    units = 2 * n + found
    bus = 2 * d - 1
    roles = {
        "data": n * d * d + n * (d - 1) ** 2,
        "ancilla": n * 2 * d * (d - 1),
        "communication": units * each["communication"],
        "memory": units * (2 * d - 1),
        "distillation": units * (each["memory"] - (2 * d - 1)),
        "factory": factory,
        "routing": n * (each["computing"] + bus),
    }
    step = d * CYCLE_US
    t_us = float(choice.cycles) * CYCLE_US / (FACTORIES[int(choice.index)].states if found else 1)
    return Answer(
        modules=units,
        physical_qubits=sum(roles.values()),
        logical_per_module=0.5,
        regime="hosted",
        code=CodeUse(
            family="unrotated-surface",
            distance=d,
            parameters={"n": d * d + (d - 1) ** 2, "k": 1, "d": d, "physical_qubits": bus**2},
        ),
        p=P,
        cycle_time_us=CYCLE_US,
        step_us=step,
        remote_us=step,
        runtime_s=question.runtime_s(step_us=step, t_state_us=t_us if found else 0.0),
        logical_error=step_error(d),
        per=PER,
        t_error=float(choice.error) if found else None,
        link=f"{LINK}, {bus} a cycle",
        distillation="4-to-1",
        raw_pairs=float(d * RAW_PER_PAIR * distillations(bus)),
        pairs_hz=1e6 * RAW_PER_PAIR * distillations(bus) / CYCLE_US,
        roles=roles,
        counted=COUNTED,
        extrapolated=("as many bus units as data units: the layout decides, and none was given",),
        unknown=("Bell fidelity before and after distillation", "optical switch")
        + (() if found else (f"no published factory reaches a T error of {question.t_error:g}",)),
        assumptions=(
            claimed("physical_error", P, SOURCE),
            claimed("cycle_time_us", CYCLE_US, SOURCE, "us"),
            claimed("attempt_success", ATTEMPT_SUCCESS, "PRL 124, 110501"),
            claimed("distillation_success", DISTILLATION_SUCCESS, SOURCE),
            claimed("quantile", QUANTILE, SOURCE),
            chosen("factories", 1.0, "one unit with the cheapest published factory"),
        ),
    )


def ions_by_role(d: int) -> dict[str, int]:
    """Return the ions of a data unit of distance d: communication, memory and computing."""
    wanted = 2 * d - 1
    n = distillations(wanted)
    window = 1.0 - (1.0 - ATTEMPT_SUCCESS) ** ATTEMPTS
    return {
        "communication": least_trials(RAW_PER_PAIR * n, window),
        "memory": RAW_PER_PAIR * n + wanted,
        "computing": wanted * wanted,
    }


def distillations(wanted: int) -> int:
    """Return the distillations that give so many pairs with the quantile's chance."""
    return least_trials(wanted, DISTILLATION_SUCCESS)


def least_trials(successes: int, chance: float) -> int:
    """Return the fewest trials of which enough succeed with the quantile's chance."""
    trials = successes
    while _too_few(trials, successes, chance) > 1.0 - QUANTILE:
        trials += 1
    return trials


def step_error(d: int) -> float:
    """Return the logical error a qubit and step of d cycles."""
    return float(0.1 * (100.0 * P) ** (0.5 * (d + 1)))


def published() -> tuple[Published, ...]:
    """Return the ions of data units that benchq computes."""
    five, nine = ions_by_role(5), ions_by_role(9)
    return (
        _row("ions of a data unit, d = 5", 718, sum(five.values())),
        _row("ions of a data unit, d = 9", 1288, sum(nine.values())),
        _row("communication ions, d = 9", 850, nine["communication"]),
        _row("memory ions, d = 9", 149, nine["memory"]),
        _row("computing ions, d = 9", 289, nine["computing"]),
    )


def _too_few(trials: int, successes: int, chance: float) -> float:
    """Return the chance of fewer successes than wanted."""
    fail = 1.0 - chance
    return sum(comb(trials, i) * chance**i * fail ** (trials - i) for i in range(successes))


def _row(what: str, theirs: float, ours: float) -> Published:
    return Published(what=what, theirs=theirs, ours=ours, tolerance=0, where="run of benchq")
