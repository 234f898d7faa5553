"""Bytes to modules: find the files, parse them, lower them to the IR, read the manifests."""
