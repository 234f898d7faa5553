"""Pages: which applications answer with pages or files for browsers, as far as anything shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reviewer.model.domain import External

if TYPE_CHECKING:
    from reviewer.model.apps import App
    from reviewer.model.model import Model

_PAGE: Final = "response.page"
_FILES: Final = "response.files"


class Pages:
    """Asked of applications, and of the places around them."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def is_served(self, app: App) -> bool:
        """Whether anything of an application, or a plugin on it, answers with pages or files, and not only while it is
        developed.
        """
        model = self.model
        for one in model.routes.placed.on(app):
            values = [value for value in one.measure.values if isinstance(value, External)]
            is_plugin = any(model.libraries.has_role(value.state, _FILES, None) for value in values)
            if is_plugin and model.entries.in_production(*one.place):
                return True
        return any(
            model.sites.plays(_PAGE, model.link.body(m), call) and model.entries.in_production(m, call)
            for m in sorted(model.routes.apps.modules(app) - model.programs.aside())
            for call in model.sites.candidates(_PAGE, m)
        )

    def is_data(self, m: int) -> bool:
        """Whether module `m` runs with applications none of which is known to answer with pages."""
        apps = [app for app in self.model.routes.apps.all() if self.model.routes.apps.is_with(app, m)]
        return bool(apps) and not any(map(self.is_served, apps))
