"""What ``scripts/bench.py`` measures, and the stage on which it does."""
