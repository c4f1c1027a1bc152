"""Quarterly returns: reading the workbooks that come in, checking them, keeping every version."""
