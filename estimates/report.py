"""The report of an estimate as frozen values."""

from __future__ import annotations

from typing import Any

import msgspec

from trapline.errors import InfeasibleError


class Assumption(msgspec.Struct, frozen=True, kw_only=True):
    """A number or a choice behind the result.

    Args:
        name: What it is.
        value: Its value.
        unit: Its unit, `1` for plain numbers and words.
        source: Where it is from.
        confidence: `measured`, `claimed`, `roadmap` or `assumed`.
    """

    name: str
    value: float | str | bool
    unit: str
    source: str
    confidence: str


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """The code of a logical qubit: `parameters` are n, k, d and all qubits with ancillas.

    Those of a block count its processing and adapter; `data_logical_qubits` are the logical qubits
    of it that hold data, and `port_distance` is that of the patches through which blocks meet.
    """

    family: str
    distance: int
    parameters: dict[str, int]


class LinkUse(msgspec.Struct, frozen=True, kw_only=True):
    """How a link is used; pairs are counted raw, fidelities are those of pairs when used.

    `stall_fraction` is the part of a remote operation in which modules wait for pairs;
    `communication_qubits_without_stall` is what a module would need at the same rate a qubit.
    """

    raw_fidelity: float
    used_fidelity: float
    distillation: str
    buffered: bool
    raw_pairs_per_remote_operation: float
    required_pairs_per_s: float
    available_pairs_per_s: float
    stall_fraction: float
    communication_qubits_without_stall: int


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """What the optical network between the modules has to do.

    `links_at_once` are pairs of modules that make entanglement at one time; `switch_ports` the
    fibres that come out of modules, one for each communication qubit; `pairs_per_s` the raw
    pairs of all links together while all modules work.
    """

    links_at_once: int
    switch_ports: int
    pairs_per_s: float


class Elasticity(msgspec.Struct, frozen=True, kw_only=True):
    """By how many percent modules and step time change when an input grows by one percent.

    None where the machine is infeasible at one of the two values compared.
    """

    input: str
    modules: float | None
    step_time: float | None


class Threshold(msgspec.Struct, frozen=True, kw_only=True):
    """A value of an input at which the answer changes its kind."""

    input: str
    value: float
    unit: str
    meaning: str


class Roles(msgspec.Struct, frozen=True, kw_only=True):
    """Physical qubits by what they do; the sum is all of them."""

    data: int
    ancilla: int
    communication: int
    memory: int
    distillation: int
    factory: int
    routing: int
    logical_pairs: int
    unused: int


class FrontierPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A choice that no other beats in modules, physical qubits and time together."""

    modules: int
    module_kind: str
    physical_qubits: int
    logical_cycle_time_us: float
    remote_operation_time_us: float | None
    runtime_s: float | None
    regime: str
    operation: str
    code: str
    distance: int
    distillation: str
    buffered: bool


class OtherCode(msgspec.Struct, frozen=True, kw_only=True):
    """What a family of codes would take that was not asked for; None where it cannot be had.

    `note` says what its numbers rest on, or why there are none.
    """

    family: str
    code: str | None
    modules: int | None
    physical_qubits: int | None
    logical_cycle_time_us: float | None
    remote_operation_time_us: float | None
    confidence: str
    source: str
    note: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change that would make the machine do.

    `settings` holds new values by `--set` path; `factor` is how far each of the constraints is
    loosened, some of them less where they cannot go as far; `modules` is how many it then takes,
    where their number was one of the reasons.
    """

    constraints: list[str]
    factor: float
    settings: dict[str, float | int | bool]
    modules: int | None


class NearestFeasible(msgspec.Struct, frozen=True, kw_only=True):
    """The smallest change found, and others that do alone."""

    change: Change
    alternatives: list[Change]


class RangedInput(msgspec.Struct, frozen=True, kw_only=True):
    """An input with a range, and how much of the spread of the modules' ranks it explains alone."""

    name: str
    low: float
    high: float
    spacing: str
    first_order: float
    rank_correlation: float


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """Modules when inputs lie anywhere in their ranges: quantiles, None where no number does."""

    samples: int
    seed: int
    feasible_share: float
    modules: dict[str, int | None]
    inputs: list[RangedInput]


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of the report with its formula and source."""

    figure: str
    value: str
    formula: str
    source: str


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """What a machine takes: the part of a report that the search itself gives.

    `code_choice` is what the search could choose from: `surface`, `bicycle` or `any`.
    None where a number has no meaning, or where the machine cannot be. Times are in the units of
    their names; errors are per logical qubit and logical operation.
    """

    version: str
    target: str
    feasible: bool
    logical_qubits: int
    modules: int | None
    physical_qubits: int | None
    logical_qubits_per_module: float | None
    module_kind: str
    architecture: str
    regime: str | None
    operation: str | None
    code: Code | None
    code_choice: str
    logical_cycle_time_us: float | None
    remote_operation_time_us: float | None
    runtime_s: float | None
    link: LinkUse | None
    network_demand: Demand | None
    qubits_by_role: Roles | None
    magic_states: dict[str, float | str] | None
    workload: dict[str, float] | None
    error_budget: dict[str, float]
    extrapolated: list[str]
    seed: int
    elasticities: list[Elasticity]
    thresholds: list[Threshold]
    distribution: Distribution | None
    explanations: list[Explained]


class EstimateReport(Numbers, frozen=True, kw_only=True):
    """A whole report: what a machine takes, or why it cannot be, and what else could be had."""

    binding_constraint: str
    binding_reason: str
    frontier: list[FrontierPoint]
    alternatives: list[FrontierPoint]
    other_codes: list[OtherCode]
    nearest_feasible: NearestFeasible | None
    assumptions: list[Assumption]
    references: list[str]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain dictionaries, lists, numbers and text."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain

    def require_feasible(self) -> EstimateReport:
        """Return the report, or raise if the machine cannot be.

        Raises:
            InfeasibleError: With the binding constraint and the nearest feasible numbers.
        """
        if self.feasible:
            return self
        nearest = self.nearest_feasible
        raise InfeasibleError(
            f"{self.target} cannot hold {self.logical_qubits} logical qubits: "
            f"{self.binding_reason}",
            constraint=self.binding_constraint,
            nearest=dict(nearest.change.settings) if nearest else None,
            hint=change_words(nearest),
        )


def change_words(nearest: NearestFeasible | None) -> str:
    """Return the nearest change as `--set` options."""
    if nearest is None:
        return "no change of single numbers was found that would do; another kind of machine might"
    options = " ".join(
        f"--set {path}={_text(value)}" for path, value in nearest.change.settings.items()
    )
    return f"it would do with {options}"


def _text(value: float | bool) -> str:
    """Write a value as the command line reads it."""
    return f"{value:.6g}" if isinstance(value, float) else str(value).lower()
