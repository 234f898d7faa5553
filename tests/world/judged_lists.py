"""Compares the endpoints of an application, and the measures before them, with lists written by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reviewer.model.ways import SOMEWHERE
from reviewer.program import Program
from reviewer.show import show


def endpoints(program: Program) -> Iterator[tuple[str, str, str, str]]:
    """Method, path, place of the registration and handler of each endpoint."""
    for each in show(program, "endpoints", "."):
        yield str(each["method"]), normal(str(each["path"])), f"{each['file']}:{each['line']}", str(each["handler"])


def normal(path: str) -> str:
    """A path without a slash at its end."""
    return path.rstrip("/") or "/"


def routes(program: Program, file: Path, *, verbose: bool) -> str:
    """Compare the endpoints with a list written by hand: `METHOD path | handler | registration`; `?` is a library's."""
    printed = list(endpoints(program))
    keys = {each[:2] for each in printed}
    wanted = [
        (*line.split(" | ")[0].split(" ", 1), line.split(" | ")[1])
        for line in file.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    found = [each for each in wanted if (each[0], normal(each[1])) in keys]
    whole = [
        each
        for each in found
        if each[2].startswith("?")
        or any(each[2].split(" ")[0] in one[3] for one in printed if one[:2] == (each[0], normal(each[1])))
    ]
    known = {(method, normal(path)) for method, path, _ in wanted}
    unknown = [each for each in printed if each[1].startswith(f"/{SOMEWHERE}")]
    extra = [each for each in printed if each[:2] not in known and each not in unknown]
    if verbose:
        for each in wanted:
            if each not in whole:
                print(f"  missing: {' '.join(each)}")
        for one in extra:
            print(f"  not there: {' '.join(one)}")
    return (
        f"{len(wanted)} routes, {len(found)} found, {len(whole)} with their handler, {len(extra)} that are not there, "
        f"{len(unknown)} behind an unknown mount"
    )


def measures(program: Program, file: Path, *, verbose: bool) -> str:
    """Compare measures with a list written by hand: `METHOD path | measure; measure | what catches; …`, in order.

    Each is written as far as the code needs it, a function that stands there as `fn@line`.
    """
    printed: dict[tuple[str, str], dict[str, Any]] = {}
    for each in show(program, "endpoints", "."):
        printed.setdefault((str(each["method"]), normal(str(each["path"]))), each)
    tally: Counter[str] = Counter()
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        route, *lists = line.split(" |")
        method, path = route.split(" ", 1)
        each = printed.get((method, normal(path)), {"measures": [], "errors": [], "open": ["no endpoint"]})
        wanted = [[one.strip() for one in text.split("; ") if one.strip()] for text in lists]
        pairs = list(zip(wanted, (each["measures"], each["errors"]), strict=False))
        missing = [want for ours, theirs in pairs for want in ours if not any(fits(want, one) for one in theirs)]
        invented = [one for ours, theirs in pairs for one in theirs if not any(fits(want, one) for want in ours)]
        whole = all(len(a) == len(b) and all(map(fits, a, b)) for a, b in pairs)
        tally += Counter(routes=1, right=whole, missing=len(missing), invented=len(invented), open=bool(each["open"]))
        if verbose and not whole:
            print(f"  {route}: missing {missing}, invented {invented}, open {each['open']}")
    return ", ".join(f"{tally[word]} {word}" for word in ("routes", "right", "missing", "invented", "open"))


def fits(want: str, one: str) -> bool:
    """Whether a printed measure is the one that was written."""
    name = one.removesuffix(" ?")
    return name.endswith(f":{want[3:]}") if want.startswith("fn@") else name.startswith(want)
