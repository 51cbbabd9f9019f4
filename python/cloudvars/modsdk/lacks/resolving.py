"""Finds out what an expression of a mod's script stands for, without running it."""

import ast
from collections.abc import Callable, Iterator
from functools import lru_cache, partial

from cloudvars.modsdk.unknown.promises import known
from cloudvars.modsdk.unknown.stubs import FACTORY

from .bindings import Binding, bindings, statements
from .meaning import Api, Class, Function, Instance, Meaning, Module, Scope, Text
from .sources import Sources

__all__ = ["SYSTEM", "Resolver", "system_methods"]

SYSTEM = "ServerSystem"
_API_TOPS = ("mod", "server", "client", "common")
_CLASSES = {
    "EngineCompFactoryServer": FACTORY,
    "Type[ServerSystem]": SYSTEM,
    "minecraftEnum._MinecraftEnumModule": "mod.common.minecraftEnum",
}


@lru_cache(maxsize=1)
def system_methods() -> frozenset[str]:
    """Return what the engine's ``ServerSystem`` has."""
    own = (name.rpartition(".") for name in known())
    return frozenset(last for owner, _, last in own if owner in {SYSTEM, "BaseSystem"})


class Resolver:
    """Answers what names mean. Where a name has several meanings, the first that is known counts."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._bound: dict[ast.AST, dict[str, list[Binding]]] = {}
        self._busy: set[tuple[int, str]] = set()

    # --- names ---

    def of(self, node: ast.expr, scope: Scope) -> Meaning | None:  # noqa: PLR0911 - one line for each kind
        """Return what an expression stands for; None if nobody knows."""
        match node:
            case ast.Constant(value=str() as text):
                return Text(text)
            case ast.Name(id=name):
                return self._named(name, scope, node.lineno)
            case ast.Attribute(value=value, attr=name):
                owner = self.of(value, scope)
                return None if owner is None else self.member(owner, name)
            case ast.Call(func=function):
                return self._called(self.of(function, scope))
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                first, second = self.of(left, scope), self.of(right, scope)
                both = isinstance(first, Text) and isinstance(second, Text)
                return Text(first.text + second.text) if both else None  # type: ignore[union-attr] # both are
            case ast.BoolOp(values=values):
                return self._first(self.of(value, scope) for value in values)
            case ast.IfExp(body=body, orelse=other):
                return self.of(body, scope) or self.of(other, scope)
        return None

    def _named(self, name: str, scope: Scope, line: int) -> Meaning | None:
        for depth in range(len(scope.inside), 0, -1):
            body = scope.inside[depth - 1]
            inner = depth == len(scope.inside)
            if isinstance(body, ast.ClassDef) and not inner:
                continue  # a method does not see the names of its class
            around = Scope(scope.source, scope.inside[: depth - 1])
            if isinstance(body, ast.FunctionDef) and name in _parameters(body):
                return self._parameter(name, body, around)
            if name in self._bindings(body):
                return self._in_body(name, body, around.within(body), line if inner else None)
        found = self._in_body(name, scope.source.tree, Scope(scope.source), None if scope.inside else line)
        return found or self._starred(Module(scope.source), name)

    @staticmethod
    def _parameter(name: str, function: ast.FunctionDef, around: Scope) -> Meaning | None:
        """Return what ``self`` and ``cls`` stand for; what other parameters get is not known."""
        cls = around.inside[-1] if around.inside else None
        if not isinstance(cls, ast.ClassDef) or name != next(iter(_parameters(function)), None):
            return None
        return Instance(Class(cls, Scope(around.source, around.inside[:-1])))

    def _in_body(
        self,
        name: str,
        body: ast.Module | ast.ClassDef | ast.FunctionDef,
        scope: Scope,
        line: int | None = None,
    ) -> Meaning | None:
        """Return what a body binds to a name; ``line``: of the use, if that is in the body itself."""
        chosen = [one for one in self._bindings(body).get(name, ()) if not one.owner]
        above = [one for one in chosen if line is not None and one.node.lineno <= line]
        if above:
            chosen = above[-1:]  # the latest counts
        return self._guarded(body, name, lambda: self._first(self._bound_to(one, scope) for one in chosen))

    def _bindings(self, body: ast.Module | ast.ClassDef | ast.FunctionDef) -> dict[str, list[Binding]]:
        if body not in self._bound:
            found = bindings(body)
            if isinstance(body, ast.Module):
                found += _globals(body)
            named: dict[str, list[Binding]] = {}
            for one in found:
                named.setdefault(one.name, []).append(one)
            self._bound[body] = named
        return self._bound[body]

    def _guarded(self, at: ast.AST, name: str, find: Callable[[], Meaning | None]) -> Meaning | None:
        """Look something up, unless that is being done: a name may be bound by an expression with the name in it."""
        key = (id(at), name)
        if key in self._busy:
            return None
        self._busy.add(key)
        try:
            return find()
        finally:
            self._busy.discard(key)

    @staticmethod
    def _first(meanings: Iterator[Meaning | None]) -> Meaning | None:
        return next((one for one in meanings if one is not None), None)

    def _bound_to(self, binding: Binding, scope: Scope) -> Meaning | None:
        node = binding.node
        match node:
            case ast.ClassDef():
                return Class(node, _outside(scope, node))
            case ast.FunctionDef():
                return Function(node, _outside(scope, node))
            case ast.Import():
                alias = next(
                    one for one in node.names if (one.asname or one.name.partition(".")[0]) == binding.name
                )
                full = self._sources.absolute(scope.source, alias.name, 0)
                if alias.asname is None and "." in alias.name:
                    full = full.removesuffix(f".{alias.name.partition('.')[2]}")
                return self.module(full)
            case ast.ImportFrom():
                alias = next(one for one in node.names if (one.asname or one.name) == binding.name)
                owner = self.module(self._sources.absolute(scope.source, node.module or "", node.level))
                return None if owner is None else self.member(owner, alias.name)
            case ast.expr():
                return self.of(node, scope)
        return None

    def module(self, name: str) -> Meaning | None:
        """Return the module of a full name: the mod's, or the API's."""
        source = self._sources.get(name)
        if source is not None:
            return Module(source)
        if name.partition(".")[0] in _API_TOPS:
            return Api(name if name.partition(".")[0] == "mod" else f"mod.{name}")
        return None

    # --- members and calls ---

    def member(self, owner: Meaning, name: str) -> Meaning | None:
        """Return what ``owner.name`` stands for."""
        match owner:
            case Api(name=full):
                return Api(f"{full}.{name}")
            case Module(source=source):
                found = self._in_body(name, source.tree, Scope(source))
                return found or self._starred(owner, name) or self.module(f"{source.name}.{name}")
            case Class() as cls:
                return self._of_class(cls, name)
            case Instance(cls=cls):
                found = self._of_class(cls, name)
                if isinstance(found, Function) and any(
                    isinstance(one, ast.Name) and one.id == "property" for one in found.node.decorator_list
                ):
                    return self._called(found)
                return found
        return None

    def _starred(self, module: Module, name: str) -> Meaning | None:
        """Look into what a module imports with ``*``."""
        for node in statements(module.source.tree):
            if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
                full = self._sources.absolute(module.source, node.module or "", node.level)
                other = self._sources.get(full)
                if other is not None and other is not module.source:
                    found = self._guarded(node, name, partial(self.member, Module(other), name))
                    if found is not None:
                        return found
        return None

    def _of_class(self, cls: Class, name: str) -> Meaning | None:
        inside = cls.scope.within(cls.node)
        found = self._in_body(name, cls.node, inside)
        if found is not None:
            return found
        if name in self._bindings(cls.node):
            return None  # the mod's own, whatever it is
        return self._first(self._assigned(cls, name)) or self._guarded(
            cls.node, f"{name} of a base", lambda: self._first(self._inherited(cls, name))
        )

    def _assigned(self, cls: Class, name: str) -> Iterator[Meaning | None]:
        """Give what the methods of a class assign to ``self.name``."""
        for method in cls.node.body:
            if isinstance(method, ast.FunctionDef):
                scope = cls.scope.within(cls.node).within(method)
                itself = next(iter(_parameters(method)), None)
                for one in self._bindings(method).get(name, ()):
                    if one.owner == itself:
                        yield self._guarded(one.node, name, partial(self._bound_to, one, scope))

    def _inherited(self, cls: Class, name: str) -> Iterator[Meaning | None]:
        for base in cls.node.bases:
            of = self.of(base, cls.scope)
            if isinstance(of, Class):
                yield self._of_class(of, name)
            elif of == Api(SYSTEM) and name in system_methods():
                yield Api(f"{SYSTEM}.{name}")

    def _called(self, function: Meaning | None) -> Meaning | None:
        match function:
            case Api(name=name):
                answer = known().get(name, "").replace(" | None", "")
                answer = _CLASSES.get(answer, answer)
                return (
                    Api(answer)
                    if answer in _CLASSES.values() or answer.endswith(("CompServer", "ComponentServer"))
                    else None
                )
            case Class():
                return Instance(function)
            case Function(node=node, scope=scope):
                inside = scope.within(node)
                returned = (
                    one.value for one in statements(node) if isinstance(one, ast.Return) and one.value
                )
                return self._guarded(
                    node, "()", lambda: self._first(self.of(value, inside) for value in returned)
                )
        return None


def _parameters(function: ast.FunctionDef) -> dict[str, None]:
    arguments = function.args
    every = [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    ]
    return dict.fromkeys(one.arg for one in every if one is not None)


def _outside(scope: Scope, node: ast.ClassDef | ast.FunctionDef) -> Scope:
    """Return the scope in which a class or function that a body binds is defined."""
    return Scope(scope.source, scope.inside[:-1]) if scope.inside and scope.inside[-1] is node else scope


def _globals(module: ast.Module) -> Iterator[Binding]:
    """Return what functions bind to names of the module, with ``global``."""
    for function in ast.walk(module):
        if isinstance(function, ast.FunctionDef):
            named = {
                name for one in statements(function) if isinstance(one, ast.Global) for name in one.names
            }
            if named:
                yield from (one for one in bindings(function) if one.name in named and not one.owner)
