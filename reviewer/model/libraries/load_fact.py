"""What library files state about loading: of files, modules and folders, by calls, commands and conventions."""

from __future__ import annotations

from reviewer.model.libraries.fact import Fact
from reviewer.model.libraries.steps import Path


class LoadFact(Fact, frozen=True, kw_only=True, gc=False):
    """A call of the place loads the file, module or folder (`kind`) named at `file`.

    plugins: given to a registration with its options, the place stands for the default export of every module in the
    folder, at any depth; routes get the names of the folders below it as prefix. flat: where false is said, they don't.
    prefix: the name of an export that says it. main: the name of a module that keeps the others of its folder out.
    hooks: where true is said, the plugins of a folder register on the server of its module of one of the names
    `hooked`; cascade: those of the folders below too. services: every file that a pattern at `file` fits provides,
    under its own name, an instance of its default export, at `file`, or what that gives. command: loads a module, whose
    default export stands there. program: a command that runs a file as one, `takes` its options that a word follows; or
    `files` (patterns) of what depends on the library which it runs, of each what stands there under names of `only`;
    `hears`: what goes on when nobody handles a rejection. functions: those at the place, at any depth of what a call is
    given, are entered as `calls` says; `events`: so is what a manifest names for such (`*`: any other, or none);
    `exported`: what is exported of the type, or with its parameter and name; with `files`, what these export under the
    names, all of it where one `begins` with a directive, and `serves` their path for the method of its name, or `all`.
    """

    kind: str
    file: tuple[Path, ...] = ()
    command: str = ""
    flat: tuple[Path, ...] = ()
    prefix: str = ""
    main: str = ""
    hooks: tuple[Path, ...] = ()
    cascade: tuple[Path, ...] = ()
    hooked: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    hears: str = ""
    files: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    exported: tuple[str, ...] = ()
    serves: str = ""
    begins: str = ""
