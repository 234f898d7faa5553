"""A card: one Markdown file that defines a rule, documents it and tests it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from reviewer.diagnosis import quoted, unknown, wrong
from reviewer.finding import Precision, RuleInfo, Severity, UsageError
from reviewer.rulebook.examples import EXAMPLE_SECTIONS, Example, Fragment, build_example, read_fragment
from reviewer.rulebook.folder import rules_folder
from reviewer.rulebook.forms import Flow
from reviewer.rulebook.front_matter import FrontMatter, parse_front_matter, split_card
from reviewer.rulebook.markdown import Block, Fence, Heading, Prose, parse_blocks
from reviewer.rulebook.marks import RULE_ID, MarkKind
from reviewer.rulebook.vocabulary import Vocabulary, load_vocabulary

CATEGORIES: Final = (
    "async",
    "event-loop",
    "database",
    "injection",
    "http",
    "auth",
    "secrets",
    "resources",
    "operations",
    "api",
    "frameworks",
    "project",
)
"""The folders that cards stand in."""

SECTIONS: Final = ("Why", "Bad", "Good", "Fix", "Limits", "More")
"""The sections of a card, in order; `More` may be absent."""


class Section(msgspec.Struct, frozen=True, gc=False):
    """One section of the documentation: its heading, and its Markdown without marks."""

    name: str
    markdown: str


class Card(msgspec.Struct, frozen=True):
    """A rule: its id is the file's name, its category the folder's. `path` is the file as it was given."""

    rule_id: str
    category: str
    path: str
    title: str
    front: FrontMatter
    sections: tuple[Section, ...]
    examples: tuple[Example, ...]

    @property
    def severity(self) -> Severity:
        """The severity where no condition of the card lowers or raises it."""
        return self.front.severity

    @property
    def precision(self) -> Precision:
        """The share of findings that hold on real code."""
        return self.front.precision

    @property
    def has_finder(self) -> bool:
        """Whether the rule is the code beside the card, not a shape."""
        return self.front.shape is None

    @property
    def is_of_arguments(self) -> bool:
        """Whether the rule looks at what calls are given, and at nothing else."""
        subjects = self.front.subjects
        return isinstance(self.front.shape, Flow) or (
            bool(subjects) and all(each.kind == "arguments" for each in subjects)
        )

    def severity_of(self, facts: Mapping[str, str], asked: Severity | None = None) -> Severity:
        """The severity of a finding with these facts (`entry`, `program`): that of the first condition that holds.

        What a finder `asked` for counts where it is lower.
        """
        severity = self.front.severity
        for choice in self.front.severities:
            if all(facts.get(fact) in values for fact, values in choice.when.items()):
                severity = choice.severity
                break
        return severity if asked is None or asked.rank < severity.rank else asked

    def help_markdown(self) -> str:
        """The documentation: the card without its front matter and without marks."""
        parts = [f"# {self.title}"]
        for section in self.sections:
            parts.append(f"## {section.name}")
            if section.markdown:
                parts.append(section.markdown)
        return "\n\n".join(parts) + "\n"

    def info(self) -> RuleInfo:
        """What a report says about the rule."""
        return RuleInfo(
            id=self.rule_id,
            title=self.title,
            category=self.category,
            severity=self.severity,
            precision=self.precision,
            help=self.help_markdown(),
            cwe=self.front.cwe,
            owasp=self.front.owasp,
        )


def parse_card(text: str, path: Path, vocabulary: Vocabulary | None = None) -> Card:
    """The card in `text`, the content of `path` (`<category>/<rule-id>.md`) with LF line ends.

    Roles are looked up in `vocabulary`, by default the shipped one. UsageError with file, line and nearest name for
    whatever is not as a card has to be.
    """
    rule_id, category = path.stem, path.parent.name
    where = str(path)
    if not RULE_ID.fullmatch(rule_id):
        raise wrong(where, 0, f"{quoted(rule_id)} is no id for a rule: lower case words with hyphens")
    if category not in CATEGORIES:
        raise wrong(where, 0, unknown("category", category, CATEGORIES))
    yaml, body, line = split_card(text, where)
    front = parse_front_matter(yaml, where, vocabulary or _shipped_vocabulary())
    for reference in front.instead_of + front.aliases:
        if reference.rule == rule_id:
            raise wrong(where, reference.line, f"the rule `{rule_id}` names itself")
    title, sections, examples = _Body(parse_blocks(body, where, line), where, line).read()
    for mark in (mark for example in examples for mark in example.marked(MarkKind.ALSO)):
        if rule_id in mark.rules:
            raise wrong(where, mark.card_line, f"`also` is for other rules; findings of `{rule_id}` are marked `bad`")
    return Card(
        rule_id=rule_id,
        category=category,
        path=where,
        title=title,
        front=front,
        sections=tuple(sections),
        examples=tuple(examples),
    )


@cache
def _shipped_vocabulary() -> Vocabulary:
    return load_vocabulary([rules_folder()])


class _Body:
    """Reads the blocks of a card into its title, sections and examples."""

    def __init__(self, blocks: list[Block], path: str, line: int) -> None:
        self._path = path
        self._blocks = blocks
        self._line = line

    def read(self) -> tuple[str, list[Section], list[Example]]:
        if not self._blocks or not isinstance(self._blocks[0], Heading) or self._blocks[0].level != 1:
            line = self._blocks[0].line if self._blocks else self._line
            raise self._wrong(line, "after the front matter a card has its title: `# …`")
        sections: list[Section] = []
        examples: dict[tuple[str, str], Example] = {}
        for heading, blocks in self._by_section():
            markdown: list[str] = []
            for title, fragments in self._by_example(heading, blocks, markdown):
                example = build_example(heading.text, title.text, title.line, fragments, self._path)
                if (example.section, example.title) in examples:
                    raise self._wrong(title.line, f"a second example {quoted(title.text)} under {heading.text}")
                examples[example.section, example.title] = example
            sections.append(Section(heading.text, "\n\n".join(markdown)))
        for name in ("Bad", "Good"):
            if not any(section == name for section, _ in examples):
                raise self._wrong(self._line, f"`## {name}` has no example: a `###` heading with files below it")
        return self._blocks[0].text, sections, list(examples.values())

    def _by_section(self) -> Iterator[tuple[Heading, list[Block]]]:
        """Each section's heading with the blocks below it, in the one order that is allowed."""
        heads = [at for at, block in enumerate(self._blocks) if isinstance(block, Heading) and block.level <= 2]
        names: list[str] = []
        if len(self._blocks) > 1 and not isinstance(self._blocks[1], Heading):
            raise self._wrong(self._blocks[1].line, f"text before `## {SECTIONS[0]}`; {_ORDER}")
        for at, end in zip(heads[1:], [*heads[2:], len(self._blocks)], strict=True):
            heading = self._blocks[at]
            if not isinstance(heading, Heading) or heading.level == 1:
                raise self._wrong(heading.line, "a second title; a card has one")
            if heading.text not in SECTIONS:
                raise self._wrong(heading.line, unknown("section", heading.text, SECTIONS))
            if names and SECTIONS.index(heading.text) <= SECTIONS.index(names[-1]):
                raise self._wrong(heading.line, f"`## {heading.text}` after `## {names[-1]}`; {_ORDER}")
            names.append(heading.text)
            yield heading, self._blocks[at + 1 : end]
        for name in SECTIONS[:-1]:
            if name not in names:
                raise self._wrong(self._line, f"the card lacks `## {name}`; {_ORDER}")

    def _by_example(
        self, section: Heading, blocks: list[Block], markdown: list[str]
    ) -> Iterator[tuple[Heading, list[Fragment]]]:
        """Each `###` heading of a section of examples with its fences; `markdown` receives the text of all blocks."""
        title: Heading | None = None
        fragments: list[Fragment] = []
        for block in blocks:
            if isinstance(block, Prose):
                markdown.append(block.text)
            elif isinstance(block, Heading):
                if title is not None and section.text in EXAMPLE_SECTIONS:
                    yield title, fragments
                title, fragments = block, []
                markdown.append(f"### {block.text}")
            else:
                fragment = read_fragment(block, self._path)
                if fragment.path and (title is None or section.text not in EXAMPLE_SECTIONS):
                    raise self._wrong(block.line, _no_example(section.text))
                fragments.append(fragment)
                markdown.append(_shown(block, fragment))
        if title is not None and section.text in EXAMPLE_SECTIONS:
            yield title, fragments

    def _wrong(self, line: int, message: str) -> UsageError:
        return wrong(self._path, line, message)


_ORDER = f"the order is {', '.join(SECTIONS)}"


def _no_example(section: str) -> str:
    if section in EXAMPLE_SECTIONS:
        return "the file belongs to no example; put a `###` heading before it"
    return f"files belong to examples under {', '.join(sorted(EXAMPLE_SECTIONS))}; under {section} leave out the path"


def _shown(fence: Fence, fragment: Fragment) -> str:
    """A fence as a reader sees it: the file's name as text before it, its code without marks."""
    code = "\n".join((f"{fence.marker}{fragment.language}", *fragment.code, fence.marker))
    if fragment.path.endswith("/"):
        return f"`{fragment.path}`"
    return f"`{fragment.path}`\n\n{code}" if fragment.path else code
