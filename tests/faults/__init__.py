"""Real faults, injected into the real program; what was shown as done stays done."""
