"""Holds the model's answers against places that were judged by reading the code of real applications.

`python tests/world/judged.py FOLDER [--write]`: FOLDER holds a checkout of each repository that `tests/judged` names,
at the commit named there, under the repository's own name (`FOLDER/parse-server`). What is absent is skipped and said.
`--write` puts the answers and verdicts into `tests/judged`.

The call sites were drawn at random (seed 20261121) from five applications and those kept, in the order drawn, whose
target stands in the repository; the dropped calls are the first forty drawn of each; the rest were chosen by hand.
`five-checks.jsonl` are findings, five to eight a rule and application (seeds 20261122 to 20261124), judged by people
who saw code and message only: those are counted as they were judged, on the state before what they led to was mended.
`places.jsonl` are places of fifteen applications, of which people said by reading alone what a reviewer reports there
and what only looks alike, before the rules were run. A file with the name of a rule holds places with what is there by
hand (`by_hand`), read before the rule was run; what is `also` in those repositories, or was chosen later, partly after
it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, Final

from judged_lists import endpoints, measures, normal, routes
from judged_rules import compare, found_places

from reviewer.model.domain import ClassValue, Closure, External, Promised
from reviewer.model.gives import RUNS
from reviewer.model.members import own_constructor
from reviewer.model.program import ASIDE, ProgramKind
from reviewer.model.ways_in import Reached
from reviewer.program import Program, open_program
from reviewer.settings import Options
from reviewer.source.module import Kind

JUDGED: Final = Path(__file__).resolve().parent.parent / "judged"
Record = dict[str, Any]
Verdict = tuple[str, list[str]]


def main() -> int:
    """Read, compare, print; 1 where a judged call or promise got a wrong answer."""
    reader = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    reader.add_argument("folder", type=Path)
    reader.add_argument("--write", action="store_true")
    reader.add_argument("-v", "--verbose", action="store_true")
    given = reader.parse_args()
    programs = Programs(given.folder)
    wrong = 0
    for file in sorted(JUDGED.glob("*.jsonl")):
        records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        if all("expect" in record for record in records):
            for line in found_places(records, programs, verbose=given.verbose):
                print(f"{file.stem}: {line}")
            continue
        if all("by_hand" in record for record in records):
            for line in compare(file.stem, records, programs, verbose=given.verbose):
                print(f"{file.stem}: {line}")
            if given.write:
                keep(file, records)
            continue
        if not all("kind" in record for record in records):
            tally = Counter(record["verdict"] for record in records)
            print(f"{file.stem}: {dict(tally.most_common())} when they were read")
            continue
        tallies: dict[str, Counter[str]] = defaultdict(Counter)
        for record in records:
            program = programs.of(record["repository"])
            if program is None:
                continue
            record["verdict"], record["answer"] = verdict(program, record)
            tallies[record["kind"]][record["verdict"]] += 1
            if given.verbose and record["verdict"] != "right":
                print(f"  {record['verdict']}: {record['repository']} {place(record)} → {record['answer'][:6]}")
        for kind, tally in tallies.items():
            print(f"{file.stem}: {kind}: {sum(tally.values())}: {dict(tally.most_common())}")
        if file.stem in {"calls", "dropped"}:
            wrong += sum(tally["wrong"] for tally in tallies.values())
        if given.write:
            keep(file, records)
    for file in sorted((JUDGED / "endpoints").glob("*.txt")):
        program = programs.of(file.stem)
        if program is not None:
            print(f"endpoints: {file.stem}: {routes(program, file, verbose=given.verbose)}")
    for file in sorted((JUDGED / "measures").glob("*.txt")):
        program = programs.of(file.stem)
        if program is not None:
            print(f"measures: {file.stem}: {measures(program, file, verbose=given.verbose)}")
    return int(wrong > 0)


def keep(file: Path, records: list[Record]) -> None:
    """Write records, one a line."""
    text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    file.write_text(text, encoding="utf-8")


class Programs:
    """The programs of the checkouts, opened once; the last one only, for they are large."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: tuple[str, Program | None] = ("", None)
        self._absent: set[str] = set()

    def of(self, repository: str) -> Program | None:
        """The program of `owner/name` or `name`; None where it is absent."""
        name = repository.rpartition("/")[2]
        if self._open[0] != name:
            root = self._folder / name
            if not root.is_dir() and name not in self._absent:
                self._absent.add(name)
                print(f"no checkout of {repository}", file=sys.stderr)
            program = open_program(Options(paths=(root,), root=root, jobs=2)) if root.is_dir() else None
            self._open = (name, program)
        return self._open[1]


def place(record: Record) -> str:
    """`path:line:column`, as far as the record says it."""
    return ":".join(str(record[key]) for key in ("path", "line", "column") if key in record)


