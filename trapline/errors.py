"""Every exception that Trapline raises on purpose.

TraplineError                  exit code 1
├── InputError                 exit code 3   a circuit or other input file is malformed
├── TargetError                exit code 3   a machine description is malformed or unknown
├── InfeasibleError            exit code 4   no plan or machine satisfies the constraints
├── CheckError                 exit code 5   a verification failed
├── SolverError                exit code 1   a solver gave no usable answer
└── MissingExtraError          exit code 2   an optional package is not installed

TraplineWarning                root of all warnings; the command line shows them on standard error
"""

from __future__ import annotations

from typing import Any, ClassVar


class TraplineError(Exception):
    """Root of all errors that Trapline raises on purpose.

    Args:
        message: What was found, what was expected, and where.
        hint: What the user can do next, or an empty string.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\nhint: {self.hint}" if self.hint else self.message


class InputError(TraplineError):
    """A circuit that cannot be read, with the place where reading stopped.

    Args:
        message: What was found and what was expected.
        hint: What to do next.
        file: Name of the file, or `<text>`.
        line: Line number, from 1; 0 when unknown.
        column: Column number, from 1; 0 when unknown.
        source_line: Text of that line, shown with a caret under the column.
    """

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        file: str = "",
        line: int = 0,
        column: int = 0,
        source_line: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.file = file
        self.line = line
        self.column = column
        self.source_line = source_line

    def __str__(self) -> str:
        place = [str(part) for part in (self.file, self.line, self.column) if part]
        text = ":".join([*place, f" {self.message}" if place else self.message])
        if self.source_line:
            shown = self.source_line.replace("\t", " ")
            text += f"\n    {shown}"
            if self.column:
                text += f"\n    {' ' * (self.column - 1)}^"
        return f"{text}\nhint: {self.hint}" if self.hint else text


class TargetError(TraplineError):
    """A machine description that is malformed, unknown or out of range."""

    exit_code = 3


class InfeasibleError(TraplineError):
    """No answer satisfies the constraints.

    Args:
        message: Why, in a sentence.
        constraint: Name of the binding constraint, for example `data_qubits`.
        nearest: Smallest change that makes it feasible, as key and value.
        hint: The same for people.
    """

    exit_code = 4

    def __init__(
        self,
        message: str,
        *,
        constraint: str,
        nearest: dict[str, Any] | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.constraint = constraint
        self.nearest = dict(nearest or {})


class CheckError(TraplineError):
    """A plan or circuit failed verification; nothing is written."""

    exit_code = 5


class SolverError(TraplineError):
    """A solver stopped without a usable answer."""


class MissingExtraError(TraplineError):
    """An optional package is needed; the message holds the install line."""

    exit_code = 2


class TraplineWarning(UserWarning):
    """Root of all warnings of Trapline."""
