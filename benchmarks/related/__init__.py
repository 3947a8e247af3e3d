"""Related articles measured: on judged topics, on shared labels, by people, and by the clock."""
