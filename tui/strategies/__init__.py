"""The strategies: their rows and pages, and what their keys do."""
