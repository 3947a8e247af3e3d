"""What answers are worth: judgments, measures, tests, and a report."""
