"""`nodereview completion`: what a shell needs to complete commands, options, rules and paths."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem, get_completion_class

from reviewer.finding import UsageError
from reviewer.quiet.notes import RULES as OWN_RULES
from reviewer.rulebook.folder import rules_folder

VARIABLE = "_NODEREVIEW_COMPLETE"
"""What a completion script sets when it asks."""

_SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    Into which file it goes:

    \b
    bash  ~/.local/share/bash-completion/completions/nodereview
    zsh   _nodereview, in a folder of fpath
    fish  ~/.config/fish/completions/nodereview.fish
    """  # noqa: D301 - click looks for the character, not for how it is written
    kind = get_completion_class(shell)
    if kind is None:  # click may lose a shell; ours are tested
        raise UsageError(f"no completion for {shell}")
    group = ctx.find_root().command
    click.echo(kind(group, {}, "nodereview", VARIABLE).source())


def complete_rules(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The rules whose ids begin so: from the names of the cards, which need not be read."""
    del ctx, param
    ids = {card.stem for card in rules_folder().glob("*/*.md") if card.parent.name != "libraries"}
    return [CompletionItem(rule) for rule in sorted(ids | OWN_RULES.keys()) if rule.startswith(incomplete)]
