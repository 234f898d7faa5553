"""Baselines: the findings that a team knows already, in a file; only what is new is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from reviewer.diagnosis import visible, wrong
from reviewer.finding import Finding, KnownFinding, UsageError

VERSION: Final = 1
_LARGEST: Final = 64 << 20  # bytes: some 200,000 findings


class _File(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    findings: list[KnownFinding]


def render_baseline(findings: Sequence[Finding]) -> str:
    """The file's text: a line for each finding, sorted, so that two of them differ where the findings do."""
    known = sorted(_known(finding) for finding in findings)
    lines = [json.dumps(msgspec.to_builtins(one), ensure_ascii=False) for one in known]
    body = ",\n".join(f"    {line}" for line in lines)
    listed = f"\n{body}\n  " if lines else ""
    return f'{{\n  "version": {VERSION},\n  "findings": [{listed}]\n}}\n'


def read_baseline(path: Path) -> list[KnownFinding]:
    """The findings of a baseline file. Raises `UsageError` where it can't be read or is none."""
    try:
        data = path.read_bytes() if path.stat().st_size <= _LARGEST else None
    except FileNotFoundError as error:
        raise UsageError(visible(f"{path}: no such baseline; `nodereview baseline` writes one")) from error
    except (OSError, ValueError) as error:
        raise UsageError(visible(f"{path}: the baseline cannot be read: {error}")) from error
    if data is None:
        raise wrong(path, 0, f"a baseline has at most {_LARGEST:,} bytes")
    try:
        found = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise wrong(path, 0, f"not a baseline of nodereview: {error}") from error
    if found.version != VERSION:
        raise wrong(path, 0, f"a baseline of version {found.version}; this nodereview reads version {VERSION}")
    return found.findings


def split(
    findings: Sequence[Finding], known: Sequence[KnownFinding]
) -> tuple[list[Finding], list[Finding], list[KnownFinding]]:
    """The findings that are new, those that are known, and the known ones that are gone."""
    old = {one.fingerprint for one in known}
    new = [finding for finding in findings if finding.fingerprint not in old]
    still = [finding for finding in findings if finding.fingerprint in old]
    there = {finding.fingerprint for finding in still}
    return new, still, [one for one in known if one.fingerprint not in there]


def _known(finding: Finding) -> KnownFinding:
    # A name may hold half a surrogate pair, which JSON in UTF-8 can't.
    message = finding.message.encode("utf-8", "replace").decode()
    return KnownFinding(finding.place.path, finding.rule, finding.fingerprint, message)
