"""The fields of an answer: `fields` keeps, `omit` leaves out, both with dots for what lies deeper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rest_framework import serializers

Tree = dict[str, Any]  # by name of a field the tree below it, or None for one that has nothing below


class ListTree(dict[str, Any]):
    """The tree of a field that holds a list of such things."""


class UnknownField(ValueError):
    """A name that no field has; the message says which there are."""


@lru_cache(maxsize=64)
def tree_of(shape: type[serializers.Serializer[Any]]) -> Tree:
    """The fields of an answer as a tree; kept, because a shape copies its fields whenever it is asked."""
    return _tree(shape())


def _tree(shape: serializers.Serializer[Any]) -> Tree:
    found: Tree = {}
    for name, field in shape.fields.items():
        below = field.child if isinstance(field, serializers.ListSerializer) else field
        tree = _tree(below) if isinstance(below, serializers.Serializer) else None
        found[name] = ListTree(tree) if tree and below is not field else tree
    return found


@dataclass(frozen=True, slots=True)
class Selection:
    """The fields to answer with; `is_all` where nothing was said, and then nothing is cut."""

    kept: Tree
    is_all: bool = True

    @classmethod
    def of(cls, whole: Tree, fields: str = "", omit: str = "") -> Selection:
        """What is left of the whole; raises UnknownField."""
        kept = whole
        if fields:
            kept = {}
            for path in _paths(fields):
                _keep(whole, path, kept, path)
        if omit:
            kept = _copied(kept)
            for path in _paths(omit):
                if _leave_out(whole, kept, path, path):
                    _prune(kept, path)
        return cls(kept, is_all=not (fields or omit))

    def cut(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """The row with the wanted fields only."""
        return row if self.is_all else _cut(row, self.kept)


def _paths(text: str) -> list[list[str]]:
    paths = [path.strip() for path in text.split(",")] if text.strip() else []
    if "" in paths:
        raise UnknownField("There is nothing between two of the commas.")
    return [path.split(".") for path in paths]


def _known(tree: Tree | None, path: list[str], names: Iterable[str]) -> UnknownField:
    where = ".".join(path[:-1])
    return UnknownField(
        f"Unknown field {'.'.join(path)[:80]!r}. Allowed{f' in {where}' if where else ''}: {', '.join(sorted(names))}."
        if tree
        else f"Unknown field {'.'.join(path)[:80]!r}: {where} has nothing below it."
    )


def _keep(whole: Tree, path: list[str], kept: Tree, rest: list[str]) -> None:
    name, *deeper = rest
    if name not in whole:
        raise _known(whole, path[: len(path) - len(deeper)], whole)
    if not deeper:
        kept[name] = whole[name]
        return
    if whole[name] is None:
        raise _known(None, path[: len(path) - len(deeper) + 1], ())
    if name in kept and kept[name] is whole[name]:
        # All of it is wanted already; still the name below must be one.
        _keep(whole[name], path, {}, deeper)
        return
    _keep(whole[name], path, kept.setdefault(name, type(whole[name])()), deeper)


def _leave_out(whole: Tree, kept: Tree | None, path: list[str], rest: list[str]) -> bool:
    """Whether it was there and is gone now; raises UnknownField for what is no field at all."""
    name, *deeper = rest
    if name not in whole:
        raise _known(whole, path[: len(path) - len(deeper)], whole)
    if not deeper:
        return kept is not None and kept.pop(name, kept) is not kept
    if whole[name] is None:
        raise _known(None, path[: len(path) - len(deeper) + 1], ())
    return _leave_out(whole[name], kept.get(name) if kept else None, path, deeper)


def _prune(kept: Tree, path: list[str]) -> None:
    """Take away what has nothing left below it."""
    name, *deeper = path
    if deeper and kept.get(name) is not None:
        _prune(kept[name], deeper)
        if not kept[name]:
            del kept[name]


def _copied(tree: Tree) -> Tree:
    return type(tree)((name, None if below is None else _copied(below)) for name, below in tree.items())


def _cut(value: Any, kept: Tree) -> Any:
    if isinstance(value, list | tuple):
        return [_cut(each, kept) for each in value]
    if not isinstance(value, Mapping):
        return value  # null where nothing is known
    return {
        name: each if kept[name] is None else _cut(each, kept[name]) for name, each in value.items() if name in kept
    }
