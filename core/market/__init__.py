"""Market data: instruments, timeframes, bars, import formats and the library of columns."""
