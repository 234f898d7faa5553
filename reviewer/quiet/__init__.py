"""Quiet: what a team has decided not to be told: suppressions, a baseline, changes only."""
