"""The tabs of the run detail, one a file."""