def verdict(program: Program, record: Record) -> Verdict:
    """What the model says at the place of a record, and how that compares."""
    m = program.model.link.index_of.get(record["path"])
    if m is None:
        return "not read", []
    match record["kind"]:
        case "call":
            return call_verdict(program, m, record)
        case "dropped" | "promise":
            return promise_verdict(program, m, record)
        case "type":
            return type_verdict(program, m, record)
        case "entry":
            return entry_verdict(program, m, record)
        case _:
            return endpoint_verdict(program, record)


def call_at(program: Program, m: int, record: Record) -> int:
    """The CALL or NEW row whose callee ends in the name at the place, or -1."""
    module = program.model.link.body(m)
    offset = module.line_starts[record["line"] - 1] + record["column"] - 1
    around = [
        row
        for row in range(len(module))
        if module.kind[row] in {Kind.CALL, Kind.NEW}
        and module.start[module.first[row]] <= offset < module.end[module.first[row]]
    ]
    return min(around, key=lambda row: module.end[module.first[row]], default=-1)


def call_verdict(program: Program, m: int, record: Record) -> Verdict:
    """right: exactly the targets; part and wide: fewer and more, one of them right; open: none of the repository."""
    row = call_at(program, m, record)
    if row < 0:
        return "not read", []
    found = program.model.ask(program.model.calls.run(m, row))
    places = set()
    for atom in found.items:
        if isinstance(atom, Closure | ClassValue):
            at = atom.row
            if isinstance(atom, ClassValue):
                at = max(own_constructor(program.model.link.body(atom.module), at), at)
            target = program.places.of(atom.module, at)
            places.add(f"{target.path}:{target.line}")
    wanted = set(record["targets"])
    if places == wanted:
        word = "right"
    elif not places:
        word = "open"
    elif not places & wanted:
        word = "wrong"
    else:
        word = "part" if places < wanted else "wide"
    return word, sorted(places) or sorted(found.open)


def promise_verdict(program: Program, m: int, record: Record) -> Verdict:
    """Whether a call is rightly said to yield a promise; `open` where the model does not know."""
    row = call_at(program, m, record)
    if row < 0:
        return "not read", []
    found = program.model.ask(program.model.promises.yields(m, row))
    said = sorted(str(item) for item in found.items - {RUNS})
    if not said:
        return "open", sorted(found.open)
    wanted = {"yes": {"yes"}, "no": {"no"}}.get(record["promise"], {"yes", "no"})
    return ("right" if set(said) <= wanted else "wide" if wanted <= set(said) else "wrong"), said


def type_verdict(program: Program, m: int, record: Record) -> Verdict:
    """Whether the expression is known to be of the library."""
    module = program.model.link.body(m)
    offset = module.line_starts[record["line"] - 1] + record["column"] - 1
    names = set()
    for row in range(len(module)):
        if module.kind[row] in {Kind.IDENT, Kind.MEMBER, Kind.CALL} and module.start[row] <= offset < module.end[row]:
            for item in program.model.ask(program.model.values.resolved(m, row)).items:
                inner = item.value if isinstance(item, Promised) else item
                if isinstance(inner, External) and inner.state:
                    names.add(program.model.libraries.place(inner.state))
    known = any(name.startswith(record["library"]) for name in names)
    return ("right" if known else "open"), sorted(names)


def entry_verdict(program: Program, m: int, record: Record) -> Verdict:
    """By what kinds of entries the functions that begin on the line are reached; wide: by others as well."""
    module = program.model.link.body(m)
    found = {
        kind
        for row in range(len(module))
        if module.kind[row] == Kind.FUNCTION and program.places.of(m, row).line == record["line"]
        for reached in program.model.entries.reaching(m, row).items
        for kind in entry_kinds(program, reached)
    }
    if not found:
        return "open", []
    if record["entry"] not in found:
        return "wrong", sorted(found)
    return ("right" if len(found) == 1 else "wide"), sorted(found)


def entry_kinds(program: Program, reached: Reached) -> set[str]:
    """What the records call an entry; what starts with a program of the command line is one of that."""
    if reached.kind != "start-up":
        return {_ENTRY_NAMES.get(reached.kind, reached.kind)}
    kinds = program.model.programs.kinds(reached.module)
    names = {"cli" if kind is ProgramKind.CLI else "start-up" for kind in kinds - ASIDE}
    return names or {"start-up"}


_ENTRY_NAMES: Final = {"timer": "job", "command": "cli"}


def endpoint_verdict(program: Program, record: Record) -> Verdict:
    """Whether the endpoint is printed with its method, path and handler."""
    printed = [each for each in endpoints(program) if each[:2] == (record["method"], normal(record["full_path"]))]
    if not printed:
        return "missing", []
    handler = f"{record['path']}:{record['line']}"
    return ("right" if any(handler in each[3] for each in printed) else "other handler"), [each[3] for each in printed]


if __name__ == "__main__":
    sys.exit(main())
