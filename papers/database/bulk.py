"""Writing many plain rows at once: executemany on SQLite, COPY on PostgreSQL.

The ORM's bulk_create builds a model instance a row, which is several times dearer (benchmarks/import.py). Rows are tuples
of values as the database takes them: `moment` gives date-times, `dumps` gives JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import Model

# Names the lock under which changes are numbered; any constant does, as long as nothing else uses it.
WRITERS_LOCK = 0x434F5445


def dumps(value: Any) -> str:
    """The value as JSON text."""
    return orjson.dumps(value).decode()


def moment(value: datetime) -> Any:
    """The date-time as this database's driver takes it."""
    return connection.ops.adapt_datetimefield_value(value)


@contextmanager
def one_writer() -> Iterator[None]:
    """A transaction that no other such transaction overlaps: ids and revisions can be numbered without gaps or clashes.

    On SQLite every write transaction is one (settings: transaction_mode IMMEDIATE).
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS_LOCK])
        yield


def take_ids(model: type[Model], count: int) -> list[int]:
    """`count` primary keys that no row of the model has or ever had."""
    if not count:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        # AUTOINCREMENT remembers the largest id ever given, so that the id of a deleted row is not given again.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
    first = (row[0] if row else 0) + 1
    return list(range(first, first + count))


def marks(count: int) -> str:
    """The placeholders of so many values in a statement."""
    return ", ".join(["%s"] * count)


def insert(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert the rows; raises IntegrityError as any insert does."""
    if not rows:
        return
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    names = ", ".join(quote(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Django translates the driver's errors for `execute`, but knows nothing of COPY.
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks(len(columns))})", rows)


FEW_ROWS = 20  # fewer are not worth a table of their own


def update(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set the columns of the row that each tuple's last value, its id, names."""
    if not rows:
        return
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) > FEW_ROWS:
            # One statement joined with copied rows: as many single ones would each be parsed and planned.
            names = ", ".join(quote(column) for column in (*columns, "id"))
            cursor.execute(f"CREATE TEMPORARY TABLE bulk_update ON COMMIT DROP AS SELECT {names} FROM {table} LIMIT 0")
            with connection.wrap_database_errors, cursor.copy(f"COPY bulk_update ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            sets = ", ".join(f"{quote(column)} = new.{quote(column)}" for column in columns)
            cursor.execute(f"UPDATE {table} AS old SET {sets} FROM bulk_update AS new WHERE old.id = new.id")
            cursor.execute("DROP TABLE bulk_update")
        else:
            sets = ", ".join(f"{quote(column)} = %s" for column in columns)
            cursor.executemany(f"UPDATE {table} SET {sets} WHERE id = %s", rows)


def select(model: type[Model], columns: Sequence[str], column: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    """The columns of the rows whose `column` is one of the values, in no order; JSON still as text (see `loads`).

    For lists of a thousand values: Django's own `__in` takes as long to prepare them as the database to look them up.
    """
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    rows: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for chunk in _chunks(values):
            where = _is_one_of(quote(column), chunk)
            cursor.execute(f"SELECT {names} FROM {quote(model._meta.db_table)} WHERE {where}", _values(chunk))
            rows += cursor.fetchall()
    return rows


def mark(model: type[Model], column: str, ids: Iterable[Any]) -> None:
    """Set the boolean column of the rows with these ids; rows that have it set are not written again."""
    name = connection.ops.quote_name(column)
    with connection.cursor() as cursor:
        for chunk in _chunks(ids):
            where = _is_one_of(connection.ops.quote_name("id"), chunk)
            cursor.execute(
                f"UPDATE {connection.ops.quote_name(model._meta.db_table)} SET {name} = TRUE WHERE {where} AND NOT {name}",
                _values(chunk),
            )


def tell_planner(batch: int, columns: Mapping[type[Model], Sequence[str]]) -> None:
    """After the 1st, 2nd, 4th, 8th ... batch of a run: have PostgreSQL look again at the columns rows are looked up by.

    It takes tables that grew from nothing for empty until its own daemon comes by, and reads them from end to end for a
    list of ids. Long texts are left out: looking at them takes longest. SQLite plans these look-ups without statistics.
    """
    if connection.vendor != "postgresql" or batch & (batch - 1):
        return
    quote = connection.ops.quote_name
    tables = [f"{quote(model._meta.db_table)} ({', '.join(map(quote, names))})" for model, names in columns.items()]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def loads(value: Any) -> Any:
    """JSON as `select` gives it: text on SQLite, already read on PostgreSQL."""
    return orjson.loads(value) if isinstance(value, str) else value


def delete(model: type[Model], column: str, values: Iterable[Any]) -> None:
    """Delete the rows whose column is one of the values, without asking what refers to them."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for chunk in _chunks(values):
            where = _is_one_of(quote(column), chunk)
            cursor.execute(f"DELETE FROM {quote(model._meta.db_table)} WHERE {where}", _values(chunk))


MOST_VALUES = 8192  # SQLite takes 32,766 parameters in a statement


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    values = list(values)
    for start in range(0, len(values), MOST_VALUES):
        yield values[start : start + MOST_VALUES]


def _is_one_of(column: str, values: Sequence[Any]) -> str:
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)"
    return f"{column} IN ({marks(_padded(len(values)))})"


def _values(values: list[Any]) -> list[Any]:
    if connection.vendor == "postgresql":
        return [values]
    return values + values[-1:] * (_padded(len(values)) - len(values))


def _padded(count: int) -> int:
    """The next power of two: few different statements, for SQLite keeps 128 of them, each as large as its list is long."""
    return 1 << (count - 1).bit_length()
