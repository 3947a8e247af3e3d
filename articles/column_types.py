"""What columns hold, alike in every database: times, and ids in the order of their characters."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Dialect, Integer, Text, TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as whole microseconds since 1970 in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002, D102
        return None if value is None else (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002, D102
        return None if value is None else _EPOCH + timedelta(microseconds=value)


# PostgreSQL sorts by the rules of some language unless told otherwise; SQLite and Python by code
# point. The order of the archive must not depend on the database.
Identifier = Text().with_variant(Text(collation="C"), "postgresql")

# SQLite counts by itself only in a column that is called INTEGER.
Numbering = BigInteger().with_variant(Integer, "sqlite")
