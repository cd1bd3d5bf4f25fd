"""Every screen as plain text."""
