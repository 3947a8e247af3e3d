"""The edge: pages, JSON API and commands."""
