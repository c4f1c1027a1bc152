"""Exactly once, whatever dies: returns filed over HTTP into a portal whose processes are killed all the while.

    make crash

Afterwards the database must show of every file one version or none, finished or failed with the word to try again
within five minutes, its rows and findings whole or absent, and what was accepted entered whole or not at all.
"""
