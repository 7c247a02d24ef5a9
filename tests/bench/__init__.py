"""Benchmarks: figures of one run, judged by ratios inside it."""
