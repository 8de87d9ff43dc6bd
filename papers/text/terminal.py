"""Text from outside on a terminal and in a log: shown, never obeyed.

Control characters, escape sequences, marks that turn the direction of text and halves of letters stand there as their
numbers, `\\u001b`; inside JSON that is the same letter.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import Any

OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff]")


def quoted(text: str) -> str:
    """The text with everything that a terminal would obey as its number; lines and tabs stay."""
    return OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def in_one_line(text: str) -> str:
    """The same without lines, so that no text can look like the next line."""
    return quoted(text).replace("\n", "\\n")


class QuotedStream:
    """A stream to a terminal, pipe or file that quotes whatever is written; `unquoted` is the one below."""

    def __init__(self, stream: Any):
        self.unquoted = stream

    def write(self, text: str) -> int:
        self.unquoted.write(quoted(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.unquoted, name)


class LogLine(logging.Formatter):
    """A line of the log; what belongs to it, such as a traceback, is indented behind it."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return in_one_line(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        return indented(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:
        return indented(super().formatStack(stack_info))


def indented(text: str) -> str:
    return "\n".join("  " + line for line in quoted(text).split("\n"))
