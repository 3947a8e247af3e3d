"""How articles come in: one module per format, one way for all into the store."""
