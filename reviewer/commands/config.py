"""`nodereview config`: every setting in force, and where it comes from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from reviewer.commands.options import (
    config_option,
    existing,
    existing_root,
    known_rules,
    local_option,
    record_format,
    root_option,
    rule_options,
    settings_of,
)
from reviewer.commands.table import Record, print_records
from reviewer.config.form import DEFAULT_FAIL_ON, DEFAULT_PROFILE
from reviewer.config.weigh import weighed
from reviewer.quiet.notes import RULES as OWN_RULES
from reviewer.rulebook.load import Rulebook
from reviewer.settings import Options, Origin, Settings, State
from reviewer.source.root import resolve_root

_DEFAULT = "default"
_COMMAND_LINE = "command line"


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--schema", is_flag=True, help="Print the JSON Schema of files of settings.")
@record_format
@rule_options
@root_option
@config_option
@local_option
def config(
    path: Path | None,
    output_format: str,
    profile: str | None,
    fail_on: str | None,
    rules: tuple[str, ...],
    ignore: tuple[str, ...],
    root: Path | None,
    config: Path | None,
    *,
    schema: bool,
    local: bool,
) -> None:
    """Print the settings in force.

    Each with where it comes from: a line of a file, the command line, or the default. With a file as PATH, the rules as
    they are at that file.
    """
    given = () if path is None else (existing(path),)
    top = resolve_root(given, existing_root(root))
    settings, rulebook = settings_of(top, config, local=local)
    if schema:
        from reviewer.config.schema import schema_text

        titles = {card.rule_id: card.title for card in rulebook.cards.values()}
        titles |= {info.id: info.title for info in OWN_RULES.values()}
        click.echo(schema_text(titles, rulebook.aliases), nl=False)
        return
    known_rules((*rules, *ignore), rulebook)
    options = weighed(Options(root=top, rules=rules, ignore=ignore), settings, profile)
    at = path.resolve().relative_to(top).as_posix() if path is not None and path.is_file() else ""
    records: list[Record] = [
        _value("root", str(top), "--root" if root else "found"),
        *(_value("settings", file, "--config" if config and not n else "found" if not n else "extends")
          for n, file in enumerate(settings.files)),
        _word("profile", settings, profile, DEFAULT_PROFILE),
        _word("fail-on", settings, fail_on, DEFAULT_FAIL_ON),
        *_lists(settings, top),
        *_rules(rulebook, options, at),
    ]  # fmt: skip
    print_records(records, output_format)


def _value(setting: str, value: object, source: object) -> Record:
    return {"setting": setting, "value": value, "from": str(source)}


def _word(key: str, settings: Settings, given: str | None, default: str) -> Record:
    if given is not None:
        return _value(key, given, _COMMAND_LINE)
    named = settings.profile if key == "profile" else settings.fail_on
    return _value(key, default, _DEFAULT) if named is None else _value(key, named, settings.origins[key])


def _lists(settings: Settings, root: Path) -> Iterator[Record]:
    for key, patterns in (("include", settings.include), ("exclude", settings.exclude)):
        for pattern in patterns:
            yield _value(key, pattern, settings.origins[f"{key} {pattern}"])
    for key, folders in (("libraries", settings.libraries), ("cards", settings.cards)):
        for folder in folders:
            yield _value(key, _shown(folder.path, root), folder.origin if folder.origin.line else _DEFAULT)
    if settings.baseline is not None:
        yield _value("baseline", _shown(settings.baseline, root), settings.origins["baseline"])
    for entry in settings.ignored:
        yield _value("ignore", f"{_listed(entry.rules)} in {_listed(entry.paths)}", entry.origin)
    for override in settings.overrides:
        for rule, ruling in override.rules.items():
            yield _value("override", f"{rule}: {ruling.state} in {_listed(override.paths)}", ruling.origin)


def _rules(rulebook: Rulebook, options: Options, path: str) -> Iterator[Record]:
    """What each rule is at a path, or where no override speaks of it."""
    from reviewer.quiet.levels import levels_of

    levels = levels_of(rulebook, options)
    ignored = {rulebook.aliases.get(name, name) for name in options.ignore}
    named = {rulebook.aliases.get(name, name) for name in options.rules}
    infos = [*(card.info() for card in rulebook.cards.values()), *OWN_RULES.values()]
    for info in sorted(infos, key=lambda info: info.id):
        ruling = levels.ruling(info.id, path)
        is_on = levels.is_on(info.id, path) and info.id not in ignored
        value = levels.severity(info.id, path, info.severity).value if is_on else State.OFF.value
        source: Origin | str
        if info.id in ignored or (named and (info.id not in named or ruling is None)):
            source = _COMMAND_LINE
        elif ruling is not None:
            source = ruling.origin
        else:
            source = _DEFAULT if is_on else f"profile {options.profile}"
        yield _value(f"rules.{info.id}", value, source)


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(texts)


def _shown(path: Path, root: Path) -> str:
    return Path(os.path.relpath(path, root)).as_posix() if path.is_relative_to(root) else str(path)
