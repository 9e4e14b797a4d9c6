"""Compile a circuit for a network, from reading it to verifying what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import TYPE_CHECKING, Any

from trapline.compiler.clock import Clock
from trapline.compiler.emission import Emission, is_beyond_simulation
from trapline.compiler.planning import Planned, plan_circuit
from trapline.compiler.read import load
from trapline.errors import CheckError, InputError, TraplineError
from trapline.passes.effort import EFFORTS, LARGEST_SEED
from trapline.passes.gates import EPR
from trapline.targets.load import load_target
from trapline.targets.model import Target
from trapline.targets.network import Network
from trapline.targets.objective import OBJECTIVES, Objective, objective_of
from trapline.targets.to_network import network_of

if TYPE_CHECKING:
    import cirq

    from trapline.compiler.verify import Verification
    from trapline.passes.check import PlanCheck
    from trapline.passes.plan import Plan
    from trapline.passes.program import Program
    from trapline.passes.schedule import Schedule
    from trapline.passes.solve import Solution

Progress = Callable[[str], None]


def _quiet(stage: str) -> None:
    """Show no progress."""


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A distributed circuit with everything that is known about it.

    Args:
        program: The input.
        sha256: SHA-256 of the input.
        network: The modules it was compiled for.
        objective: What the plan keeps small.
        plan: What happens where.
        emission: The distributed circuit, or the way to it: large circuits that no simulation could
            decide are emitted when asked for.
        form: Form of the input that was distributed (`trapline.compiler.planning`).
        interactions: Interactions of the input as given.
        usage: What the plan checker counted.
        solution: What the solvers found.
        timing: Times and fidelity; None where the network is ideal.
        verification: How the result was verified; None when that was declined.
        effort: Effort of the search.
        seed: Seed of every random choice.
        seconds: Seconds by stage.
    """

    program: Program
    sha256: str
    network: Network
    objective: Objective
    plan: Plan
    emission: Emission
    form: str
    interactions: int
    usage: PlanCheck
    solution: Solution
    timing: Schedule | None
    verification: Verification | None
    effort: str
    seed: int
    seconds: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def epr_pairs(self) -> int:
        """EPR pairs that the circuit uses, one for each hop."""
        return self.usage.epr_pairs

    @property
    def emitted(self) -> Program:
        """The distributed circuit as columns."""
        return self.emission.checked

    @property
    def circuit(self) -> cirq.Circuit:
        """The distributed circuit; built anew at each call."""
        from trapline.compiler.cirq_export import program_to_cirq

        return program_to_cirq(self.emitted)

    @property
    def stopped(self) -> bool:
        """Whether the time limit cut the search short."""
        return self.solution.stopped

    def report(self) -> dict[str, Any]:
        """Return the report that `trapline compile --format json` prints."""
        from trapline.compiler.report import compile_report

        return compile_report(self)  # pyright: ignore[reportArgumentType]  # the file has two paths


