"""What the tabs of a run and the comparison show, as lines."""
