"""What the keys do that act on runs: cancel, delete, repeat, export, copy, note."""
