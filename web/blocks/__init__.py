"""What the newspaper's site puts on its pages."""
