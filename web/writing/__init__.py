"""How programs write: keys, calls and webhooks."""
