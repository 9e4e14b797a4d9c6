"""What a machine is: kinds of module, links between them, and the network they form.

These are the types of the TOML files in `targets/catalog/`, and of a user's own. Gate errors are
averages as benchmarking reports them: `two_qubit_gate_error` is 1 - average gate fidelity, so that
the probability of any Pauli error, the process infidelity, is 5/4 of it (3/2 for one qubit).

Source for the conversion: arXiv:quant-ph/0205035 (Nielsen), equation 3.
"""

from typing import Annotated, Any, Literal, cast

from msgspec import Meta, Struct, to_builtins

from trapline.targets.quantity import (
    BellFidelity,
    Count,
    Efficiency,
    ErrorRate,
    NonNegative,
    Positive,
    PositiveCount,
    Quantity,
    Text,
)

__all__ = ["Link", "Module", "Quantity", "Target", "target_data"]

Name = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z][A-Za-z0-9_\-]*$",
        description="A letter, then letters, digits, - and _.",
    ),
]
End = Annotated[
    str,
    Meta(
        pattern=r"^(\*|[A-Za-z][A-Za-z0-9_\-]*)$",
        description="A kind of module, one module (kind and number, `chip0`), or * for any.",
    ),
]
Platform = Literal[
    "ion-chain", "ion-qccd", "neutral-atom", "superconducting", "colour-centre", "photonic", "other"
]
NetworkKind = Literal["complete", "line", "ring", "grid", "custom"]
LinkKind = Literal["photonic", "conversion", "transduction", "microwave", "shuttling", "other"]


