"""The command line as processes of its own: streams, pipes, terminals, encodings, exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from commandline import ADDER, CIRCUITS, SECONDS, network, process

if TYPE_CHECKING:
    from pathlib import Path

BELL = CIRCUITS / "bell.qasm"
PAIR = network("complete", 2, 1)
COLOUR = re.compile(r"\x1b\[[0-9;]*[34][0-9][0-9;]*m")
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

needs_dev_full = pytest.mark.skipif(
    not os.path.exists("/dev/full"),  # noqa: PTH110  # a device of Linux
    reason="no device that is always full",
)


def test_exit_code_0_means_that_stdout_is_the_answer() -> None:
    done = process("compile", BELL, *PAIR)
    assert done.returncode == 0
    assert json.loads(done.stdout)["verification"]["passed"] is True
    assert done.stderr == b""


@needs_dev_full
def test_exit_code_1_when_the_answer_cannot_be_printed() -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123  # a device of Linux
        done = subprocess.run(
            [sys.executable, "-m", "trapline", "targets"],
            stdout=full, stderr=subprocess.PIPE, timeout=SECONDS, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert b"No space left" in done.stderr
    assert b"Traceback" not in done.stderr


def test_exit_code_2_for_wrong_usage() -> None:
    done = process("compile", BELL)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"--target" in done.stderr


def test_exit_code_3_for_bad_input() -> None:
    done = process("compile", "-", *PAIR, stdin=b"qreg q[2]; cx q[0];")
    assert done.returncode == 3
    assert done.stdout == b""
    assert done.stderr.startswith(b"error: <stdin>:1:")
    assert b"^" in done.stderr


def test_exit_code_4_when_nothing_fits() -> None:
    done = process("compile", ADDER, *network("line", 2, 2))
    assert done.returncode == 4
    assert json.loads(done.stdout)["nearest_feasible"] == {"data_qubits": 5}


def test_exit_code_5_when_circuits_differ_and_pipes_of_our_own_commands_work() -> None:
    emitted = process("compile", BELL, *PAIR, "--emit", "-")
    assert emitted.returncode == 0
    assert process("verify", BELL, "-", stdin=emitted.stdout).returncode == 0
    wrong = emitted.stdout.replace(b"if (trapline_m[0] == 1) x", b"if (trapline_m[0] == 1) z")
    assert wrong != emitted.stdout
    done = process("verify", BELL, "-", stdin=wrong)
    assert done.returncode == 5
    assert json.loads(done.stdout)["passed"] is False


def test_exit_code_6_when_a_limit_struck() -> None:
    done = process("compile", ADDER, *network("line", 4, 3), "--time-limit", "0.001")
    assert done.returncode == 6
    report = json.loads(done.stdout)
    assert report["stopped"] is True
    assert report["verification"]["passed"] is True


def test_a_reader_that_leaves_early_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "trapline", "schema", "target"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(SECONDS) == 0


@pytest.mark.parametrize("format_", ["json", "table"])
def test_an_encoding_without_our_letters_is_no_error(format_: str) -> None:
    done = process("targets", "oxford-2025", "--format", format_, PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()


def test_json_is_ascii_only_where_it_must_be(tmp_path: Path) -> None:
    file = tmp_path / "ü.qasm"
    file.write_bytes(BELL.read_bytes())
    for encoding in ("ascii", "utf-8"):
        done = process("compile", file, *PAIR, PYTHONIOENCODING=encoding)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout.decode(encoding))["circuit"]["name"] == "ü"


def on_a_terminal(width: int, *arguments: str | Path, **environment: str) -> tuple[str, int]:
    """Run a command on a terminal of some width; return what it shows and its exit code."""
    pty = pytest.importorskip("pty", reason="no terminals here")
    termios = pytest.importorskip("termios")
    near, far = pty.openpty()
    termios.tcsetwinsize(far, (40, width))
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "CI")}
    with subprocess.Popen(
        [sys.executable, "-m", "trapline", *map(str, arguments)],
        stdin=subprocess.DEVNULL, stdout=far, stderr=far,
        env={**kept, "TERM": "xterm-256color", **environment},
    ) as running:  # fmt: skip
        os.close(far)
        shown = b""
        while True:
            try:
                piece = os.read(near, 4096)
            except OSError:  # how Linux says that the other end is closed
                break
            if not piece:
                break
            shown += piece
        os.close(near)
        return shown.decode().replace("\r\n", "\n"), running.wait(SECONDS)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize(
    "arguments",
    [["targets"], ["targets", "ionq-2028"], ["estimate", "--target", "ionq-2028"]],
    ids=" ".join,
)
def test_a_terminal_gets_a_table_that_fits_and_lacks_nothing(
    arguments: list[str], width: int
) -> None:
    shown, code = on_a_terminal(width, *arguments)
    assert code == 0
    lines = [ESCAPES.sub("", line) for line in shown.splitlines()]
    assert max(map(len, lines)) <= width
    data = json.loads(process(*arguments).stdout)
    said = " ".join(" ".join(lines).split())
    rows = data.get("targets") or data.get("numbers") or data["assumptions"]
    for row in rows:
        for key in ("name", "path", "summary", "source"):
            assert str(row.get(key, "")) in said


@pytest.mark.parametrize("arguments", [["targets"], ["estimate", "--target", "oxford-2025"]])
def test_no_color_is_honoured(arguments: list[str]) -> None:
    shown, _ = on_a_terminal(100, *arguments, NO_COLOR="1")
    assert not COLOUR.search(shown)


def test_progress_is_shown_on_a_terminal_unless_quiet() -> None:
    arguments = ["compile", BELL, *PAIR]
    assert "segment" in on_a_terminal(100, *arguments)[0]
    quiet, code = on_a_terminal(100, *arguments, "--quiet")
    assert code == 0
    assert "segment 0:" not in quiet


def test_a_pipe_gets_plain_text_with_one_line_a_row() -> None:
    data = json.loads(process("estimate", "--target", "ionq-2028").stdout)
    table = process("estimate", "--target", "ionq-2028", "--format", "table").stdout.decode()
    assert "\x1b" not in table
    lines = table.splitlines()
    for number in data["assumptions"]:
        line = next(line for line in lines if f" {number['name']} " in line)
        assert number["source"] in line


def test_the_variable_columns_sets_the_width_of_a_pipe() -> None:
    done = process("targets", "--format", "table", COLUMNS="80")
    assert max(map(len, done.stdout.decode().splitlines())) <= 80
