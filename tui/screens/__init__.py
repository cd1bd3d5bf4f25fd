"""Screens: one a file, named as in the registry of actions."""
