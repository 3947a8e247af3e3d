"""Related articles: which articles belong beside this one, and why."""
