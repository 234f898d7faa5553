"""Documents: files of a tree that are no code and that findings may stand in."""
