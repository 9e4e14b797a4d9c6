"""Circuits that measure the checks of a patch for many rounds, as Stim circuits.

A round resets the check qubits, runs four layers of CX, and measures. Noise is p after each CX
(two-qubit depolarizing), reset and measurement, and that of `seam_noise` after each remote CX.
Nothing idles unless the protocol says so: the estimator adds dephasing to p. Only the checks that
see the errors of interest become detectors; plain matching uses no others.

Sources:
    Gidney, Quantum 5, 497 (2021), Stim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trapline.errors import InputError

if TYPE_CHECKING:
    import stim  # type: ignore[import-untyped]  # Stim ships no py.typed marker

    from trapline.estimates.seam_noise import Noise
    from trapline.estimates.seam_patch import Check, Patch

LAYERS = range(4)
OPERATORS = {"along": "X", "across": "Z"}
"""Which logical operator of the patch is kept: the one along vertical seams, or across them."""


def memory_circuit(patch: Patch, noise: Noise, *, rounds: int, operator: str) -> stim.Circuit:
    """Return a circuit that keeps a logical operator from failing for some rounds.

    The logical error is a chain along `operator`; what it flips is the other operator, which is
    prepared, kept and measured.

    Args:
        patch: Qubits and cuts.
        noise: Errors.
        rounds: Rounds, 1 or more.
        operator: `along` for chains along vertical cuts, `across` for chains across them.
    """
    builder = _Builder(patch, noise, "Z" if OPERATORS[operator] == "X" else "X")
    circuit = builder.start() + builder.first_round(builder.watched)
    circuit += builder.later_round() * (rounds - 1)
    circuit += builder.end()
    for check in builder.watched:
        builder.detect_end(circuit, check)
    upper, left = range(patch.columns), range(0, patch.n_data, patch.columns)
    line = upper if builder.basis == "Z" else left
    circuit.append("OBSERVABLE_INCLUDE", [builder.data_target(qubit) for qubit in line], 0)
    return circuit


def merge_circuit(patch: Patch, noise: Noise, *, rounds: int) -> stim.Circuit:
    """Return a circuit that merges two patches side by side and asks for the outcome.

    The outcome is the product of the X checks between the two, which are random one by one. Its
    first value is the observable; no detector knows them before the first round or after the last.

    Args:
        patch: Two patches of `rows` columns each.
        noise: Errors.
        rounds: Rounds of the merge, 1 or more.
    """
    if patch.columns != 2 * patch.rows:
        raise InputError(f"patch: got {patch.rows} x {patch.columns}, want two square ones")
    builder = _Builder(patch, noise, "X")
    known = [check for check in builder.watched if check.column != patch.rows - 1]
    between = [check for check in builder.watched if check.column == patch.rows - 1]
    circuit = builder.start() + builder.first_round(known)
    outcome = [target for check in between for target in builder.check_targets(check, ago=0)]
    circuit.append("OBSERVABLE_INCLUDE", outcome, 0)
    circuit += builder.later_round() * (rounds - 1)
    circuit += builder.end()
    for check in known:
        builder.detect_end(circuit, check)
    return circuit


@dataclass(frozen=True)
class _Places:
    """Qubits of a check, and where its results stand in a round."""

    qubits: tuple[int, ...]
    results: tuple[int, ...]


class _Builder:
    """Pieces of a circuit for one patch, one noise and the checks of one basis.

    Args:
        patch: Qubits and cuts.
        noise: Errors.
        basis: Basis of preparation and measurement of the data qubits, and of the detectors.
    """

    def __init__(self, patch: Patch, noise: Noise, basis: str) -> None:
        self.patch, self.noise, self.basis = patch, noise, basis
        self.checks = patch.checks()
        self.watched = [check for check in self.checks if check.basis == basis]
        if noise.protocol.halved and patch.row_cuts:
            raise InputError(f"protocol {noise.protocol.name}: got tiles, want vertical cuts only")
        self._places: dict[Check, _Places] = {}
        next_qubit = patch.n_data
        for check in self.checks:
            halves = 1 + self._halved(check)
            qubits = tuple(range(next_qubit, next_qubit + halves))
            next_qubit += halves
            self._places[check] = _Places(qubits, tuple(q - patch.n_data for q in qubits))
        self._n_results = next_qubit - patch.n_data

    def start(self) -> stim.Circuit:
        """Prepare the data qubits."""
        import stim

        circuit = stim.Circuit()
        self._reset(circuit, self.basis, list(range(self.patch.n_data)))
        return circuit

    def first_round(self, known: list[Check]) -> stim.Circuit:
        """Measure all checks, and compare some with what the preparation makes them."""
        circuit = self._one_round()
        for check in known:
            circuit.append("DETECTOR", self.check_targets(check, ago=0))
        return circuit

    def later_round(self) -> stim.Circuit:
        """Measure all checks, and compare those watched with the round before."""
        circuit = self._one_round()
        for check in self.watched:
            targets = self.check_targets(check, ago=0) + self.check_targets(check, ago=1)
            circuit.append("DETECTOR", targets)
        return circuit

    def end(self) -> stim.Circuit:
        """Measure the data qubits."""
        import stim

        circuit = stim.Circuit()
        circuit.append(f"M{self.basis}", range(self.patch.n_data), self.noise.p)
        return circuit

    def detect_end(self, circuit: stim.Circuit, check: Check) -> None:
        """Compare a check of the last round with the data qubits measured after it."""
        import stim

        last = [
            stim.target_rec(place - self._n_results - self.patch.n_data)
            for place in self._places[check].results
        ]
        data = [self.data_target(qubit) for qubit in check.data if qubit is not None]
        circuit.append("DETECTOR", last + data)

    def check_targets(self, check: Check, *, ago: int) -> list[stim.GateTarget]:
        """Return the results of a check right after a round, or some rounds ago."""
        import stim

        return [
            stim.target_rec(place - self._n_results * (1 + ago))
            for place in self._places[check].results
        ]

    def data_target(self, qubit: int) -> stim.GateTarget:
        """Return the result of a data qubit right after the end."""
        import stim

        return stim.target_rec(qubit - self.patch.n_data)

    def _one_round(self) -> stim.Circuit:
        """Measure all checks once."""
        import stim

        circuit = stim.Circuit()
        if self.noise.protocol.idling:
            circuit.append("DEPOLARIZE1", range(self.patch.n_data), self.noise.p)
        for basis in ("X", "Z"):
            single = [check for check in self.checks if check.basis == basis]
            qubits = [self._places[check].qubits[0] for check in single if not self._halved(check)]
            self._reset(circuit, basis, qubits)
        self._make_pairs(circuit)
        for layer in LAYERS:
            self._layer(circuit, layer)
        for check in self.checks:
            circuit.append(f"M{check.basis}", self._places[check].qubits, self.noise.p)
        return circuit

    def _halved(self, check: Check) -> bool:
        """Tell whether two modules measure a half of the check each."""
        return check.n_remote > 0 and check.basis in self.noise.protocol.halved

    def _reset(self, circuit: stim.Circuit, basis: str, qubits: list[int]) -> None:
        circuit.append(f"R{basis}", qubits)
        circuit.append("Z_ERROR" if basis == "X" else "X_ERROR", qubits, self.noise.p)

    def _make_pairs(self, circuit: stim.Circuit) -> None:
        """Give each halved check a Werner pair, one qubit on each side."""
        for check in filter(self._halved, self.checks):
            left, right = self._places[check].qubits
            circuit.append("RX", [left])
            circuit.append("R", [right])
            circuit.append("CX", [left, right])
            circuit.append("DEPOLARIZE1", [right], self.noise.bell_infidelity)

    def _layer(self, circuit: stim.Circuit, layer: int) -> None:
        """Run one CX of each check."""
        gates: list[int] = []
        remote: list[int] = []
        for check in self.checks:
            data = check.data[layer]
            if data is None:
                continue
            far = check.remote[layer]
            halved = self._halved(check)
            qubit = self._places[check].qubits[far if halved else 0]
            pair = [qubit, data] if check.basis == "X" else [data, qubit]
            gates += pair
            if far and not halved:
                remote += pair
        circuit.append("CX", gates)
        circuit.append("DEPOLARIZE2", gates, self.noise.p)
        if remote:
            name, arguments = self.noise.remote_gate()
            circuit.append(name, remote, arguments)
