"""One command of the command line a module: its options, and what it does with them."""
