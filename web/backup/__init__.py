"""An archive in one file: made while it is used, and put back."""
