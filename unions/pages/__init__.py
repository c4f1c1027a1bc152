"""How every page of the portal lists, shows and edits records: one way of each, declared by kind of record."""
