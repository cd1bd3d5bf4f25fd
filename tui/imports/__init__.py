"""Price files on their way into the library: read in a process of their own, shown before they are stored."""
