"""`nodereview explain`: the card of a rule, for people."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from reviewer.commands.completion import complete_rules
from reviewer.commands.options import config_option, existing_root, local_option, root_option, settings_of
from reviewer.finding import RuleInfo
from reviewer.quiet.notes import RULES as OWN_RULES
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import load_rulebook
from reviewer.rulebook.markdown import Fence, Heading, parse_blocks
from reviewer.source.root import resolve_root

_SHOWN: Final = {"Bad": 1, "Good": 1}
"""How many examples of each section are shown; of others, only their titles."""


@click.command()
@click.argument("rule", metavar="RULE", shell_complete=complete_rules)
@click.option("--examples", is_flag=True, help="Show all examples; else one that is found, and one that is not.")
@root_option
@config_option
@local_option
def explain(rule: str, root: Path | None, config: Path | None, *, examples: bool, local: bool) -> None:
    """Explain a rule.

    What it finds, why that matters, how to repair it, and what it can't see.
    """
    info = OWN_RULES.get(rule)
    if info is None:
        rulebook = load_rulebook([rules_folder()])
        if rulebook.aliases.get(rule, rule) not in rulebook.cards:
            _, rulebook = settings_of(resolve_root((), existing_root(root)), config, local=local)
        info = rulebook.card(rule).info()
    page = info.help if examples else "\n".join(_shortened(info.help)) + "\n"
    facts = _facts(info)
    if page != info.help:
        facts += f"\nnodereview explain {info.id} --examples: all examples"
    if sys.stdout.isatty():
        from reviewer.commands.page import print_page

        print_page(page, facts)
    else:
        click.echo(f"{page}\n{facts}")


def _shortened(page: str) -> Iterator[str]:
    """The lines of a card's documentation with the first examples only, and the titles of the others as a list."""
    lines = page.rstrip("\n").split("\n")
    blocks = [block for block in parse_blocks(lines, "", 0) if not isinstance(block, Fence)]
    section, seen, hidden = "", 0, False
    heads = {block.line: block for block in blocks if isinstance(block, Heading)}
    for number, line in enumerate(lines):
        head = heads.get(number)
        if head is not None and head.level < 3:
            if hidden:
                yield ""
            section, seen, hidden = head.text, 0, False
        elif head is not None:
            seen += 1
            is_first = seen == _SHOWN.get(section, 0) + 1
            hidden = hidden or is_first
            if is_first and seen > 1:
                yield "Others:"
                yield ""
            if hidden:
                yield f"- {head.text}"
        if not hidden:
            yield line


def _facts(info: RuleInfo) -> str:
    facts = [f"rule {info.id}", f"severity {info.severity}", f"precision {info.precision}"]
    facts += [f"CWE-{number}" for number in info.cwe]
    facts += [f"OWASP {entry}" for entry in info.owasp]
    return " · ".join(facts)
