"""The terminal program: screens, widgets and the command line."""
