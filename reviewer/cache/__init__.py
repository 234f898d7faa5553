"""The cache: what a run keeps for the next one, sealed: nothing that was changed, cut or planted is believed."""
