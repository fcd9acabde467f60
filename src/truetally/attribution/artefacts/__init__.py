"""Read a seized client as it lies: inventory, and what each file says. Nothing is executed."""
