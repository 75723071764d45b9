"""No JavaScript object is tested for truth, and every wait for JavaScript can fail without breaking the pane.

Pyodide takes an object whose ``size`` or ``length`` is 0 for false; and a promise that is rejected raises JsException,
which is in nobody's error tree. Both are found by reading `connector.browser`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

BROWSER = Path(__file__).parents[2] / "py" / "connector" / "browser"
SOURCES = sorted(BROWSER.glob("*.py"))

BOOLEANS = frozenset(
    "altKey checked checkVisibility closed contains ctrlKey disabled done hasAttribute hasFocus isConnected isSameNode "
    "metaKey ok onLine shiftKey".split()
)
"""Properties and methods of the web's standards that are, or return, true or false and nothing else."""
CAUGHT = frozenset({"JsException", "_Denied", "Exception", "BaseException"})
"""What a wait for JavaScript has to be caught by; `storage._Denied` holds JsException."""


class Reader(ast.NodeVisitor):
    """Follows JavaScript values through one module; ``truths`` and ``waits`` are the lines with a fault."""

    def __init__(self, tree: ast.Module) -> None:
        self.truths: list[int] = []
        self.waits: list[int] = []
        self._scopes: list[tuple[set[str], set[str]]] = [(set(), set())]
        self._caught = 0
        # Attributes and results that are JavaScript's by their annotation, or by what they are set to.
        self._parts, self._lists = _annotated(tree)
        self._makers = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_any(node.returns)
        }
        self.visit(tree)

    # What is JavaScript's -------------------------------------------------------------------------

    def _known(self, name: str, kind: int) -> bool:
        return any(name in scope[kind] for scope in self._scopes)

    def _is_js(self, node: ast.expr | None) -> bool:  # noqa: C901  # a table of kinds of nodes
        match node:
            case ast.Name(name):
                return name == "js" or self._known(name, 0)
            case ast.Attribute(ast.Name("self"), name):
                return name in self._parts
            case ast.Attribute(value, name):
                return name not in BOOLEANS and (self._is_js(value) or name in self._parts)
            case ast.Call(ast.Name("getattr"), [holder, *_]):
                return self._is_js(holder)
            case ast.Call(ast.Name(name)):
                return name in self._makers or self._known(name, 0)
            case ast.Call(ast.Attribute(ast.Name("self"), name)):
                return name in self._makers or name in self._parts
            case ast.Call(func):
                return self._is_js(func)
            case ast.Subscript(value):
                return self._is_js(value) or self._is_list(value)
            case ast.Await(value):
                return self._is_js(value)
            case ast.BoolOp(_, values):
                return any(map(self._is_js, values))
            case ast.IfExp(_, body, orelse):
                return self._is_js(body) or self._is_js(orelse)
            case ast.NamedExpr(_, value):
                return self._is_js(value)
        return False

    def _is_list(self, node: ast.expr) -> bool:
        match node:
            case ast.Name(name):
                return self._known(name, 1)
            case ast.Attribute(_, name):
                return name in self._lists
            case ast.Call(ast.Name("entries" | "list" | "reversed" | "tuple")):
                return True
        return False

    def _bind(self, target: ast.expr, is_js: bool) -> None:
        if isinstance(target, ast.Name):
            (self._scopes[-1][0].add if is_js else self._scopes[-1][0].discard)(target.id)
        elif isinstance(target, ast.Tuple):
            for one in target.elts:
                self._bind(one, is_js)
        elif is_js and isinstance(target, ast.Attribute) and _names(target.value) == {"self"}:
            self._parts.add(target.attr)

    # Where names come from ------------------------------------------------------------------------

    def visit_Assign(self, node: ast.Assign) -> None:  # ast's names
        self.visit(node.value)
        for target in node.targets:
            match target, node.value:
                case ast.Tuple(targets), ast.Tuple(values) if len(targets) == len(values):
                    for one, value in zip(targets, values, strict=True):
                        self._bind(one, self._is_js(value))
                case _:
                    self._bind(target, self._is_js(node.value))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.generic_visit(node)
        self._bind(node.target, _is_any(node.annotation) and (node.value is None or self._may_be_js(node.value)))

    def _may_be_js(self, value: ast.expr) -> bool:
        return self._is_js(value) or not isinstance(value, ast.Dict | ast.List | ast.Constant)

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)
        self._bind(node.target, self._is_js(node.iter) or self._is_list(node.iter))
        for child in (*node.body, *node.orelse):
            self.visit(child)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self.visit(node.iter)
        self._bind(node.target, self._is_js(node.iter) or self._is_list(node.iter))
        for test in node.ifs:
            self._test(test)

    def _visit_comprehending(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        for generator in node.generators:
            self.visit(generator)
        for value in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self.visit(value)

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _visit_comprehending  # noqa: N815

    def _visit_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        arguments = node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        mine = {one.arg for one in every if _is_any(one.annotation)}
        self._scopes.append((mine, {one.arg for one in every if _is_list_of_any(one.annotation)}))
        caught, self._caught = self._caught, 0
        for child in [node.body] if isinstance(node, ast.Lambda) else node.body:
            self.visit(child)
        self._caught = caught
        self._scopes.pop()

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = _visit_function  # noqa: N815

    # Where truth is asked for ---------------------------------------------------------------------

    def _test(self, node: ast.expr) -> None:
        match node:
            case ast.BoolOp(_, values):
                for value in values:
                    self._test(value)
                return
            case ast.UnaryOp(ast.Not(), operand):
                self._test(operand)
                return
        if self._is_js(node):
            self.truths.append(node.lineno)
        self.visit(node)

    def _visit_branching(self, node: ast.If | ast.While) -> None:
        self._test(node.test)
        for child in (*node.body, *node.orelse):
            self.visit(child)

    visit_If = visit_While = _visit_branching  # noqa: N815

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._test(node.test)
        self.visit(node.body)
        self.visit(node.orelse)

    def visit_Assert(self, node: ast.Assert) -> None:
        self._test(node.test)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            self._test(node.operand)
        else:
            self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        for value in node.values[:-1]:
            self._test(value)
        self.visit(node.values[-1])

    def visit_Call(self, node: ast.Call) -> None:
        match node:
            case ast.Call(ast.Name("bool"), [value]):
                self._test(value)
            case ast.Call(ast.Name("any" | "all"), [ast.GeneratorExp(value, generators)]):
                for generator in generators:
                    self.visit(generator)
                self._test(value)
            case ast.Call(ast.Name("any" | "all" | "filter"), values) if any(map(self._is_js, values)):
                self.truths.append(node.lineno)
            case _:
                self.generic_visit(node)

    # Where JavaScript is waited for ---------------------------------------------------------------

    def visit_Try(self, node: ast.Try) -> None:
        caught = any(_names(handler.type) & CAUGHT for handler in node.handlers if handler.type is not None)
        self._caught += caught
        for child in node.body:
            self.visit(child)
        self._caught -= caught
        for handler in node.handlers:
            self.visit(handler)
        for child in (*node.orelse, *node.finalbody):
            self.visit(child)

    def visit_Await(self, node: ast.Await) -> None:
        if self._is_js(node.value) and not self._caught and not self._is_ours(node.value):
            self.waits.append(node.lineno)
        self.generic_visit(node)

    def _is_ours(self, node: ast.expr) -> bool:
        """Whether this awaits a function of the same module, whose own waits are looked at."""
        match node:
            case ast.Call(ast.Name(name)) | ast.Call(ast.Attribute(ast.Name("self"), name)):
                return name in self._makers
        return False


def _names(node: ast.expr) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _is_any(annotation: ast.expr | None) -> bool:
    match annotation:
        case ast.Name("Any"):
            return True
        case ast.BinOp(left, ast.BitOr(), right):
            return _is_any(left) or _is_any(right)
    return False


def _is_list_of_any(annotation: ast.expr | None) -> bool:
    match annotation:
        case ast.Subscript(ast.Name("list" | "Sequence" | "Iterable"), ast.Name("Any")):
            return True
    return False


def _annotated(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Names of attributes that hold JavaScript values, and of those that hold lists of them."""
    parts: set[str] = set()
    lists: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for one in node.body:
                if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and _is_any(one.annotation):
                    parts.add(one.target.id)
        elif isinstance(node, ast.AnnAssign) and _is_list_of_any(node.annotation):
            lists |= {one.attr for one in ast.walk(node.target) if isinstance(one, ast.Attribute)}
    return parts, lists


def read(source: str) -> Reader:
    return Reader(ast.parse(source))


def faults(kind: str) -> Iterator[str]:
    for path in SOURCES:
        for line in getattr(read(path.read_text("utf-8")), kind):
            yield f"{path.name}:{line}"


def test_nothing_of_javascript_is_tested_for_truth() -> None:
    assert list(faults("truths")) == []


def test_every_wait_for_javascript_ends_in_a_handler() -> None:
    assert list(faults("waits")) == []


@pytest.mark.parametrize(
    "planted",
    [
        "if js.x: pass",
        "if not js.x: pass",
        "y = js.x or 1",
        "y = 1 if js.f() else 2",
        "while getattr(js.x, 'next', None): pass",
        "z = js.x\nif z: pass",
        "a, b = js.x, 1\nif a: pass",
        "z = getattr(js.x, 'size', 0)\nif 1 and not z: pass",
        "def f(holder: Any):\n    return 1 if holder else 2",
        "def f(holder: Any | None):\n    assert holder",
        "def f(one: Any):\n    x = one.part\n    return bool(x)",
        "def f(one: Any):\n    return [x for x in one.list if x]",
        "def f(one: Any):\n    return any(x.there for x in one.list)",
        "def f(one: Any):\n    return any(one.list)",
        "async def f(one: Any):\n    return (await one.answer()) or ''",
        "class C:\n    node: Any\ndef f(c):\n    return 1 if c.node else 2",
        "class C:\n    def f(self, root: Any):\n        self._root = root\n    def g(self):\n        not self._root",
        "class C:\n    def _item(self) -> Any: ...\n    def f(self):\n        if not self._item(): pass",
        "class C:\n    def f(self):\n        self._all: list[Any] = []\n    def g(self):\n        not self._all[0]",
        "def f(one: Any):\n    g = lambda x: x\n    if one and g: pass",
        "if isSetSupported or js.Office.isSetSupported('1'): pass",
        "for one in entries(js.x, 'y'):\n    if one.z: pass",
    ],
)
def test_a_planted_truth_test_is_found(planted: str) -> None:
    assert read(planted).truths


@pytest.mark.parametrize(
    "right",
    [
        "if js.x is None: pass",
        "if given(js.x): pass",
        "if text(js.x, 'name'): pass",
        "if js.x.isConnected and not js.document.hasFocus(): pass",
        "y = js.x.status == 'succeeded' or 1",
        "if isinstance(js.x, str) and js.x > 0: pass",
        "z = str(js.x)\nif z: pass",
        "z = js.x\nz = int(z)\nif z: pass",
        "class C:\n    def f(self):\n        self._all: list[Any] = []\n    def g(self):\n        if self._all: pass",
        "def f(given: str, one: Any):\n    if given: pass",
        "def f(one: Any):\n    pass\ndef g(one: str):\n    if one: pass",
        "for one in entries(js.x, 'y'):\n    if text(one, 'z'): pass",
    ],
)
def test_what_is_no_truth_test_is_left_alone(right: str) -> None:
    assert read(right).truths == []


@pytest.mark.parametrize(
    "planted",
    [
        "async def f():\n    await js.fetch('x')",
        "async def f(one: Any):\n    await one.promise",
        "async def f():\n    try:\n        await js.x()\n    except TimeoutError:\n        pass",
        "async def f():\n    try:\n        pass\n    except JsException:\n        await js.x()",
        "async def f():\n    try:\n        async def g():\n            await js.x()\n    except JsException: 1",
    ],
)
def test_a_planted_wait_without_a_handler_is_found(planted: str) -> None:
    assert read(planted).waits


def test_a_wait_with_a_handler_is_left_alone() -> None:
    caught = "async def f():\n    try:\n        await js.x()\n    except (JsException, ValueError):\n        pass"
    assert read(caught).waits == []
    assert read("async def f(task: Task):\n    await task").waits == []
