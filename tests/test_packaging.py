"""The wheel and the sdist hold what the repository holds, and install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import trapline

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("compiler", "passes", "targets", "estimates")

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path, **env: str) -> str:
    """Run a command and return its standard output; show all output when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(kind: str, source: Path, out: Path) -> Path:
    """Build a wheel or an sdist with the tools that are installed, without the network."""
    command = (sys.executable, "-m", "build", f"--{kind}", "--no-isolation", "--outdir", out)
    run(*command, cwd=source)
    (made,) = out.iterdir()
    return made


def contents(wheel: Path) -> dict[str, bytes]:
    """Read the files of a wheel, except the folder of its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        return {n: archive.read(n) for n in archive.namelist() if ".dist-info/" not in n}


def metadata(wheel: Path, name: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(f"trapline-{trapline.__version__}.dist-info/{name}").decode()


@pytest.fixture(scope="module")
def files() -> list[str]:
    """Files that git knows, or would with the next `git add`."""
    if not (ROOT / ".git").exists():
        pytest.skip("needs a git checkout")
    listed = run("git", "ls-files", "-co", "--exclude-standard", cwd=ROOT).splitlines()
    return [name for name in listed if (ROOT / name).exists()]


@pytest.fixture(scope="module")
def checkout(files: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository without anything that git ignores."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in files:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name, follow_symlinks=False)
    return copy


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", checkout, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", checkout, tmp_path_factory.mktemp("sdist"))


def test_the_wheel_holds_the_four_folders_and_nothing_else(wheel: Path, files: list[str]) -> None:
    expected = {f"trapline/{name}" for name in files if name.split("/")[0] in FOLDERS}
    expected |= {name for name in files if name.startswith("trapline/")}
    assert set(contents(wheel)) == expected


def test_the_wheel_holds_the_catalogue_and_the_type_marker(wheel: Path) -> None:
    names = contents(wheel)
    assert "trapline/py.typed" in names
    assert "trapline/targets/catalog/ionq-2028.toml" in names


def test_files_in_the_wheel_are_those_of_the_repository(wheel: Path, checkout: Path) -> None:
    for name, data in contents(wheel).items():
        inside = name.removeprefix("trapline/")
        path = inside if inside.split("/")[0] in FOLDERS else name
        assert data == (checkout / path).read_bytes(), name


def test_the_metadata_names_version_licence_python_and_dependencies(wheel: Path) -> None:
    fields = Parser().parsestr(metadata(wheel, "METADATA"))
    assert fields["Name"] == "trapline"
    assert fields["Version"] == trapline.__version__
    assert fields["License-Expression"] == "Apache-2.0"
    assert fields["License-File"] == "LICENSE"
    assert fields["Requires-Python"] == ">=3.11"
    assert fields["Description-Content-Type"] == "text/markdown"
    needs = {line.split(">=")[0] for line in fields.get_all("Requires-Dist", [])}
    assert {"cirq-core", "ortools", "networkx", "numpy", "click", "rich", "msgspec"} <= needs
    assert not {"pytest", "ruff", "mypy", "pyright", "qiskit"} & needs


def test_the_wheel_declares_the_command(wheel: Path) -> None:
    assert "trapline = trapline.compiler.cli:main" in metadata(wheel, "entry_points.txt")


def test_the_wheel_fits_any_platform(wheel: Path) -> None:
    assert wheel.name == f"trapline-{trapline.__version__}-py3-none-any.whl"


def test_the_sdist_holds_sources_tests_and_documents(sdist: Path, files: list[str]) -> None:
    with tarfile.open(sdist) as archive:
        names = {m.name.split("/", 1)[1] for m in archive.getmembers() if m.isfile()}
    kept = (*FOLDERS, "trapline", "tests", "docs", "examples", "check")
    expected = {name for name in files if name.split("/")[0] in kept}
    expected |= {"README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile"}
    expected |= {"pyproject.toml", "MANIFEST.in"}
    extra = {n for n in names if n not in expected and not n.startswith("trapline.egg-info/")}
    assert expected <= names
    assert extra == {"PKG-INFO", "setup.cfg"}


def test_the_sdist_builds_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    run(sys.executable, "-m", "tarfile", "-e", sdist, tmp_path, cwd=tmp_path)
    (source,) = tmp_path.iterdir()
    again = build("wheel", source, tmp_path / "out")
    assert again.name == wheel.name
    assert contents(again) == contents(wheel)
    assert metadata(again, "METADATA") == metadata(wheel, "METADATA")


def install(venv: Path, *what: str | Path) -> Path:
    """Install without dependencies into a new environment that borrows them from this one."""
    run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=venv.parent)
    python = venv / "bin" / "python"
    borrowed = sysconfig.get_paths()["purelib"]
    pip = (sys.executable, "-m", "pip", "--python", python, "--quiet", "install")
    options = ("--no-index", "--no-deps", "--ignore-installed", "--no-build-isolation")
    run(*pip, *options, *what, cwd=venv.parent, PYTHONPATH=borrowed)
    (site_packages,) = venv.glob("lib/python*/site-packages")
    (site_packages / "borrowed.pth").write_text(f"{borrowed}\n")
    return python


def places_of_trapline(python: Path, cwd: Path) -> list[Path]:
    """Import every package of Trapline and list the files of its modules."""
    imports = "".join(f"import trapline.{folder}\n" for folder in FOLDERS)
    listing = "[m.__file__ for n, m in sys.modules.items() if n.split('.')[0] == 'trapline']"
    code = f"import sys\n{imports}print(*{listing}, sep='\\n')"
    places = run(python, "-c", code, cwd=cwd).splitlines()
    assert len(places) > len(FOLDERS)
    return [Path(place).resolve() for place in places]


def test_the_wheel_installs_and_imports_from_its_own_files(wheel: Path, tmp_path: Path) -> None:
    python = install(tmp_path / "venv", wheel)
    own = (tmp_path / "venv").resolve()
    assert all(place.is_relative_to(own) for place in places_of_trapline(python, tmp_path))
    assert (python.parent / "trapline").exists()


def test_an_editable_install_imports_the_working_copy(checkout: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(checkout, source, symlinks=True)
    python = install(tmp_path / "venv", "--editable", source)
    places = places_of_trapline(python, tmp_path)
    assert all(place.is_relative_to(source.resolve()) for place in places)


def test_an_editable_install_sees_files_added_later(checkout: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(checkout, source, symlinks=True)
    python = install(tmp_path / "venv", "--editable", source)
    (source / "passes" / "added_later.py").write_text("VALUE = 7\n")
    code = "from trapline.passes.added_later import VALUE; print(VALUE)"
    assert run(python, "-c", code, cwd=tmp_path) == "7\n"
