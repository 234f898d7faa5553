"""nodereview reads a Node.js repository, builds one model of its programs, and holds a checklist of rules to it.

import reviewer

found = reviewer.review("path/to/app")
for finding in found.findings:
print(finding.place.path, finding.place.line, finding.rule, finding.message)
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["Finding", "Gap", "Place", "Review", "Severity", "Step", "UsageError", "__version__", "review"]

if TYPE_CHECKING:
    from reviewer.api import review
    from reviewer.finding import Finding, Gap, Place, Review, Severity, Step, UsageError


def __getattr__(name: str) -> object:
    """The public names, imported when they are first asked for: the command line is quick without them."""
    if name in __all__:
        return getattr(import_module("reviewer.api" if name == "review" else "reviewer.finding"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
