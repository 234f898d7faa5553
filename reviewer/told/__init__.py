"""What the library rows state of the lines of a program, in the words of the examples of libraries."""

from __future__ import annotations

from reviewer.told.examples import EXAMPLES, LibraryExample, read_examples
from reviewer.told.lines import Teller

__all__ = ["EXAMPLES", "LibraryExample", "Teller", "read_examples"]
