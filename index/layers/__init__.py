"""Small generations of what came in after a build, and one index of them all."""
