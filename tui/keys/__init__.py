"""What keys do: the one registry, the key map file, the palette, and keys in their order."""
