"""The proof that a strategy does not peek: the same decisions whatever comes later, and every time."""
