"""What the run list shows, how it is chosen, and what acts on it."""
