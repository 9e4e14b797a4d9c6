"""How a gate or a check is carried out across a link, and the noise it then has.

Sources:
    Teleported gate: `remote.py`. One pair a check: Nickerson et al., Nat. Commun. 4, 1756 (2013);
    its hooks: Haug et al., arXiv:2510.13541.
"""

from __future__ import annotations

from dataclasses import dataclass

from trapline.errors import InputError

PAULI_PAIRS = 15


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """A way to measure the checks that cross a seam.

    Args:
        name: Its name in the data.
        depolarizing: Whether a remote gate has the noise DEPOLARIZE2 instead of that of a Werner
            pair through which it is teleported.
        halved: Bases of the checks of which each module measures its half with one qubit of one
            shared pair. All other checks use a remote gate for each foreign qubit.
        idling: Whether every data qubit has DEPOLARIZE1(p) before every round besides, as in the
            uniform noise of much of the literature.
    """

    name: str
    depolarizing: bool = False
    halved: frozenset[str] = frozenset()
    idling: bool = False


TELEPORTED = Protocol(name="teleported")
DEPOLARIZING = Protocol(name="depolarizing", depolarizing=True)
ONE_PAIR = Protocol(name="one-pair", halved=frozenset({"X", "Z"}))
# Halves of a check sit above each other, so its hooks run along the seam: they shorten the logical
# operator of their own basis that runs there, logical X, and no other.
MIXED = Protocol(name="mixed", halved=frozenset({"Z"}))
IDLING = Protocol(name="idling", idling=True)
PROTOCOLS = {each.name: each for each in (TELEPORTED, DEPOLARIZING, ONE_PAIR, MIXED, IDLING)}


@dataclass(frozen=True, kw_only=True)
class Noise:
    """Noise of a circuit.

    Args:
        p: Depolarizing error of a CX, and error of a reset and of a measurement, 0 to 0.5.
        bell_infidelity: 1 - F of the Werner pairs, 0 to 0.75. A teleported CX has p on top.
        protocol: How the checks at seams are measured.
    """

    p: float
    bell_infidelity: float = 0.0
    protocol: Protocol = TELEPORTED

    def __post_init__(self) -> None:
        """Refuse numbers that are no errors."""
        if not 0.0 <= self.p <= 0.5:
            raise InputError(f"p: got {self.p:g}, want 0 to 0.5")
        if not 0.0 <= self.bell_infidelity <= 0.75:
            raise InputError(f"bell_infidelity: got {self.bell_infidelity:g}, want 0 to 0.75")

    def remote_gate(self) -> tuple[str, list[float]]:
        """Return the name and arguments of the channel after a remote CX, besides that of p."""
        if self.protocol.depolarizing:
            return "DEPOLARIZE2", [self.bell_infidelity]
        weights = [0.0] * PAULI_PAIRS
        # Stim's order is IX, IY, IZ, XI, ..., ZZ; control first. X, Y and Z of the pair become IX,
        # ZX and ZI of the gate.
        for place in (0, 11, 12):
            weights[place] = self.bell_infidelity / 3.0
        return "PAULI_CHANNEL_2", weights
