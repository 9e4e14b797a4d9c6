"""Run Mt-KaHyPar so that equal tasks get equal answers.

Mt-KaHyPar keeps a random state for the life of a process that setting its seed does not reset: a
second run with the same seed answers otherwise than the first. So only the first task of a process
runs in it. Later ones go to a helper process, which never partitions itself but forks a fresh child
for each task. Where there is no fork (Windows), a seed gives one answer in a fresh process only.
"""

from __future__ import annotations

import atexit
import os
import pickle
import struct
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from trapline.errors import SolverError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True)
class PartitionTask:
    """A weighted hypergraph and the blocks to cut it into.

    Args:
        edges: Vertices of each hyperedge.
        edge_weights: Weight of each hyperedge.
        vertex_weights: Weight of each vertex.
        room: Weight that each block can hold.
        links: Links between blocks with their weights, for the Steiner-tree objective; empty for
            connectivity.
        preset: Name of a preset of Mt-KaHyPar.
        seed: Seed.
    """

    edges: list[list[int]]
    edge_weights: list[int]
    vertex_weights: list[int]
    room: list[int]
    links: list[tuple[int, int, int]]
    preset: str
    seed: int


def blocks_of(task: PartitionTask) -> NDArray[np.int32]:
    """Return the block of each vertex, int32, (vertices,).

    Raises:
        SolverError: Mt-KaHyPar failed.
    """
    if not hasattr(os, "fork") or _first_in(os.getpid()):
        return np.array(_partition(_initialise(), task), dtype=np.int32)
    helper = _helper(os.getpid())
    if helper.stdin is None or helper.stdout is None:
        raise SolverError("the helper process of Mt-KaHyPar has no pipes")
    try:
        _send(helper.stdin, pickle.dumps(task))
        answer = pickle.loads(_receive(helper.stdout))  # noqa: S301, RUF100  # from our own child
    except (OSError, EOFError) as error:
        _helper.cache_clear()
        raise SolverError("the helper process of Mt-KaHyPar ended") from error
    if isinstance(answer, str):
        raise SolverError(f"Mt-KaHyPar failed: {answer}")
    return np.array(answer, dtype=np.int32)


_used: set[int] = set()


def _first_in(process: int) -> bool:
    """Whether this is the first task of a process."""
    if process in _used:
        return False
    _used.clear()
    _used.add(process)
    return True


@lru_cache(maxsize=1)
def _helper(process: int) -> subprocess.Popen[bytes]:  # noqa: ARG001  # a fork needs its own
    """Start the helper of this process; it ends when its standard input closes."""
    helper = subprocess.Popen(
        [sys.executable, "-m", "trapline.passes.kahypar"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    atexit.register(_end, helper)
    return helper


def _end(helper: subprocess.Popen[bytes]) -> None:
    for pipe in (helper.stdin, helper.stdout):
        if pipe is not None:
            pipe.close()
    helper.wait()


@lru_cache(maxsize=1)
def _initialise() -> Any:
    """Start Mt-KaHyPar once in a process, on one thread so that a seed gives one answer."""
    mtkahypar: Any = import_module("mtkahypar")  # it ships no types
    return mtkahypar.initialize(1)


def _partition(kahypar: Any, task: PartitionTask) -> list[int]:
    mtkahypar: Any = import_module("mtkahypar")
    mtkahypar.set_seed(task.seed)
    context = kahypar.context_from_preset(getattr(mtkahypar.PresetType, task.preset))
    context.logging = False
    n_blocks, n_vertices = len(task.room), len(task.vertex_weights)
    context.set_partitioning_parameters(n_blocks, 0.03, mtkahypar.Objective.KM1)
    context.set_individual_target_block_weights(task.room)
    hypergraph = kahypar.create_hypergraph(
        context,
        n_vertices,
        len(task.edges),
        task.edges,
        task.vertex_weights,
        task.edge_weights,
    )
    if task.links:
        ends = [(a, b) for a, b, _ in task.links]
        weights = [weight for _, _, weight in task.links]
        target = kahypar.create_target_graph(context, n_blocks, len(ends), ends, weights)
        partition = hypergraph.map_onto_graph(target, context)
    else:
        partition = hypergraph.partition(context)
    return [int(partition.block_id(v)) for v in range(n_vertices)]


def _send(stream: IO[bytes], data: bytes) -> None:
    stream.write(struct.pack("<q", len(data)) + data)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    head = stream.read(8)
    if len(head) < 8:
        raise EOFError
    return stream.read(struct.unpack("<q", head)[0])


def _serve() -> None:
    """Fork a child for each task on standard input; it writes the answer to standard output."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever Mt-KaHyPar prints must not mix with the answers
    kahypar = _initialise()
    while True:
        try:
            task = pickle.loads(_receive(requests))  # noqa: S301, RUF100  # from our own parent
        except EOFError:
            return
        child = os.fork()
        if child == 0:
            try:
                answer: list[int] | str = _partition(kahypar, task)
            except Exception as error:  # noqa: BLE001, RUF100  # told to the parent
                answer = f"{type(error).__name__}: {error}"
            _send(answers, pickle.dumps(answer))
            os._exit(0)
        if os.waitpid(child, 0)[1] != 0:
            _send(answers, pickle.dumps("it crashed"))


if __name__ == "__main__":
    _serve()
