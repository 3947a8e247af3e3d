"""Stores as an older Backfile left them, to be opened by this one."""

from articles.store import Store
from articles.tables import VERSION_TABLE

TABLES = {
    "0002": ("judgments",),
    "0003": ("users",),
    "0004": ("queries",),
    "0005": ("curation", "choices", "picks", "pins", "audit"),
    "0006": (
        *("readings", "co_readings", "visits", "visitor_marks", "visitor_salts"),
        "imported_logs",
    ),
    "0007": ("block_items", "block_articles"),
    "0008": ("best_bets",),
    "0009": ("api_keys", "webhooks", "given_answers"),
    "0010": ("jobs",),
    "0011": ("catalogue", "imports", "import_problems"),
    "0012": ("word_lists",),
    "0013": ("sessions", "second_factors", "login_tries"),
}
"""The tables that each version of the schema has added."""
COLUMNS = {"0015": (("queries", "clicks"),)}
"""The columns that each version has added to older tables."""
INDEXES = {"0011": ("changes_of_article",)}
"""The indexes that each has added to tables that were there."""


def make_older(store: Store, version: str) -> None:
    """Take from a store what its schema did not have in a version, and call it that version."""
    with store._database.writing() as connection:
        for added, columns in COLUMNS.items():
            for table, column in columns if added > version else ():
                connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {column}")
        for added, tables in TABLES.items():
            for table in tables if added > version else ():
                connection.exec_driver_sql(f"DROP TABLE {table}")
        for added, indexes in INDEXES.items():
            for index in indexes if added > version else ():
                connection.exec_driver_sql(f"DROP INDEX {index}")
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '{version}'")
