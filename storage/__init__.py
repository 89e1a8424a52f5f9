"""What Duly remembers. Functions that take a Database; imports nothing of ours outside this package."""
