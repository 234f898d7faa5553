"""Paths of routes, joined."""

from __future__ import annotations


def joined(prefix: str, path: str) -> str:
    """Two parts of a path, with one slash before each."""
    if path == "*":
        return f"{prefix.rstrip('/')}/*" if prefix.strip("/") else path
    joined = "/".join(part.strip("/") for part in (prefix, path) if part.strip("/"))
    return f"/{joined}"
