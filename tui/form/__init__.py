"""The new-run form without its looks: fields, choices, checks, presets."""
