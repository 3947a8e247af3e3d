"""Search: which articles answer this query, and why."""
