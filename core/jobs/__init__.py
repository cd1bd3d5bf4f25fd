"""Submitting runs, the runner that starts them and the workers that execute them."""
