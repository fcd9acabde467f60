"""How many fakes cannot be named one by one: three numbers with intervals, never added together."""
