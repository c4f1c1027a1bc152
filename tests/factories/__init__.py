"""Factories of the tests, by app: each makes one row that keeps every rule, and takes what a test wants to say."""