def compile(  # noqa: A001  # the name users expect: trapline.compile
    circuit: str | PathLike[str] | cirq.AbstractCircuit | Program,
    target: str | PathLike[str] | Target | Network,
    *,
    effort: str = "default",
    seed: int = 0,
    time_limit: float | None = None,
    objective: str = "pairs",
    verify: bool = True,
    progress: Progress = _quiet,
) -> Compiled:
    """Distribute a circuit over the modules of a target.

    Args:
        circuit: A path, the text of a program, or a cirq circuit.
        target: A name of the catalogue, the path of a TOML file, a `Target`, or an ideal `Network`.
        effort: How hard to search: `fast`, `default` or `best`.
        seed: Seed of every random choice, 0 to 2,000,000,000; the same seed gives the same plan.
        time_limit: Seconds for the search; the best plan found by then is verified and returned.
        objective: What the plan keeps small: EPR `pairs`, or, for a target, the `time` that its
            links are busy or the `infidelity` of its pairs (`trapline.targets.objective`).
        verify: Whether to simulate the result. The plan checker runs in any case.
        progress: Called with the name of each stage as it begins.

    Returns:
        The distributed circuit, its plan and how it was verified.

    Raises:
        InputError: The circuit cannot be read.
        TargetError: The target cannot be read, or the objective needs one.
        InfeasibleError: The circuit does not fit the target.
        CheckError: The result failed a check.
        TraplineError: An option is out of its range.
    """
    if effort not in EFFORTS:
        raise TraplineError(f"effort: got {effort!r}, want one of {', '.join(EFFORTS)}")
    if objective not in OBJECTIVES:
        raise TraplineError(f"objective: got {objective!r}, want one of {', '.join(OBJECTIVES)}")
    if not 0 <= seed <= LARGEST_SEED:
        raise TraplineError(f"seed: got {seed}, want 0 to {LARGEST_SEED}")
    if time_limit is not None and not time_limit >= 0:  # nor NaN
        raise TraplineError(f"time_limit: got {time_limit}, want 0 or more seconds")
    clock = Clock(progress)
    with clock.stage("read"):
        program, sha256 = load(circuit)
        _refuse_distributed(program, circuit)
    machine = _machine(target)
    network = network_of(machine) if isinstance(machine, Target) else machine
    aim = objective_of(objective, machine)
    planned = plan_circuit(
        program, network, clock, effort=effort, seed=seed, time_limit=time_limit, objective=aim
    )
    plan, solution, usage = planned.plan, planned.solution, planned.usage
    emission = Emission(plan, network, usage)
    timing, verification = _emit(
        program, planned, emission, machine, clock, seed=seed, effort=effort if verify else None
    )
    return Compiled(
        program=program,
        sha256=sha256,
        network=network,
        objective=aim,
        plan=plan,
        emission=emission,
        form=planned.form,
        interactions=planned.interactions,
        usage=usage,
        solution=solution,
        timing=timing,
        verification=verification,
        effort=effort,
        seed=seed,
        seconds=clock.seconds,
    )


def _refuse_distributed(
    program: Program, source: str | PathLike[str] | cirq.AbstractCircuit | Program
) -> None:
    """Refuse a circuit that prepares EPR pairs: it is an emitted one."""
    shown = str(source) if isinstance(source, str | PathLike) else ""
    found = (program.opcodes == EPR).nonzero()[0]
    if len(found):
        raise InputError(
            f"operation {found[0]} prepares an EPR pair: the circuit has been distributed before",
            file="<text>" if "\n" in shown else shown,
            line=int(program.lines[found[0]]),
            hint="compile the circuit that it was made from",
        )


def _machine(target: str | PathLike[str] | Target | Network) -> Target | Network:
    if isinstance(target, Target | Network):
        return target
    return load_target(str(target))


def _emit(
    original: Program,
    planned: Planned,
    emission: Emission,
    machine: Target | Network,
    clock: Clock,
    *,
    seed: int,
    effort: str | None,
) -> tuple[Schedule | None, Verification | None]:
    """Emit, time and verify, as far as the circuit needs to be there for that."""
    from trapline.compiler.verify import plan_verdict, together
    from trapline.compiler.verify import verify as verify_emitted
    from trapline.passes.schedule import schedule

    usage = emission.usage
    timed = isinstance(machine, Target)
    if effort is None and not timed:
        return None, None
    if not timed and is_beyond_simulation(original):
        verdicts = {"plan-check": plan_verdict(emission.plan, emission.network, usage)[1]}
        if planned.rewrite is not None:
            verdicts["rewrite"] = planned.rewrite
        found = together(verdicts)
        return None, replace(found, checked=f"{found.checked}; emitted on demand")
    with clock.stage("emit"):
        emitted = emission.program
    timing = None
    if isinstance(machine, Target):
        with clock.stage("schedule"):
            timing = schedule(emitted, machine)
    if effort is None:
        return timing, None
    with clock.stage("verify"):
        verification = verify_emitted(
            original,
            emitted,
            qubit_map=emission.qubit_map,
            plan=emission.plan,
            network=emission.network,
            used=usage,
            rewrite=planned.rewrite,
            seed=seed,
            effort=effort,
        )
    if verification.passed is False:
        raise CheckError(
            f"the compiled circuit failed verification ({verification.method}): "
            f"{verification.checked}",
            hint="nothing was written; please report the circuit and the command",
        )
    return timing, verification
