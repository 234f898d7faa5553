"""Proposals: what a team may write into its own settings and library files, drawn from its repository."""
