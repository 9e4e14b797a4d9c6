"""What importing costs, who may import whom, and the names that are public."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import trapline

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("compiler", "passes", "targets", "estimates")
HEAVY = ("cirq", "ortools", "numba", "stim", "mtkahypar", "matplotlib", "networkx", "scipy")
MODULES = {
    f"trapline.{folder}.{path.stem}": path
    for folder in FOLDERS
    for path in sorted((ROOT / folder).glob("*.py"))
    if path.stem != "__init__"
}
MAY_IMPORT = {
    "targets": {"targets", "errors"},
    "passes": {"passes", "targets", "errors"},
    "estimates": {"estimates", "targets", "errors", "__version__"},
    "compiler": {"compiler", "passes", "targets", "estimates", "errors", "__version__"},
}
PUBLIC = {
    "compile",
    "device",
    "estimate",
    "noise_model",
    "transformer",
    "CheckError",
    "InfeasibleError",
    "InputError",
    "MissingExtraError",
    "SolverError",
    "TargetError",
    "TraplineError",
    "__version__",
}
KERNEL = "trapline.passes.kernel"
PHYSICS = ("seam_error", "merge_error", "distill", "remote_gate_infidelity", "azure_v1")


def loaded_after(code: str) -> set[str]:
    """Names of the top-level modules that a fresh interpreter has loaded after running code."""
    listing = "import json, sys; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    script = f"{code}\n{listing}"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


@lru_cache(maxsize=1)
def imports() -> dict[str, set[str]]:
    """Modules that each of our modules imports, at the top and inside functions."""
    return {name: set(imported_names(path)) for name, path in MODULES.items()}


def imported_names(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            names += [f"{module}.{alias.name}" for alias in node.names]
    return names


def top_level_imports(path: Path) -> list[str]:
    """Our modules that a module needs in order to be imported itself."""
    found: list[str] = []
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return [name for name in found if name in MODULES]


def loads_heavy(path: Path) -> bool:
    """Whether a module imports a heavy package, or our way to compile, outside its functions."""
    if KERNEL in top_level_imports(path):
        return True
    packages: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import):
            packages.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            packages.add((node.module or "").split(".")[0])
    return bool(packages & set(HEAVY))


def test_importing_trapline_loads_nothing_heavy() -> None:
    assert not loaded_after("import trapline") & set(HEAVY)


def test_asking_for_help_loads_nothing_heavy() -> None:
    code = (
        "import runpy, sys\nsys.argv = ['trapline', '--help']\n"
        "try:\n    runpy.run_module('trapline', run_name='__main__')\n"
        "except SystemExit as end:\n    assert not end.code"
    )
    assert not loaded_after(code) & set(HEAVY)


@pytest.mark.parametrize("name", MODULES)
def test_modules_built_on_a_heavy_package_are_imported_inside_functions(name: str) -> None:
    """A subclass of cirq's or a compiled function must load its package; others need not."""
    if not loads_heavy(MODULES[name]):
        needed = top_level_imports(MODULES[name])
        assert not [used for used in needed if loads_heavy(MODULES[used])]


@pytest.mark.parametrize("name", MODULES)
def test_modules_import_only_from_the_layers_below(name: str) -> None:
    folder = name.split(".")[1]
    ours = {used.split(".")[1] for used in imports()[name] if used.startswith("trapline.")}
    assert ours <= MAY_IMPORT[folder]


@pytest.mark.parametrize("name", MODULES)
def test_modules_go_by_their_full_names(name: str) -> None:
    for used in imports()[name]:
        assert used.split(".")[0] not in FOLDERS, f"write trapline.{used}"
        assert not used.startswith("."), f"write the full name of {used}"
        assert used != "trapline"


def test_no_import_goes_in_a_circle() -> None:
    graph = {name: set(top_level_imports(path)) for name, path in MODULES.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_folders_hold_no_packages() -> None:
    inside = [p for folder in FOLDERS for p in (ROOT / folder).glob("*/") if p.is_dir()]
    assert {p.name for p in inside} <= {"catalog", "data", "__pycache__"}


def test_the_public_names_are_these() -> None:
    """A name more or fewer is a decision: change this list and the changelog with it."""
    assert set(trapline.__all__) == PUBLIC


def test_every_public_name_is_there_and_documented() -> None:
    for name in trapline.__all__:
        assert getattr(trapline, name).__doc__, name
    assert set(trapline.__all__) <= set(dir(trapline))


@pytest.mark.parametrize("name", PHYSICS)
def test_the_physics_functions_are_public(name: str) -> None:
    import trapline.estimates

    assert name in trapline.estimates.__all__
    assert getattr(trapline.estimates, name).__doc__
