"""The blocks that a site puts on its pages."""
