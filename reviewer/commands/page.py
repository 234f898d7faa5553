"""Markdown on a terminal, in colours that can be read on a light and on a dark one."""

from __future__ import annotations

from typing import ClassVar, Final

from pygments.token import Comment, Keyword, Number, String
from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Markdown, MarkdownElement
from rich.style import Style
from rich.syntax import ANSISyntaxTheme, Syntax
from rich.theme import Theme

from reviewer.commands.screen import Screen
from reviewer.report.styles import BOLD, KEYWORD, NUMBER, PLACE, QUIET, STRING

_THEME: Final = Theme(
    {
        "markdown.code": PLACE,
        "markdown.h1": f"{BOLD} underline",
        "markdown.h2": f"{BOLD} underline",
        "markdown.h3": BOLD,
        "markdown.link": "underline",
        "markdown.link_url": PLACE,
        "markdown.block_quote": QUIET,
    }
)
_CODE: Final = ANSISyntaxTheme(
    {
        Comment: Style.parse(QUIET),
        Keyword: Style.parse(KEYWORD),
        Number: Style.parse(NUMBER),
        String: Style.parse(STRING),
    }
)


class _Code(CodeBlock):
    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        del console, options
        yield Syntax(str(self.text).rstrip(), self.lexer_name, theme=_CODE, word_wrap=True, padding=(0, 2))


class _Page(Markdown):
    elements: ClassVar[dict[str, type[MarkdownElement]]] = {**Markdown.elements, "fence": _Code, "code_block": _Code}


def print_page(page: str, facts: str) -> None:
    """Print Markdown to the terminal, and facts below it."""
    screen = Screen()
    with screen.use_theme(_THEME):
        screen.print(_Page(page, justify="left"))
    screen.print(f"\n{facts}", style=QUIET)
