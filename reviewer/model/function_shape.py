"""A function as the conditions of library rows see it: how many parameters it has, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reviewer.model.libraries.conditions import Literal


class Unseen:
    """A site of which nothing is known; what stands for one tells what it knows. None: not known."""

    def arity(self) -> tuple[int, int] | None:
        return None

    def parameters(self) -> int | None:
        return None

    def kinds(self, argument: int, members: tuple[str, ...]) -> frozenset[str] | None:  # noqa: ARG002
        return None

    def literals(self, argument: int, members: tuple[str, ...]) -> frozenset[Literal] | None:  # noqa: ARG002
        return None

    def has(self, argument: int, members: tuple[str, ...]) -> bool | None:  # noqa: ARG002
        return None

    def says(self, argument: int, members: tuple[str, ...], words: tuple[Literal, ...]) -> bool | None:  # noqa: ARG002
        return None

    def tagged(self) -> bool | None:
        return None

    def loaded(self, role: str) -> bool | None:  # noqa: ARG002
        return None

    def version(self, package: str) -> str | None:  # noqa: ARG002
        return None


class FunctionShape(Unseen):
    """Stands where a call's shape is asked for, for steps from a function to its parameters."""

    def __init__(self, count: int) -> None:
        self._count = count

    def parameters(self) -> int | None:
        return self._count
