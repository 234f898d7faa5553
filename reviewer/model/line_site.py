"""A line as the conditions of library rows see it: the versions of its packages, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewer.model.function_shape import Unseen

if TYPE_CHECKING:
    from reviewer.model.model import Model
    from reviewer.source.module import Module


class LineSite(Unseen):
    """Stands where a call's shape is asked for."""

    def __init__(self, model: Model, module: Module) -> None:
        self._model = model
        self._module = module

    def loaded(self, role: str) -> bool | None:
        """Whether the repository loads a module that plays the role."""
        return self._model.loads_role(role)

    def version(self, package: str) -> str | None:
        """The version of a package in the light of the line's file."""
        return self._model.version(self._module.path, package)
