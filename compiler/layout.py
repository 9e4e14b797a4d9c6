"""How answers are laid out for people: facts, grids, and lists whose last column is long.

A terminal wraps at its width. In a pipe nothing is wrapped or cut, so that every row is one line
for the next program; the variable COLUMNS sets a width for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console, RenderableType
    from rich.table import Table

ENDLESS = 100_000
"""Width in characters where nothing is wrapped."""

WIDEST = 40
"""Cells above this width do not widen the column of a list."""

INDENT = 4


def show(*parts: RenderableType) -> None:
    """Print parts on standard output, with an empty line between them."""
    import click

    out = _console()
    with out.capture() as captured:
        for number, part in enumerate(parts):
            if number:
                out.print()
            out.print(part)
    lines = [line.rstrip() for line in captured.get().splitlines()]
    click.echo("\n".join(lines).encode(out.encoding, "replace").decode(out.encoding))


def _console() -> Console:
    import os
    import sys

    from rich.console import Console

    chosen = os.environ.get("COLUMNS", "")
    free = None if sys.stdout.isatty() or chosen.isdecimal() else ENDLESS
    return Console(width=free, highlight=False, emoji=False, markup=False)


def facts(title: str, rows: Sequence[tuple[str, str]]) -> Table:
    """Return names and values side by side."""
    from rich.table import Table

    table = Table(title=title, title_justify="left", show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(name, value)
    return table


def grid(title: str, names: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Return a table with borders; columns of numbers are right-aligned."""
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for column, name in enumerate(names):
        right = _is_number(row[column] for row in rows)
        table.add_column(name, overflow="fold", justify="right" if right else "left")
    for row in rows:
        table.add_row(*row)
    return table


def noted(title: str, names: Sequence[str], rows: Sequence[Sequence[str]]) -> RenderableType:
    """Return a table if it is narrow enough, else a list with the last column under each row."""
    from rich.measure import Measurement

    out = _console()
    table = grid(title, names, rows)
    if Measurement.get(out, out.options.update(max_width=ENDLESS), table).maximum <= out.width:
        return table
    return _listed(title, names, rows)


def _listed(title: str, names: Sequence[str], rows: Sequence[Sequence[str]]) -> RenderableType:
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    heads = list(zip(*[names[:-1], *[row[:-1] for row in rows]], strict=True))
    widths = [max(len(cell) for cell in column if len(cell) <= WIDEST) for column in heads]
    rights = [_is_number(column[1:]) for column in heads]
    parts: list[RenderableType] = [Text(title, style="italic")]
    for number, cells in enumerate(zip(*heads, strict=True)):
        padded = [
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(cells, widths, rights, strict=True)
        ]
        parts.append(Text("  ".join(padded).rstrip(), style="" if number else "bold"))
        note = rows[number - 1][-1] if number else names[-1]
        parts.append(Padding(Text(note, style="" if number else "bold"), (0, 0, 0, INDENT)))
    return Group(*parts)


def _is_number(cells: Iterable[str]) -> bool:
    """Whether all cells are numbers or say that there is none."""
    shown = [cell for cell in cells if cell not in ("", "-")]
    return bool(shown) and all(cell[0] in "-0123456789" for cell in shown)
