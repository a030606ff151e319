"""Files of at most 300 lines, functions of at most 40: what is longer has a second subject."""

from ast import AsyncFunctionDef, FunctionDef

from tests.house.sources import functions, sources

_MAX_FILE_LINES = 300
_MAX_FUNCTION_LINES = 40


def test_no_file_is_too_long() -> None:
    lengths = {source.path: source.text.count("\n") for source in sources("src", "tests", "bench")}
    assert not {path: lines for path, lines in lengths.items() if lines > _MAX_FILE_LINES}


def test_no_function_is_too_long() -> None:
    lengths = {
        f"{source.path}:{function.lineno} {function.name}": _lines(function)
        for source in sources("src", "tests", "bench")
        for function in functions(source.tree)
    }
    assert lengths
    assert not {name: lines for name, lines in lengths.items() if lines > _MAX_FUNCTION_LINES}


def _lines(function: FunctionDef | AsyncFunctionDef) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1
