"""Use cases that write, one module for each subject: keyword-only, atomic, with the actor passed in."""
