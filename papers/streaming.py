"""What is written line by line, sent in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
