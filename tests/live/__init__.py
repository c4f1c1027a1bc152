"""A portal that really runs, with its web server, worker, broker and database: for what one process cannot show."""
