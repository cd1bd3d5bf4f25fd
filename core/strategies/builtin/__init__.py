"""The strategies that come with the program, one a file."""
