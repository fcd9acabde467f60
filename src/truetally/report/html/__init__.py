"""The report page: one file that needs no network and no script, and tables beside it."""
