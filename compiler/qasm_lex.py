"""Tokens of OpenQASM 2 and 3, and errors that point at the text.

Source: OpenQASM 3 specification, section on lexical structure (arXiv:2104.14722). OpenQASM 2 has a
subset of the same tokens.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from trapline.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

PRAGMA = "// trapline:"
MAX_DIGITS = 300

_COMMENT = re.compile(r'"[^"\n]*"|//[ ]trapline:[^\n]*|//[^\n]*|/\*.*?\*/|/\*.*\Z', re.DOTALL)
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<pragma>//[ ]trapline:[^\n]*)
  | (?P<float>(?:\d[\d_]*\.(?:\d[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?|\d[\d_]*[eE][+-]?\d+)
  | (?P<int>0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*)
  | (?P<name>[^\W\d]\w*)
  | (?P<string>"[^"\n]*")
  | (?P<physical>\$\d+)
  | (?P<symbol>->|==|!=|<=|>=|&&|\|\||\*\*=?|<<=?|>>=?|\+\+
      |[-+*/%&|^~]=|[-+*/%&|^~!<>=@;:,.(){}\[\]\#])
  | (?P<bad>.)
  | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)


class OutsideSubsetError(InputError):
    """A construct that only the reader of the full OpenQASM 3 grammar knows."""


class Token(NamedTuple):
    """A piece of the text.

    Args:
        kind: `name`, `int`, `float`, `string`, `physical`, `symbol`, `pragma` or `end`.
        text: As written; empty at the end of the text.
        start: Offset of its first character.
        end: Offset after its last character.
    """

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Source:
    """A program text with comments blanked out, so that all offsets stay.

    Args:
        text: What the parser reads.
        original: What the user wrote.
        file: Name for messages.
    """

    text: str
    original: str
    file: str

    @cached_property
    def line_starts(self) -> list[int]:
        """Offsets at which lines begin."""
        return [0, *(match.end() for match in re.finditer("\n", self.original))]

    def line_of(self, offset: int) -> int:
        """Return the line of an offset, from 1."""
        return bisect_right(self.line_starts, offset)

    def place(self, offset: int) -> tuple[int, int, str]:
        """Return line and column, both from 1, and the text of the line."""
        start = self.original.rfind("\n", 0, offset) + 1
        stop = self.original.find("\n", start)
        line = self.original[start : stop if stop >= 0 else None]
        return self.original.count("\n", 0, start) + 1, offset - start + 1, line

    def fail(
        self, offset: int, message: str, *, hint: str = "", error: type[InputError] = InputError
    ) -> NoReturn:
        """Raise an `InputError` that points at an offset."""
        line, column, text = self.place(offset)
        raise error(message, hint=hint, file=self.file, line=line, column=column, source_line=text)


def make_source(text: str, file: str) -> Source:
    """Blank the comments of a text, except those meant for Trapline."""
    if "//" not in text and "/*" not in text:
        return Source(text, text, file)
    source = Source(_COMMENT.sub(_blank, text), text, file)
    opened = source.text.find("/*")
    if opened >= 0:
        source.fail(opened, "this comment never ends", hint="close it with */")
    return source


def _blank(match: re.Match[str]) -> str:
    found = match[0]
    if found.startswith(('"', PRAGMA)):
        return found
    if found.startswith("/*") and not (found.endswith("*/") and len(found) > 3):
        return found
    return re.sub(r"[^\n]", " ", found) if "\n" in found else " " * len(found)


class Cursor:
    """Reads tokens from a place in the text.

    Args:
        source: The text.
        position: Offset to start at.
    """

    def __init__(self, source: Source, position: int = 0) -> None:
        self.source = source
        self._next: Token | None = None
        self._after = position

    @property
    def position(self) -> int:
        """Offset after the last token taken."""
        return self._next.start if self._next is not None else self._after

    def jump(self, position: int) -> None:
        """Continue at another offset."""
        self._next = None
        self._after = position

    def peek(self) -> Token:
        """Return the next token without taking it."""
        if self._next is None:
            match = _TOKEN.match(self.source.text, self._after)
            kind = (match.lastgroup or "end") if match else "end"
            if match is None or kind == "end":
                size = len(self.source.text)
                self._next = Token("end", "", size, size)
            else:
                self._next = Token(kind, match[kind], match.start(kind), match.end(kind))
            if kind == "int" and len(self._next.text) > MAX_DIGITS:
                self.source.fail(self._next.start, "this number has too many digits")
            if kind == "bad":
                self.source.fail(
                    self._next.start,
                    f"character {self._next.text!r} has no meaning here",
                    hint="a string must end on its line" if self._next.text == '"' else "",
                )
        return self._next

    def take(self) -> Token:
        """Take the next token."""
        token = self.peek()
        self._next = None
        self._after = token.end
        return token

    def accept(self, text: str) -> bool:
        """Take the next token if it is `text`."""
        if self.peek().text == text:
            self.take()
            return True
        return False

    def expect(self, text: str, purpose: str = "") -> Token:
        """Take the next token, which must be `text`."""
        token = self.peek()
        if token.text != text:
            where = f" {purpose}" if purpose else ""
            self.fail_at(token, f"found {shown(token)}, expected {text!r}{where}")
        return self.take()

    def name(self, what: str) -> Token:
        """Take the next token, which must be an identifier."""
        token = self.peek()
        if token.kind != "name":
            self.fail_at(token, f"found {shown(token)}, expected {what}")
        return self.take()

    def fail_at(
        self, token: Token, message: str, *, hint: str = "", error: type[InputError] = InputError
    ) -> NoReturn:
        """Raise an `InputError` at a token."""
        start = token.start
        if token.kind == "end":
            start = len(self.source.text.rstrip())
        self.source.fail(start, message, hint=hint, error=error)


def shown(token: Token) -> str:
    """Return the token as a message shows it."""
    return "the end of the file" if token.kind == "end" else repr(token.text)


def closest(name: str, known: Iterable[str]) -> str:
    """Return a hint with the known names closest to `name`, or nothing."""
    found = get_close_matches(name, list(known), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(map(repr, found))}?" if found else ""
