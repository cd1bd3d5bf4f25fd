"""The terminal itself: taken, read, drawn on, and given back whole."""
