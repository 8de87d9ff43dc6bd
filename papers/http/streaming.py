"""Answers written line by line, sent in pieces, and the place for dear work that each takes as long as it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from papers.http.limits import Slot

PIECE = 32_768  # bytes


def pieces(lines: Iterable[str]) -> Iterator[bytes]:
    """The lines put together: each piece is packed and sent by itself, and single lines would hardly shrink."""
    piece: list[bytes] = []
    size = 0
    for line in lines:
        piece.append(line.encode())
        size += len(piece[-1])
        if size >= PIECE:
            yield b"".join(piece)
            piece, size = [], 0
    if piece:
        yield b"".join(piece)


class SlottedStream:
    """The pieces of a long answer; its place is free again when it ends, breaks or is closed unread."""

    def __init__(self, found: Iterator[bytes], place: Slot | None):
        self.found, self.place = found, place

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self.found
        finally:
            self.close()

    def close(self) -> None:
        if self.place:
            self.place.leave()
