"""Whoosh's inverted index as numpy arrays in one mapped file per segment."""
