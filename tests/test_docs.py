"""The documents are true: their commands and examples run, and what they point at exists."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGES = [*FILES, ROOT / "CHANGELOG.md"]
NOT_RUN = "<!-- not run -->"
FENCE = re.compile(
    rf"(?P<skip>{NOT_RUN}\n)?^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(
    r"`((?:check|compiler|docs|estimates|examples|passes|targets|tests|tools|trapline)/[\w./-]*)`"
)
# A home, a working folder or a drive of somebody's machine.
MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:home|root|Users|work)/\w|\b[A-Z]:\\\w")
SECONDS = 120


class Fence(NamedTuple):
    file: Path
    language: str
    text: str
    skip: bool


def fences() -> list[Fence]:
    return [
        Fence(path, match["language"], match["text"], bool(match["skip"]))
        for path in FILES
        for match in FENCE.finditer(path.read_text())
    ]


def command_lines(fence: Fence) -> list[str]:
    """Commands of a fence, with continued lines joined and comments dropped."""
    joined = fence.text.replace("\\\n", " ").splitlines()
    return [line.strip() for line in joined if line.strip() and not line.startswith("#")]


def commands(program: str) -> list[tuple[Path, str]]:
    return [
        (fence.file, line)
        for fence in fences()
        if fence.language == "bash"
        for line in command_lines(fence)
        if line.split()[0] == program and (program == "make" or not fence.skip)
    ]


def named(value: object) -> str:
    return value.name if isinstance(value, Path) else str(value)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the examples in it, where commands may leave files."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "examples").symlink_to(ROOT / "examples")
    return folder


def test_fences_name_a_language_that_we_know() -> None:
    assert {fence.language for fence in fences()} <= {"bash", "console", "python", "toml", "text"}


def test_bash_fences_hold_only_commands_that_we_check() -> None:
    lines = [line for f in fences() if f.language == "bash" for line in command_lines(f)]
    assert {line.split()[0] for line in lines} <= {"trapline", "make"}


@pytest.mark.slow
@pytest.mark.parametrize("file", sorted({f for f, _ in commands("trapline")}), ids=named)
def test_the_commands_of_a_document_run(file: Path, workspace: Path) -> None:
    """In order, for one may read what another wrote. `# exits 4` at the end of a line is obeyed."""
    for _, line in [found for found in commands("trapline") if found[0] == file]:
        done = subprocess.run(
            [sys.executable, "-m", *shlex.split(line, comments=True)],
            cwd=workspace,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, "NO_COLOR": "1"},
        )
        announced = re.search(r"# exits (\d)", line)
        assert done.returncode == (int(announced[1]) if announced else 0), (
            f"{line}\n{done.stdout}\n{done.stderr}"
        )
        assert done.stdout or "-o " in line or "--emit" in line


@pytest.mark.parametrize(("file", "line"), commands("make"), ids=named)
def test_a_make_target_of_the_documents_exists(file: Path, line: str) -> None:
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert line.split()[1] in targets, file.name


@pytest.mark.slow
@pytest.mark.parametrize(
    "file", sorted({f.file for f in fences() if f.language == "python"}), ids=named
)
def test_the_python_of_a_document_runs(
    file: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All fences of one document share their names, as they would for a reader who types along."""
    monkeypatch.chdir(workspace)
    namespace: dict[str, object] = {}
    for fence in fences():
        if fence.file == file and fence.language == "python" and not fence.skip:
            exec(compile(fence.text, str(file), "exec"), namespace)


@pytest.mark.parametrize("file", PAGES, ids=named)
def test_links_inside_the_repository_lead_somewhere(file: Path) -> None:
    for link in LINK.findall(file.read_text()):
        if "://" not in link and not link.startswith("mailto:"):
            place, _, heading = link.partition("#")
            target = file.parent / place if place else file
            assert target.exists(), link
            assert not heading or heading in headings(target), link


def headings(file: Path) -> set[str]:
    """Anchors of the headings of a page, as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", file.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("file", FILES, ids=named)
def test_files_that_a_document_names_exist(file: Path) -> None:
    missing = [name for name in PATH.findall(file.read_text()) if not (ROOT / name).exists()]
    assert not missing


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("needs a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    found = [
        f"{name}: {match.group()}"
        for name in listed
        if (ROOT / name).is_file()
        for match in MACHINE_PATH.finditer((ROOT / name).read_text(errors="replace"))
    ]
    assert not found


def test_the_readme_gives_the_test_command_that_ci_runs() -> None:
    lines = [line for file, line in commands("make") if file.name == "README.md"]
    assert [line for line in lines if line.startswith("make test")] == ["make test"]
    assert "make demo" in lines
