"""The manual of the command line says what the commands say."""

from __future__ import annotations

import difflib
import runpy
from typing import Any

import click
import pytest
from commandline import ROOT

from trapline.compiler.cli import main

PAGE = ROOT / "docs" / "cli.md"
MANUAL: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "make_cli.py"))


def test_the_manual_is_fresh() -> None:
    text = PAGE.read_text(encoding="utf-8")
    fresh = MANUAL["page"](text)
    changes = difflib.unified_diff(text.splitlines(), fresh.splitlines(), "docs/cli.md", "fresh")
    assert text == fresh, "run python docs/make_cli.py:\n" + "\n".join(changes)


def test_every_command_and_option_is_in_the_manual() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, command in main.commands.items():
        section = text.partition(f"## trapline {name}\n")[2].partition("\n## trapline ")[0]
        assert section
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert all(f"`{option}`" in section for option in parameter.opts)
                assert parameter.help
                assert parameter.help in section


def test_a_page_without_its_marker_is_refused() -> None:
    with pytest.raises(ValueError, match="marker"):
        MANUAL["page"]("# The command line\n")
