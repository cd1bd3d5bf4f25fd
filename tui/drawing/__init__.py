"""Charts, axes, blocks and wrapped text, as lines."""
