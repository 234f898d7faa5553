"""The first file of settings of a repository: short, commented, and with names that occur in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from reviewer.config.form import DEFAULT_FAIL_ON, DEFAULT_PROFILE
from reviewer.diagnosis import visible
from reviewer.finding import Precision, Severity
from reviewer.model.program import ProgramKind
from reviewer.program import Program
from reviewer.proposal.strangers import in_house
from reviewer.rulebook.load import Rulebook

_FEW: Final = 4
_APPS: Final = ("http.app", "http.router")
_STORES: Final = ("database.query", "sql.text")
_STARTED: Final = (ProgramKind.SERVER, ProgramKind.WORKER, ProgramKind.CLI, ProgramKind.LIBRARY)


def page(program: Program) -> str:
    """The text of the file, which changes nothing of what a review does without it."""
    strict, graver = _rules(program.rulebook)
    aside = _yaml(_folder_aside(program))
    return "\n".join(
        [
            "# Settings of nodereview.",
            "# `nodereview config` prints what is in force, `nodereview config --schema` the JSON Schema of this file.",
            "#",
            *(f"# {line}" for line in facts(program)),
            "",
            "# default: rules that are right nine times of ten; strict: all.",
            f"profile: {DEFAULT_PROFILE}",
            "",
            "# End with status 1 at findings of this severity or graver: error, warning, note, never.",
            f"fail-on: {DEFAULT_FAIL_ON}",
            "",
            "# off, on (also where the profile leaves it out), or your own severity; `nodereview rules` lists all.",
            "#rules:",
            f"#  {strict}: on",
            f"#  {graver}: {{ severity: warning, reason: why }}",
            "",
            "# Files that are not read, in patterns like those of .gitignore; `!pattern` takes back.",
            "# Left out anyway: what git ignores, node_modules, build output, vendored, minified and generated code.",
            "#exclude:",
            f"#  - {aside}",
            "",
            "# What is different below some paths.",
            "#overrides:",
            f"#  - paths: {aside}",
            f"#    rules: {{ {graver}: note }}",
            "",
            "# Findings that may stay where no comment can stand: in JSON, and in folders as a whole. Elsewhere write",
            "#   // nodereview-disable-next-line RULE -- reason",
            "#ignore:",
            f"#  - {{ rule: {graver}, path: {aside}, reason: why }}",
            "",
            *_libraries(program),
        ]
    )


def facts(program: Program) -> list[str]:
    """What was found in the repository, a sentence each."""
    model = program.model
    said: list[str] = []
    for kind in _STARTED:
        names = [one.name for one in model.programs.all() if one.kind is kind]
        if names:
            said.append(f"{kind}: {_listed(names)}")
    apps = _packages(program, _APPS)
    stores = [name for name in _packages(program, _STORES) if name not in apps]
    said += [f"{what}: {_listed(names)}" for what, names in (("frameworks", apps), ("stores", stores)) if names]
    left_out = Counter(program.left_out)
    browser = sum(ProgramKind.BROWSER in model.programs.kinds(m) for m in model.programs.aside())
    counts = [f"{browser} of browser code", *(f"{n} {what}" for what, n in sorted(left_out.items()) if n)]
    counted = f"{len(model.link):,} files"
    rest = ", ".join(visible(one) for one in counts if not one.startswith("0 "))
    said.append(f"{counted}; not reviewed: {rest}" if rest else counted)
    return ["Found here:", *(f"  {one}" for one in said)]


def _packages(program: Program, roles: Iterable[str]) -> list[str]:
    """The packages that are imported and that play one of the roles, each with its version."""
    importers = program.model.link.package_importers
    named = {package for role in roles for package in program.model.libraries.role_packages(role)}
    found: dict[str, str] = {}
    for name in sorted(named & importers.keys()):
        path = program.model.link.paths[importers[name][0].module]
        found[name] = f"{name} {program.model.version(path, name) or ''}".strip()
    return list(found.values())


def _rules(rulebook: Rulebook) -> tuple[str, str]:
    """A rule that the default profile leaves out, and one whose findings are errors; any where there is none."""
    cards = list(rulebook.cards.values())
    left_out = [card.rule_id for card in cards if card.precision is not Precision.HIGH]
    errors = [card.rule_id for card in cards if card.severity is Severity.ERROR]
    strict = next(iter(left_out), cards[-1].rule_id)
    return strict, next(rule for rule in (*errors, *rulebook.cards) if rule != strict)


def _folder_aside(program: Program) -> str:
    """A folder of which a team may want other things: that of most tools, else of the smallest package, else any."""
    model = program.model
    tools = [model.link.paths[m] for m in model.programs.aside() if ProgramKind.TOOL in model.programs.kinds(m)]
    folders = Counter(path.rpartition("/")[0] + "/" for path in tools or model.link.paths if "/" in path)
    if not folders:
        return "scripts/"
    return min(folders, key=lambda folder: (-folders[folder] if tools else folders[folder], folder))


def _libraries(program: Program) -> list[str]:
    own = in_house(program.model)
    known = "# Folders of library files that say what your own packages do; .nodereview/libraries is read unnamed."
    if own:
        known += f"\n# Nothing is known of {_listed(own)}: `nodereview init --suggest` looks at how they are called."
    return [known, "#libraries: tools/nodereview/libraries", ""]


def _listed(names: Sequence[str]) -> str:
    shown = [visible(name) for name in names[:_FEW]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _yaml(text: str) -> str:
    """A scalar in quotes of JSON, which are quotes of YAML too, unless it is plain."""
    plain = text.replace("/", "").replace("-", "").replace("_", "").replace(".", "")
    return text if plain.isascii() and plain.isalnum() else msgspec.json.encode(text).decode()
