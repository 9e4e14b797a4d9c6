"""Files are written whole, all or none, and nothing but files is replaced."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from commandline import CIRCUITS

from trapline.compiler.read import read_program
from trapline.compiler.write import (
    OutputError,
    check_suffix,
    check_writable,
    circuit_text,
    write_files,
)

only_posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files")


@pytest.mark.parametrize(
    ("path", "suffix"),
    [
        ("a.json", ".json"),
        ("a.b/c.QASM", ".qasm"),
        ("x.tar.stim", ".stim"),
        ("-", ".qasm"),
    ],
)
def test_the_format_is_told_by_the_suffix(path: str, suffix: str) -> None:
    assert check_suffix(path) == suffix


@pytest.mark.parametrize("path", ["a", "a.txt", ".qasm", "a.json/b", "a.qasm.gz", ""])
def test_an_unknown_suffix_is_refused_with_those_known(path: str) -> None:
    with pytest.raises(OutputError, match="cannot tell the format") as caught:
        check_suffix(path)
    assert ".qasm" in caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("suffix", [".json", ".qasm", ".stim"])
def test_a_circuit_is_read_back_as_it_was(suffix: str, tmp_path: Path) -> None:
    program = read_program(CIRCUITS / "clifford_n6.qasm")
    file = tmp_path / f"circuit{suffix}"
    write_files({str(file): circuit_text(program, suffix)})
    again = read_program(file)
    assert again.qubit_names == program.qubit_names
    assert again.bit_names == program.bit_names
    assert sorted(again.opcodes.tolist()) == sorted(program.opcodes.tolist())


def test_a_format_that_cannot_hold_the_circuit_is_refused_by_name() -> None:
    program = read_program(CIRCUITS / "qaoa_ring6.qasm")
    with pytest.raises(OutputError, match=r"as \.stim: .*not a Clifford gate") as caught:
        circuit_text(program, ".stim")
    assert caught.value.hint


def test_texts_end_with_one_line_break(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a"
    write_files({str(file): "one", "-": "two\n"})
    assert file.read_bytes() == b"one\n"
    assert capsys.readouterr().out == "two\n"


def test_nothing_is_left_beside_the_files(tmp_path: Path) -> None:
    write_files({str(tmp_path / "a"): "1", str(tmp_path / "b"): "2"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_when_one_file_fails_none_is_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = tmp_path / "good"
    good.write_text("before")
    with pytest.raises(OutputError, match="cannot write"):
        write_files({str(good): "after", str(tmp_path / "no" / "folder"): "x", "-": "said"})
    assert good.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["good"]
    assert capsys.readouterr().out == ""


def test_a_failure_in_the_middle_of_a_text_keeps_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a"
    file.write_text("before")
    write = Path.write_text

    def full_disk(self: Path, text: str, encoding: str) -> int:
        write(self, text[:3], encoding=encoding)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full_disk)
    with pytest.raises(OutputError, match="No space left"):
        write_files({str(file): "a long text"})
    assert file.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@only_posix
def test_a_new_file_has_the_permissions_of_any_other(tmp_path: Path) -> None:
    plain, ours = tmp_path / "plain", tmp_path / "ours"
    plain.write_text("")
    write_files({str(ours): ""})
    assert ours.stat().st_mode == plain.stat().st_mode


@only_posix
def test_an_existing_file_keeps_its_permissions(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("before")
    file.chmod(0o640)
    write_files({str(file): "after"})
    assert file.read_text() == "after\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@only_posix
def test_a_link_stays_and_its_file_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("before")
    (tmp_path / "link").symlink_to("real")
    write_files({str(tmp_path / "link"): "after"})
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "after\n"


@only_posix
def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    near, far = os.openpty()
    name = os.ttyname(far)
    check_writable(name)
    write_files({name: "hello"})
    assert os.read(near, 100).split() == [b"hello"]
    assert stat.S_ISCHR(Path(name).stat().st_mode)
    os.close(near)
    os.close(far)


def test_what_cannot_be_written_is_known_before(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    check_writable("-")
    check_writable(str(file))
    check_writable(str(tmp_path / "new"))
    check_writable("relative-name")
    for path, says in ((tmp_path, "it is a folder"), (tmp_path / "no" / "f", "there is no folder")):
        with pytest.raises(OutputError, match=says) as caught:
            check_writable(str(path))
        assert caught.value.hint
    with pytest.raises(OutputError, match="there is no folder"):
        check_writable(str(file / "inside"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="nothing is forbidden to root"
)
def test_a_folder_that_is_closed_is_known_before(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="permission denied"):
            check_writable(str(tmp_path / "new"))
    finally:
        tmp_path.chmod(0o700)
