"""Write the part of docs/cli.md that lists commands and options: python docs/make_cli.py."""

from __future__ import annotations

from pathlib import Path

import click

from trapline.compiler.cli import main

PAGE = Path(__file__).resolve().parent / "cli.md"
MARKER = "<!-- The rest is written by docs/make_cli.py from the commands themselves. -->\n"

WORDS = {
    "text": "text",
    "integer": "whole number",
    "integer range": "whole number",
    "float range": "number",
}


def page(text: str) -> str:
    """Return a page with everything after its marker written anew.

    Args:
        text: The page as it is.
    """
    by_hand, marker, _ = text.partition(MARKER)
    if not marker:
        raise ValueError(f"{PAGE.name} has lost its marker: {MARKER}")
    return by_hand + marker + "\n" + "\n".join(map(_section, main.commands.values()))


def _section(command: click.Command) -> str:
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    options = [p for p in command.params if isinstance(p, click.Option)]
    usage = " ".join(["trapline", str(command.name), *map(_argument, arguments), "[OPTIONS]"])
    lines = [f"## trapline {command.name}", "", "```text", usage, "```", "", _prose(command)]
    if options:
        lines += ["", "| option | value | |", "|---|---|---|", *map(_row, options)]
    return "\n".join(lines) + "\n"


def _argument(argument: click.Argument) -> str:
    if isinstance(argument.type, click.Choice):
        return "|".join(argument.type.choices)
    name = str(argument.name).upper()
    return name if argument.required else f"[{name}]"


def _prose(command: click.Command) -> str:
    paragraphs = (command.help or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _row(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in option.opts)
    notes = " Required." if option.required else ""
    notes += f" Default: {option.default}." if option.show_default else ""
    return f"| {names} | {_value(option)} | {option.help}{notes} |"


def _value(option: click.Option) -> str:
    if option.is_flag:
        return ""
    if isinstance(option.type, click.Choice):
        return ", ".join(f"`{choice}`" for choice in option.type.choices)
    return f"`{option.metavar}`" if option.metavar else WORDS[option.type.name]


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
