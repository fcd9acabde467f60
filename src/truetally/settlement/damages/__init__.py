"""What to claim: gains and losses as scenarios, costs, the law of the dates, court fees."""
