"""What readers open and follow is counted, and what is popular is told."""
