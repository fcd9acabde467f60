"""Policy and criteria make one verdict an event: expressions and pure functions, none run here."""
