"""How it is known that what a library file names exists: types, the loaded package, or only its name."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import msgspec
from library_claims import REMOVED, Claim, Names, annotated_of, claims_of, names_of, types_of
from library_packages import GENERATED, Release, Store

from reviewer.model.libraries.library_file import LibraryFile
from reviewer.model.libraries.steps import GUARDS, Place
from reviewer.source.manifests.versions import admits

HERE: Final = Path(__file__).resolve().parent
_SECONDS: Final = 600

TypeName: TypeAlias = tuple[str, str]  # specifier, name


class Evidence(IntEnum):
    """How a place is known to exist, best last."""

    NONE = 0
    NAME = 1
    REFLECTION = 2
    TYPES = 3


class Seen(NamedTuple):
    """What is known of one place, or of one name of a type.

    names: all that it names, with its base. missing: what there is no better evidence for. why: what kept it from being
    looked for; empty where it was, and is not there. near: names that are there.
    """

    evidence: Evidence
    names: frozenset[tuple[int, str]]
    missing: str = ""
    why: str = ""
    near: tuple[str, ...] = ()


class Answer(msgspec.Struct):
    """What member_types.mjs says of one place in one release."""

    found: int
    why: str
    near: list[str]


class Answers(msgspec.Struct):
    """What member_types.mjs says of a release. named_as: how its declarations call each type of the file."""

    places: list[Answer]
    annotations: list[Answer]
    named_as: dict[str, list[str]]


class Loaded(msgspec.Struct):
    """What member_values.mjs says of one place in one release."""

    found: int
    lacks: bool


class Checker:
    """Asks the releases that one file is about, newest first, each about what those before it do not have.

    `all_types`: the types of every file by its package, for those that a row of this one begins at. `others`: releases
    of the file's other names, asked where these lack something.
    """

    def __init__(
        self,
        file: LibraryFile,
        releases: Sequence[Release],
        all_types: Mapping[str, Names],
        store: Store,
        others: Sequence[Release] = (),
    ) -> None:
        self.releases = list(releases)
        self.others = list(others)
        self.claims = claims_of(file)
        self.asked: set[Release] = set()
        self._types = types_of(file)
        self._own = {f"{file.packages[0]}/{name}" for name in file.types}
        self._annotated = annotated_of(file)
        self._all_types = all_types
        self._language = file.language
        self._store = store
        self._typescript = str(store.typescript())
        self._about = self._claimed()
        self._declared: dict[tuple[Release, Place | TypeName], Answer] = {}
        self._named_as: dict[Release, dict[str, list[str]]] = {}
        self._loaded: dict[tuple[Release, Place], Loaded] = {}
        self._shipped: dict[Release, frozenset[str]] = {}

    def about(self, claim: Claim) -> list[Release]:
        """The releases in which what a row names must be: what was removed, in the others."""
        if not claim.versions:
            return self.releases
        return [one for one in self.releases if _admitted(claim.versions, one) is (claim.section != REMOVED)]

    def ask(self) -> None:
        """Ask for the best evidence, then for weaker evidence of what is left."""
        self._ask(self.releases)

    def ask_another(self) -> None:
        """Ask the next of the file's other names for what is left."""
        self.releases.append(self.others.pop(0))
        self._about = self._claimed()
        self._ask(self.releases[-1:])

    def _claimed(self) -> dict[Claim, list[Release]]:
        return {claim: self.about(claim) for claim in self.claims if claim.declared}

    def _ask(self, releases: Sequence[Release]) -> None:
        for question in (self._ask_types, self._ask_values, self._ask_names):
            for release in releases:
                left = self._left(release)
                if left:
                    self.asked.add(release)
                    question(release, left)

    def seen(self, claim: Claim) -> Iterator[Seen]:
        """What is known of each name of a type in a claim, and of each of its places."""
        releases = self._about[claim]
        for name in claim.named:
            answers = [self._declared[one, name] for one in releases if (one, name) in self._declared]
            near = tuple(sorted({one for answer in answers for one in answer.near}))
            names = frozenset(enumerate(name))
            known = any(not answer.why for answer in answers)
            yield Seen(Evidence.TYPES, names) if known else Seen(Evidence.NONE, names, name[1], _why(answers), near)
        for place in claim.places:
            yield self._seen(place, releases)

    def _seen(self, place: Place, releases: Sequence[Release]) -> Seen:
        answers = [self._declared[one, place] for one in releases if (one, place) in self._declared]
        names = names_of(place)
        indexed = frozenset(enumerate([place.name, *names]))
        if any(not answer.why for answer in answers):
            return Seen(Evidence.TYPES, indexed)
        found = self._found(place, releases)
        if found == len(names):
            return Seen(Evidence.REFLECTION, indexed)
        left = names[max([found, *(answer.found for answer in answers)]) :]
        loaded = [self._loaded[one, place] for one in releases if (one, place) in self._loaded]
        # types may be followed further than values
        lacking = bool(loaded) and found == len(names) - len(left) and all(one.lacks for one in loaded)
        lacking = lacking or (not _why(answers) and not self._is_put_there(place, names[: -len(left)]))
        shipped = [self._shipped[one] for one in releases if one in self._shipped and not lacking]
        if any(written.issuperset(left) for written in shipped):
            return Seen(Evidence.NAME, indexed, ", ".join(left), _why(answers) or "not declared")
        missing = next((name for name in left if not any(name in written for written in shipped)), left[0])
        near = {name for answer in answers if answer.found == len(names) - len(left) for name in answer.near}
        # without JavaScript to look into, only what lacks the name says that it is wrong
        return Seen(Evidence.NONE, indexed, missing, "" if shipped or lacking else _why(answers), tuple(sorted(near)))

    def _is_put_there(self, place: Place, before: Sequence[str]) -> bool:
        """Whether the member after those of these names is put there by others than who declares the type: by a caller,
        in what he gives or decorates, or by this package, on a value of another one.
        """
        left = len(before) - (place.base != "type")
        ways: list[str] = []
        for step in place.steps:
            if step.kind == "member":
                left -= 1
                if left < 0:
                    break
            elif step.kind not in GUARDS:
                ways.append(step.kind)
        if place.base == "type" and not ways:
            return place.name not in self._own or self._is_given(place.name)
        return _by_caller(ways)

    def _is_given(self, key: str) -> bool:
        """Whether a caller makes all values of a type of the file."""
        places = [place for _, place in self._types.places[key] if place.name != key]
        return bool(places) and all(_by_caller([step.kind for step in place.steps]) for place in places)

    # the questions

    def _left(self, release: Release) -> list[Place | TypeName]:
        """What rows about a release name and no release is known to have."""
        found: dict[Place | TypeName, None] = {}
        for claim, releases in self._about.items():
            if release in releases:
                wanted: list[Place | TypeName] = [*claim.named, *claim.places]
                for one in wanted:
                    answers = (self._declared.get((other, one)) for other in releases)
                    if one not in found and not any(answer is not None and not answer.why for answer in answers):
                        found[one] = None
        return list(found)

    def _ask_types(self, release: Release, left: Sequence[Place | TypeName]) -> None:
        """Follow paths over the types of a release, and over what other files say of supertypes."""
        places = [one for one in left if isinstance(one, Place)]
        named = [one for one in left if not isinstance(one, Place)]
        seeds = {key: key.partition("/")[2] for key in self._types.places} if self._language else {}
        question = {**self._question(release, places, named), "seeds": seeds, "annotations": named}
        answers = msgspec.json.decode(_node("member_types.mjs", question), type=Answers)
        self._named_as[release] = answers.named_as
        for answer in (*answers.places, *answers.annotations):
            if answer.why == "absent":
                answer.why = GENERATED.get(release.package, answer.why)
        self._declared |= {(release, one): answer for one, answer in zip(places, answers.places, strict=True)}
        self._declared |= {(release, one): answer for one, answer in zip(named, answers.annotations, strict=True)}

    def _ask_values(self, release: Release, left: Sequence[Place | TypeName]) -> None:
        """Look for members in the loaded package."""
        places = [one for one in left if isinstance(one, Place)]
        places = [one for one in places if self._found(one, self.releases) < len(names_of(one))]
        if places:
            question = {**self._question(release, places, []), "named_as": self._named_as[release]}
            answer = _node("member_values.mjs", question)
            loaded = msgspec.json.decode(answer, type=list[Loaded])
            self._loaded |= {(release, place): one for place, one in zip(places, loaded, strict=True)}

    def _ask_names(self, release: Release, left: Sequence[Place | TypeName]) -> None:
        """Read the names that a package ships."""
        places = [one for one in left if isinstance(one, Place)]
        if release.package and any(self._found(one, self.releases) < len(names_of(one)) for one in places):
            folder = str(self._store.install(release).folder)
            question = {"typescript": self._typescript, "folder": folder, "package": release.package}
            self._shipped[release] = frozenset(msgspec.json.decode(_node("member_names.mjs", question), type=list[str]))

    def _found(self, place: Place, releases: Sequence[Release]) -> int:
        """How many of the names of a place, from the left, some loaded release has."""
        return max((self._loaded[one, place].found for one in releases if (one, place) in self._loaded), default=0)

    def _question(self, release: Release, places: Sequence[Place], named: Sequence[TypeName]) -> dict[str, object]:
        types = {
            key: [place for versions, place in all_places if not versions or _admitted(versions, release)]
            for key, all_places in self._types.places.items()
        }
        wanted = {place.name for one in (places, *types.values()) for place in one if place.base == "type"}
        wanted.update(key for keys in self._types.foreign.values() for key in keys)
        known: set[str] = set()
        while wanted - known:
            key = (wanted - known).pop()
            known.add(key)
            owner = key.rpartition("/")[0]
            if owner != release.known_as and owner in self._all_types:
                elsewhere = [place for _, place in self._all_types[owner].places.get(key, ())]
                types[key] = [*types.get(key, ()), *elsewhere]
                wanted |= {place.name for place in elsewhere if place.base == "type"}
        bases = [place.name for one in (places, *types.values()) for place in one if place.base == "package"]
        modules = [module for module, *_ in (*named, *self._annotated)]
        installed = self._store.install(release)
        return {
            "annotated": self._annotated,
            "folder": str(installed.folder),
            "typescript": self._typescript,
            "node": installed.node,
            "beside": installed.beside,
            "modules": {name: _installed_name(name, release) for name in dict.fromkeys([*bases, *modules])},
            "types": types,
            "subtypes": self._types.subtypes,
            "supertypes": self._types.foreign,
            "places": places,
        }


def _by_caller(ways: Sequence[str]) -> bool:
    """Whether what these steps lead to is a caller's: what he gives, or makes of the class that he decorates."""
    return bool(ways) and (ways[-1] == "argument" or "decorated-class" in ways[-2:])


def _admitted(versions: str, release: Release) -> bool:
    return admits(versions, release.version) is not False


def _installed_name(module: str, release: Release) -> str:
    """The module by the name under which this release of its package is installed."""
    if release.package and (module == release.known_as or module.startswith(f"{release.known_as}/")):
        return release.package + module.removeprefix(release.known_as)
    return module


def _why(answers: Sequence[Answer]) -> str:
    """What kept all releases from an answer; empty where the types of one lack the name."""
    whys = sorted({answer.why for answer in answers})
    return "" if "absent" in whys else ", ".join(whys)


def _node(script: str, question: object) -> bytes:
    """The answer of a script of this folder."""
    command = ["node", "--max-old-space-size=4096", str(HERE / script)]
    asked = msgspec.json.encode(question)
    done = subprocess.run(command, input=asked, capture_output=True, check=False, timeout=_SECONDS)
    if done.returncode:
        sys.exit(f"{script}: {done.stderr.decode(errors='replace')}")
    return done.stdout
