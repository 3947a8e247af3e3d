"""One module for each engine that is measured, all behind one role."""
