"""Cards, finders and the judge that holds them against the model."""
