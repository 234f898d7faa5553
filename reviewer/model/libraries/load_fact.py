"""What library files state of what is loaded: files, folders, programs, functions that are entered where they stand."""

from __future__ import annotations

from reviewer.model.libraries.fact import Fact
from reviewer.model.libraries.steps import Path


class LoadFact(Fact, frozen=True, kw_only=True, gc=False):
    """A call of the place loads the file, module or folder (`kind`) named at `file`.

    plugins: the place is given to a registration with its options, and stands there for the default export of every
    module in the folder, at any depth; routes get the names of the folders below it as prefix. flat: where false is
    said, they don't. prefix: the name of an export that says the prefix. main: the name of a module that keeps the
    others of its folder out. hooks: where true is said, the plugins of a folder register on the server of its module of
    one of the names `hooked`; cascade: those of the folders below as well. services: every file that a pattern at
    `file` fits provides, under its own name, an instance of its default export, or what that gives; the export stands
    at `file`. command: loads a module, whose default export stands there: `fastify start app.js`. program: a command
    that runs a file as one, `takes` its options that a word follows; or `files` (patterns) of what depends on the
    library which it runs; `hears`: what goes on when nobody handles a rejection. functions: those at the place, at any
    depth of what a call is given, are entered as `calls` says; `events`: what a manifest names for such (`*`: any
    other, or none) stands there too; `exported`: so does what is exported of the type, or with its parameter and name;
    so does the default export of each file, or all that it exports, that one of `files` (patterns, from the folder of a
    package that depends on the library) fits. modules: the place is an object of what the modules below the folders
    `files` export, by the names of folders and files, with or without the `suffix`; what a class or function there
    `gives` (paths from the export). names: `globals`: they are global variables as well, and `handlers`: texts among
    the handlers of the library's registrations name what is in it, `users.list`, `keys`: so does the key of a container
    that gives it back, behind the `prefix`. members: values at the place have
    those of what the modules that fit one of `files` export. routes: such a module exports a table, at `file`: the name
    of each member is a method and a path, the value names the handler, which stands at the place, or its members that
    it `gives` do, as parts of one name.
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
    events: tuple[str, ...] = ()
    exported: tuple[str, ...] = ()
    gives: tuple[Path, ...] = ()
    suffix: str = ""
    names: tuple[str, ...] = ()
