"""Checks each row of rules/libraries against the real packages: does every member that its paths name exist there?

The newest release of each major that a file is about is asked, newest first, until one has what a row names. Paths are
followed over the declared types. Where these end, the loaded package is looked at without calling anything; where that
ends as well, a name counts when the shipped JavaScript, or anything that the package exports, has a property or method
of that name. A row is wrong when a name in it is nowhere; in `{A,B}.Member[a,b]` each must be there at least once.
Where a file is about several packages, the others are asked when the first lacks a name. Rows of what no package
declares (`declared: false`) are only counted.

Needs node, npm and the network. Run it as a script; with `--keep FOLDER` what is installed is used again, and with
names only the files about these packages are checked.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from library_claims import Claim, types_of
from library_evidence import Checker, Evidence, Seen
from library_packages import Release, Store

from reviewer.model.libraries import read_libraries
from reviewer.model.libraries.library_file import LibraryFile
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.vocabulary import load_vocabulary

_SHOWN: Final = 100


def check(folder: Path, names: Sequence[str] = ()) -> int:
    """Check the library files, or those about some packages, with what is in `folder`, or gets installed there; prints,
    and gives the number of wrong rows. Raises ValueError for the name of a package that no file is about.
    """
    rules = rules_folder()
    files = read_libraries([rules], load_vocabulary([rules]).kinds())
    types = {file.packages[0]: types_of(file) for file in files}
    if unknown := set(names).difference(*(file.packages for file in files)):
        raise ValueError(f"no file is about {', '.join(sorted(unknown))}")
    if names:
        files = [file for file in files if not set(names).isdisjoint(file.packages)]
    store = Store(folder, files)
    releases = store.releases()
    checkers = [
        Checker(file, releases[file.path], types, store, store.others(file, releases[file.path])) for file in files
    ]
    with ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
        list(pool.map(ask, checkers))
    return unreleased(files, releases) + report(checkers)


def ask(checker: Checker) -> None:
    """Ask the releases of a file's first name, and its other names, one by one, while a row of it is wrong."""
    checker.ask()
    while checker.others and any(_judged(checker, claim)[0] == "wrong" for claim in checker.claims):
        checker.ask_another()


def unreleased(files: Sequence[LibraryFile], releases: Mapping[str, Sequence[Release]]) -> int:
    """Print the majors of which there is no release; how many files name one."""
    wrong = 0
    for file in files:
        there = {int(one.version.partition(".")[0]) for one in releases[file.path] if one.version}
        missing = [str(major) for major in file.majors if major not in there]
        if missing:
            wrong += 1
            print(f"WRONG {file.path}: majors: {' or '.join(file.packages)} has no release of {', '.join(missing)}")
    return wrong


def report(checkers: Sequence[Checker]) -> int:
    """Print what is wrong, what rests on little, and the count; the number of rows that are wrong."""
    counted: Counter[str] = Counter()
    places = 0
    for checker in checkers:
        for claim in checker.claims:
            places += len(claim.places) + len(claim.named)
            verdict, lines = _judged(checker, claim)
            counted[verdict] += 1
            for line in lines:
                print(line)
    counts = ", ".join(f"{counted[word]:,} {word}" for word in VERDICTS)
    asked = sum(len(checker.asked) for checker in checkers)
    print(f"{counted.total():,} rows with {places:,} places in {len(checkers)} files, {asked} releases asked: {counts}")
    return counted["wrong"]


VERDICTS: Final = ("by types", "by reflection", "by name only", "made at run time", "not checkable", "wrong")
_BY: Final = {Evidence.TYPES: VERDICTS[0], Evidence.REFLECTION: VERDICTS[1], Evidence.NAME: VERDICTS[2]}


def _judged(checker: Checker, claim: Claim) -> tuple[str, list[str]]:
    releases = checker.about(claim)
    return judge(claim, releases, list(checker.seen(claim)) if releases and claim.declared else [])


def judge(claim: Claim, releases: Sequence[Release], seen: Sequence[Seen]) -> tuple[str, list[str]]:
    """The verdict on a row, and the lines to print about it: for each name, and each base, the best evidence of all the
    places that it is in; of these, the weakest.
    """
    if not claim.declared:
        return "made at run time", []
    row = f"{claim.file}:{claim.line}: {claim.section} {_cut(claim.path)}"
    if not releases:
        return "not checkable", [f"not checkable: {row}: no newest release of a major is in its `for:`"]
    best: dict[tuple[int, str], Evidence] = {}
    for one in sorted(seen, key=lambda one: one.evidence):
        best |= dict.fromkeys(one.names, one.evidence)
    weakest = min(best.values())
    weak = [one for one in seen if one.evidence is weakest is min(best[name] for name in one.names)]
    wrong = {one.missing: one.near for one in weak if not one.evidence and not one.why}
    if wrong:
        about = ", ".join(map(str, releases))
        return "wrong", [f"WRONG {row}: no `{name}` in {about}{_hint(name, near)}" for name, near in wrong.items()]
    whys = ", ".join(sorted({one.why for one in weak}))
    if weakest is Evidence.NONE:
        return "not checkable", [f"not checkable: {row}: {whys}"]
    if weakest is Evidence.NAME:
        names = ", ".join(sorted({one.missing for one in weak}))
        return _BY[weakest], [f"by name only: {row}: {_cut(names)} ({whys})"]
    return _BY[weakest], []


def _hint(name: str, near: Sequence[str]) -> str:
    found = get_close_matches(name, near, n=1, cutoff=0.5)
    return f"; the nearest name is `{found[0]}`" if found else ""


def _cut(path: str) -> str:
    return path if len(path) <= _SHOWN else f"{path[:_SHOWN]}…"


def main() -> int:
    """Read the options and check; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="install there, and use what is there already")
    parser.add_argument("names", nargs="*", metavar="PACKAGE", help="check only the files about these")
    options = parser.parse_args()
    keep: Path | None = options.keep
    try:
        if keep is not None:
            keep.mkdir(parents=True, exist_ok=True)
            return min(check(keep.resolve(), options.names), 1)
        with tempfile.TemporaryDirectory(prefix="world-libraries-") as folder:
            return min(check(Path(folder).resolve(), options.names), 1)
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    sys.exit(main())