class Module(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of module. Unless said otherwise every number is for one module of the kind."""

    name: Name
    platform: Annotated[Platform, Meta(description="Technology of the module.")]
    native_gates: Annotated[
        tuple[Text, ...],
        Meta(min_length=1, description="Names of the native gates, as in the gate table."),
    ]
    physical_qubits: Annotated[
        PositiveCount, Meta(description="All physical qubits: data, communication and other.")
    ]
    data_qubits: Annotated[
        PositiveCount, Meta(description="Physical qubits that hold the circuit's qubits.")
    ]
    communication_qubits: Annotated[
        Count, Meta(description="Physical qubits that can hold half of an EPR pair.")
    ]
    one_qubit_gate_time_us: Annotated[Positive, Meta(description="Time of a one-qubit gate.")]
    two_qubit_gate_time_us: Annotated[
        Positive,
        Meta(description="Time of a two-qubit gate, without the transport and cooling around it."),
    ]
    measurement_time_us: Annotated[Positive, Meta(description="Time of a measurement.")]
    one_qubit_gate_error: Annotated[ErrorRate, Meta(description="1 - average gate fidelity.")]
    two_qubit_gate_error: Annotated[ErrorRate, Meta(description="1 - average gate fidelity.")]
    measurement_error: Annotated[
        ErrorRate, Meta(description="Probability that a measurement gives the wrong bit.")
    ]
    idle_coherence_time_s: Annotated[
        Positive,
        Meta(
            description="Dephasing time T2: a phase flip after t has probability (1-exp(-t/T2))/2."
        ),
    ]
    parallel_two_qubit_gates: Annotated[
        PositiveCount, Meta(description="Two-qubit gates that can run at once; 1 in an ion chain.")
    ]
    count: Annotated[
        int, Meta(ge=1, le=1_000_000, description="Modules of this kind in the machine.")
    ] = 1
    extensible: Annotated[
        bool, Meta(description="Whether the estimator may add modules of this kind.")
    ] = False
    connectivity: Annotated[
        Literal["all-to-all", "line", "grid", "heavy-hex"],
        Meta(description="Which data and communication qubits of the module can meet in a gate."),
    ] = "all-to-all"
    reset_time_us: Annotated[Positive | None, Meta(description="Time of a reset.")] = None
    reset_error: Annotated[
        ErrorRate | None, Meta(description="Probability that a reset leaves the qubit in |1>.")
    ] = None
    layer_overhead_us: Annotated[
        NonNegative | None,
        Meta(description="Transport and cooling added to every layer of two-qubit gates."),
    ] = None
    memory_swap_error: Annotated[
        ErrorRate | None,
        Meta(
            description="1 - average fidelity of the move of a qubit between a communication"
            " qubit and a data qubit; absent where both are alike."
        ),
    ] = None
    note: str | None = None

    def __post_init__(self) -> None:
        used = self.data_qubits.value + self.communication_qubits.value
        if used > self.physical_qubits.value:
            raise ValueError(
                f"expected data_qubits + communication_qubits <= physical_qubits, got "
                f"{self.data_qubits.value} + {self.communication_qubits.value} > "
                f"{self.physical_qubits.value}"
            )


class Link(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of link: each joined pair of modules that matches `ends` has one of its own."""

    name: Name
    ends: Annotated[
        tuple[End, End],
        Meta(description="Two kinds of module (the same one twice when it has several), or *."),
    ]
    kind: Annotated[LinkKind, Meta(description="What carries the entanglement.")]
    bell_fidelity: Annotated[
        BellFidelity, Meta(description="Fidelity of a delivered pair with the Bell state.")
    ]
    pair_rate_hz: Annotated[
        Positive,
        Meta(
            description="Heralded pairs delivered a second between two modules, all losses and"
            " all multiplexing included."
        ),
    ]
    latency_us: Annotated[
        NonNegative, Meta(description="Travel of light one way and the herald's way back.")
    ]
    multiplexing: Annotated[
        PositiveCount | None,
        Meta(description="Communication qubits at each end that pair_rate_hz keeps busy."),
    ] = None
    pair_buffer: Annotated[
        Count | None, Meta(description="Pairs that each end can store besides those in use.")
    ] = None
    herald: Annotated[
        Literal["one-photon", "two-photon"] | None,
        Meta(description="Photons that must be detected to announce a pair."),
    ] = None
    deterministic: Annotated[
        bool, Meta(description="Whether every attempt gives a pair, with no herald.")
    ] = False
    conversion_efficiency: Annotated[
        Efficiency | None,
        Meta(description="Frequency conversion of one photon; already in pair_rate_hz."),
    ] = None
    transducer_efficiency: Annotated[
        Efficiency | None,
        Meta(description="Microwave-optical transduction of one photon; already in pair_rate_hz."),
    ] = None
    efficiency_power: Annotated[
        int,
        Meta(
            ge=0,
            le=2,
            description="Power of conversion_efficiency or transducer_efficiency in pair_rate_hz:"
            " 2 when a two-photon herald needs both photons converted.",
        ),
    ] = 0
    conversion_noise_hz: Annotated[
        NonNegative | None, Meta(description="Noise photons a second behind the converter.")
    ] = None
    added_noise_quanta: Annotated[
        NonNegative | None, Meta(description="Noise of the transducer, referred to its input.")
    ] = None
    length_m: Annotated[NonNegative | None, Meta(description="Length of fibre or cable.")] = None
    note: str | None = None

    def __post_init__(self) -> None:
        converts = self.conversion_efficiency is not None or self.transducer_efficiency is not None
        if converts != (self.efficiency_power > 0):
            raise ValueError(
                f"expected efficiency_power 1 or 2 with conversion_efficiency or "
                f"transducer_efficiency, and 0 without; got {self.efficiency_power}"
            )


class Target(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A machine. `trapline.targets.load` checks that its names, links and network fit together."""

    schema_version: Annotated[
        Literal[1], Meta(description="Version of this format; 1 is the only one.")
    ]
    name: Name
    summary: Annotated[str, Meta(min_length=1, description="The machine in one sentence.")]
    modules: Annotated[tuple[Module, ...], Meta(min_length=1, description="Kinds of module.")]
    network: Annotated[
        NetworkKind,
        Meta(
            description="Which modules are joined, in the order of the file: all, in a line, ring"
            " or grid, or (custom) exactly those that the links name."
        ),
    ] = "complete"
    links: Annotated[tuple[Link, ...], Meta(description="Kinds of link.")] = ()
    references: Annotated[tuple[Text, ...], Meta(description="Papers and pages.")] = ()


def target_data(target: Target) -> dict[str, Any]:
    """Return a machine as plain data, as a TOML file holds it: absent keys are left out."""
    data: dict[str, Any] = _without_none(to_builtins(target))
    return data


def _without_none(data: Any) -> Any:
    if isinstance(data, dict):
        table = cast("dict[str, Any]", data)
        return {key: _without_none(value) for key, value in table.items() if value is not None}
    if isinstance(data, list | tuple):
        return [_without_none(item) for item in cast("list[Any]", data)]
    return data
