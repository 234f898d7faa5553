"""What the model knows, as records for people and programs."""

from reviewer.show.describe import Record, describe
from reviewer.show.records import show

__all__ = ["Record", "describe", "show"]
