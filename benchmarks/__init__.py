"""Repeatable comparisons, each in one run and as ratios; outside the test suite."""
