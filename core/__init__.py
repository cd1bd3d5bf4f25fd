"""Everything behind the screens: market data, strategies, the engine, results and jobs."""
