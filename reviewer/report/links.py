"""Links in terminals (OSC 8): to the files of a review, where the terminal is known to take them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.style import Style
from rich.text import Text

_PROGRAMS: Final = frozenset(
    {"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio", "zed", "WarpTerminal"}
)
_TERMINALS: Final = frozenset({"xterm-kitty", "xterm-ghostty", "alacritty", "foot", "foot-extra", "contour"})
_MARKS: Final = ("WT_SESSION", "KITTY_WINDOW_ID", "DOMTERM", "KONSOLE_VERSION")
_VTE: Final = 5000  # the first version of the library of GNOME's terminals that shows links, 0.50


def takes_links(environment: Mapping[str, str]) -> bool:
    """Whether the terminal that the environment speaks of shows links; `FORCE_HYPERLINK=0` or `1` decides alone."""
    forced = environment.get("FORCE_HYPERLINK")
    if forced is not None:
        return forced not in {"", "0"}
    if "CI" in environment or environment.get("TERM") == "dumb":
        return False
    vte = environment.get("VTE_VERSION", "")
    return (
        environment.get("TERM_PROGRAM") in _PROGRAMS
        or environment.get("TERM") in _TERMINALS
        or any(name in environment for name in _MARKS)
        or (vte.isascii() and vte.isdigit() and int(vte) >= _VTE)
    )


class Links:
    """Turns paths of a review into links."""

    def __init__(self, root: Path, console: Console) -> None:
        self._root = root if console.is_terminal and takes_links(os.environ) else None

    def to(self, text: Text, path: str) -> Text:
        """The text, as a link to a file below the root where the terminal takes links."""
        if self._root is not None and path:
            # `as_uri` escapes whatever a name may hold.
            text.stylize(Style(link=(self._root / path).as_uri()))
        return text
