"""What a simulation amounts to: metrics, curves and breakdowns."""
