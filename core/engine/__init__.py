"""The compiled broker and the simulation that drives it."""
