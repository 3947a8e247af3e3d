"""The index: tokens, postings, TF-IDF rows, generations."""
