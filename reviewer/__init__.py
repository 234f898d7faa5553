"""nodereview reads a Node.js repository, builds one model of its programs, and holds a checklist of rules to it."""

__version__ = "0.1.0"
