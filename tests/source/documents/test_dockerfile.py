"""Dockerfiles: where instructions begin, what continues them, and which stages they make."""

from __future__ import annotations

import pytest

from reviewer.source.documents.dockerfile import instructions, stages


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM node\nRUN a\n", [("FROM", "node", 1), ("RUN", "a", 2)]),
        ("# first\n\n  from node AS b # no comment\n", [("FROM", "node AS b # no comment", 3)]),
        ("RUN a && \\\n  # between\n\n  b\nCMD c", [("RUN", "a &&    b", 1), ("CMD", "c", 5)]),
        ("# escape=`\nRUN a `\n b \\\nCMD c", [("RUN", "a   b \\", 2), ("CMD", "c", 4)]),
        ("RUN <<END\nFROM x\nEND\nCMD c", [("RUN", "<<END", 1), ("CMD", "c", 4)]),
        ("RUN <<-'a' cat <<b\nFROM x\na\nCMD y\nb\nCMD c", [("RUN", "<<-'a' cat <<b", 1), ("CMD", "c", 6)]),
        ("RUN <<END\nFROM x", [("RUN", "<<END", 1)]),
        ("ENV A=<<B\nCMD c", [("ENV", "A=<<B", 1), ("CMD", "c", 2)]),
        ("USER", [("USER", "", 1)]),
        ("123\n=\n\x00\n", []),
        ("RUN a \\", [("RUN", "a", 1)]),
        ("", []),
    ],
)
def test_instructions(text: str, expected: list[tuple[str, str, int]]) -> None:
    assert [tuple(one) for one in instructions(text)] == expected


def test_stages_have_images_and_names() -> None:
    text = "ARG A=1\nFROM --platform=x node:1 AS Build\nRUN a\nFROM Build\nFROM\n"
    found = stages(tuple(instructions(text)))
    assert [(one.image, one.name, one.line, len(one.instructions)) for one in found] == [
        ("node:1", "build", 2, 2),
        ("Build", "", 4, 1),
        ("", "", 5, 1),
    ]


def test_what_is_appended_to_another_dockerfile_has_no_stage() -> None:
    assert stages(tuple(instructions("COPY a b\n"))) == []


def test_what_never_ends_ends() -> None:
    assert len(list(instructions("RUN a \\\n" * 100_000))) == 1
    assert len(list(instructions("RUN a\n" * 100_000))) == 5000
    assert len(list(instructions("RUN " + "<<A " * 50_000))) == 1
