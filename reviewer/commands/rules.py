"""`nodereview rules`, `explain` and `test-rules`: the rulebook, for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click
import msgspec

from reviewer.commands.completion import complete_rules
from reviewer.commands.options import (
    config_option,
    existing,
    existing_root,
    local_option,
    page_format,
    root_option,
    settings_of,
)
from reviewer.commands.table import Record, print_records
from reviewer.diagnosis import visible
from reviewer.finding import ExitCode, UsageError
from reviewer.quiet.notes import RULES as OWN_RULES
from reviewer.rulebook.card import Card
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.load import Rulebook, load_rulebook
from reviewer.rulebook.verdicts import Judgement, Verdict, judge_card
from reviewer.source.root import resolve_root

_WIDEST: Final = 100


@click.command()
@click.option("--reference", is_flag=True, help="Print what a card may say and what a finder may ask.")
@click.option("--coverage", is_flag=True, help="List the rows of the library files that no example exercises.")
@page_format
@root_option
@config_option
@local_option
def rules(
    output_format: str, root: Path | None, config: Path | None, *, reference: bool, coverage: bool, local: bool
) -> None:
    """List the rules, of nodereview and of the repository."""
    if reference and coverage:
        raise UsageError("--reference and --coverage are two lists; ask for one")
    _, rulebook = settings_of(resolve_root((), existing_root(root)), config, local=local)
    if reference:
        _print_reference(rulebook, output_format)
        return
    if coverage:
        _print_coverage(rulebook, output_format)
        return
    infos = [*(card.info() for card in rulebook.cards.values()), *OWN_RULES.values()]
    records: list[Record] = [
        {
            "rule": info.id,
            "category": info.category,
            "severity": info.severity.value,
            "precision": info.precision.value,
            "title": info.title,
        }
        for info in sorted(infos, key=lambda info: (info.category, info.id))
    ]
    print_records(records, output_format)


def _print_reference(rulebook: Rulebook, output_format: str) -> None:
    from reviewer import reference

    parts = reference.reference(rulebook)
    if output_format == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(parts), indent=2))
    elif output_format == "markdown":
        click.echo(reference.as_markdown(parts), nl=False)
    else:
        from reviewer.commands.screen import Screen

        screen = Screen()
        for line in reference.as_text(parts, min(screen.width, _WIDEST)):
            screen.print(line, soft_wrap=True)


def _print_coverage(rulebook: Rulebook, output_format: str) -> None:
    from reviewer.coverage import examples_coverage

    found = examples_coverage(rulebook, [rules_folder()])
    records: list[Record] = [
        {
            "file": row.file,
            "line": row.line,
            "section": f"{row.kind}.{row.name}" if row.name else row.kind,
            "why": why,
            "path": row.path,
        }
        for row, why in found.unexercised
    ]
    print_records(records, output_format)
    if output_format == "text":
        click.echo(f"{len(records):,} of {found.rows:,} rows are exercised by no example")
        click.echo(f"the others stand for {found.places:,} places, of which the examples ask about {found.seen:,}")


@click.command("test-rules")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--rule",
    "only",
    multiple=True,
    metavar="ID",
    shell_complete=complete_rules,
    help="Those of this rule. Repeatable.",
)
def test_rules(folder: Path | None, only: tuple[str, ...]) -> ExitCode:
    """Run the examples of cards.

    Those of DIR, which holds them as CATEGORY/RULE.md, else those that nodereview ships.
    """
    shipped = rules_folder()
    folders = [shipped]
    if folder is not None:
        if not existing(folder).is_dir():
            raise UsageError(visible(f"{folder}: no folder of cards"))
        folders.append(folder)
    rulebook = load_rulebook(folders)
    from reviewer.trial import trial

    wanted = {rulebook.card(name).rule_id for name in only}
    run = trial(rulebook)
    verdicts: Counter[Verdict] = Counter()
    for card in _cards_in(rulebook, folders[-1]):
        if wanted and card.rule_id not in wanted:
            continue
        judgements = judge_card(card, run)
        verdicts.update(judgement.verdict for judgement in judgements)
        for line in _mismatches(card, judgements):
            click.echo(visible(line))
    total = verdicts.total()
    counted = ", ".join(f"{verdicts[verdict]} {verdict}" for verdict in Verdict if verdicts[verdict])
    click.echo(f"{total} {'example' if total == 1 else 'examples'}: {counted}" if total else "no examples")
    return ExitCode.CLEAN if verdicts[Verdict.VALIDATED] == total else ExitCode.FINDINGS


def _cards_in(rulebook: Rulebook, folder: Path) -> list[Card]:
    within = folder.resolve()
    return [card for card in rulebook.cards.values() if Path(card.path).resolve().is_relative_to(within)]


def _mismatches(card: Card, judgements: Sequence[Judgement]) -> Iterator[str]:
    for judgement in judgements:
        for miss in judgement.mismatches:
            at = f"{card.path}:{miss.card_line or judgement.example.line}"
            what = f"{judgement.example.section} example `{judgement.example.title}`"
            yield f"{at}: {miss.verdict}: {what}, {miss.path}:{miss.line}: {miss.explanation}"
