"""What readers follow of what blocks show, and which articles' blocks are thin."""
