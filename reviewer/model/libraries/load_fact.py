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
    under its own name, an instance of its default export, at `file`, or what that gives. export: that of one file
    stands there; exports: the call gives a list of those of all files that a pattern or folder at `file` means. thread:
    as a thread. command: loads a module, whose default export stands there. program: a command that runs a file as one,
    `takes` its options that a word follows; or `files` (patterns) of what depends on the library which it runs, of each
    what stands there under names of `only`; `hears`: what goes on when nobody handles a rejection. functions: those at
    the place, at any depth of what a call is given, are entered as `calls` says; `events`: so is what a manifest names
    for such (`*`: any other, or none); `exported`: what is exported of the type, or with its parameter and name; with
    `files` (patterns, from the folder of a package that depends on the library), what these export under the names, all
    of it where one `begins` with a directive, and `serves` their path for the method of its name, or `all`; with
    neither names nor directive, their default export, or all that they export. modules: the place is an object of what
    the modules below the folders `files` export, by the names of folders and files, with or without the `suffix`; what
    a class or function there `gives` (paths from the export). names: `globals`: they are global variables as well,
    `handlers`: texts among the handlers of the library's registrations name what is in it, `users.list`, `keys`: so
    does the key of a container that gives it back, behind the `prefix`. members: values at the place have those of what
    the modules that fit one of `files` export. routes: such a module exports a table, at `file`: the name of each
    member is a method and a path, the value names the handler, which stands at the place, or its members that it
    `gives` do, as parts of one name.
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
    gives: tuple[Path, ...] = ()
    suffix: str = ""
    names: tuple[str, ...] = ()

    @property
    def chooses(self) -> bool:
        """Whether of the files that it speaks of it takes what has certain names, or what a directive begins."""
        return bool(self.exported or self.begins)
