"""Rebuilds and rollbacks as jobs: begun, watched, stopped, checked."""
