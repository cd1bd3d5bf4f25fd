"""A run as one HTML file that can be mailed: no network, no script, readable on screen, phone and paper."""
