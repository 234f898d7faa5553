"""The model of the programs: one solver, and the questions that rules ask."""

from __future__ import annotations

from typing import Final

from reviewer.model.apps import App
from reviewer.model.arguments import Argument
from reviewer.model.callback import Callback
from reviewer.model.does import Doing, Repetition
from reviewer.model.domain import Atom, Closure, External, Instance, Spot
from reviewer.model.escapes import Escape
from reviewer.model.gives import RUNS
from reviewer.model.handled import FailureHandler
from reviewer.model.headers import HeaderCall
from reviewer.model.model import Model
from reviewer.model.names import Library
from reviewer.model.origins import Source
from reviewer.model.placed import Placed
from reviewer.model.rejections import OTHERS
from reviewer.model.returned import Returned
from reviewer.model.route import Handler, Route
from reviewer.model.turns import Turn

QUESTIONS: Final[dict[str, tuple[str, ...]]] = {
    "": (
        *("ask", "source_text", "texts", "function_name", "name_path", "framework", "loads_role", "version"),
        *("escape_text", "escape_reason"),
    ),
    "link": ("body", "paths", "owned", "count_named", "spots_named", "returned", "package_importers"),
    "names": ("of", "callee"),
    "values": ("of", "resolved"),
    "types": ("named",),
    "calls": ("callees", "run", "returns", "parameter"),
    "uses": ("of",),
    "heap": ("member", "export", "subclasses"),
    "promises": ("yields", "rejects", "escapes", "throws", "gives_promise"),
    "origins": ("of", "closed", "parameter"),
    "traces": ("steps", "hops"),
    "sites": ("playing", "surely_playing", "plays", "candidates", "arguments", "role_played", "look_alike"),
    "does": ("below", "at", "repeated", "way", "ways", "taken"),
    "statements": ("texts", "writes", "deletes", "counts", "defines"),
    "depending": ("is_same",),
    "together": ("are_begun", "are_in_one_tick"),
    "sent": ("by",),
    "turns": ("around", "runners", "inline"),
    "bounds": ("of", "leaving", "is_short"),
    "memory": ("of", "in_turn"),
    "callbacks": ("in_module", "drops", "gets_result", "call_text", "escape", "steps", "names"),
    "emitted": ("lost",),
    "dropped": ("promises",),
    "returned": ("in_module",),
    "handlers": ("in_module",),
    "unhandled": ("heard_by", "drained_by", "end", "is_said"),
    "implementations": ("of", "of_functions", "is_felt"),
    "entries": (
        *("all", "in_module", "reaching", "reaching_row", "nearest", "chain", "is_dead", "registered", "remembered"),
        "in_production",
    ),
    "programs": ("all", "of", "files", "kinds", "aside", "is_aside", "is_shared", "is_by_hand", "is_for_development"),
    "routes": ("all", "in_module", "endpoints", "full_paths", "is_wrapped", "keeps_out", "measures"),
    "routes.apps": ("all", "name", "routes", "answering", "modules", "is_with", "is_before"),
    "routes.placed": ("on", "unsure"),
    "routes.pages": ("is_data", "is_for_anybody", "is_only_files", "is_served", "only_redirects", "types_files"),
    "routes.served": ("is_served", "is_replacement"),
    "headers": ("calls", "requests", "is_passed_on"),
    "libraries": (
        *("has_role", "roles", "role_packages", "package_name", "place", "many"),
        *("is_lazy_value", "is_promise", "always_rejects", "words"),
    ),
    "manifests": ("package_of", "texts", "version_text"),
}
"""What finders ask, by family; all else that families have serves these."""

__all__ = [
    "OTHERS",
    "QUESTIONS",
    "RUNS",
    "App",
    "Argument",
    "Atom",
    "Callback",
    "Closure",
    "Doing",
    "Escape",
    "External",
    "FailureHandler",
    "Handler",
    "HeaderCall",
    "Instance",
    "Library",
    "Model",
    "Placed",
    "Repetition",
    "Returned",
    "Route",
    "Source",
    "Spot",
    "Turn",
]
