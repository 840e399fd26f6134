"""Prints every public name of `rattler_build`'s Python API, one a line: `python scripts/reference-names.py > FILE`.

A name is what a user can write after `rattler_build.`: classes and functions, and `Class.member` for what a class has.
Names that begin with `_`, and what a class has from Python itself, are left out.
"""

import importlib
import inspect
import pkgutil

import rattler_build

names = {}


def enter(prefix, module, only=None):
    for name, value in vars(module).items():
        if name.startswith("_") or inspect.ismodule(value) or (only is not None and name not in only):
            continue
        home = getattr(value, "__module__", "") or ""
        if only is None and home != module.__name__:
            continue
        if only is None and not (inspect.isclass(value) or inspect.isroutine(value)):
            continue
        if id(value) in names:
            continue
        own = [prefix + name]
        if inspect.isclass(value):
            members = {*vars(value), *getattr(value, "__annotations__", {})}
            members |= {key for key in dir(value) if isinstance(getattr(value, key, None), value)}
            members = {member for member in members if not member.startswith("_")}
            if not members and inspect.isfunction(value.__init__):
                # Its attributes are those that its constructor is given.
                members = set(inspect.signature(value.__init__).parameters) - {"self"}
            own += [f"{prefix}{name}.{member}" for member in sorted(members)]
        names[id(value)] = own


enter("", rattler_build, set(rattler_build.__all__))
for module in pkgutil.iter_modules(rattler_build.__path__):
    if not module.name.startswith("_"):
        enter(f"{module.name}.", importlib.import_module(f"rattler_build.{module.name}"))
for name in sorted(name for own in names.values() for name in own):
    print(name)
