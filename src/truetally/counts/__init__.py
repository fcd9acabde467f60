"""Gross, net, total net and undetermined, by item, day, terminal, region and reason."""
