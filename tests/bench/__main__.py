"""`make bench`: every benchmark, as tables."""

from tests.bench import engine_bench, screens_bench

if __name__ == "__main__":
    engine_bench.main()
    screens_bench.main()
