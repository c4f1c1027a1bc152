"""The states of the records of this app and the only moves between them, one module for each kind of record."""
