"""What `import dealwright` offers."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import dealwright

SOURCE = Path(str(dealwright.__file__))


def declared() -> dict[str, str]:
    """Every name that type checkers see, with its module."""
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    block = next(each for each in tree.body if isinstance(each, ast.If))
    return {
        alias.name: str(found.module)
        for found in block.body
        if isinstance(found, ast.ImportFrom)
        for alias in found.names
    }


def test_every_name_is_there_and_is_what_type_checkers_see() -> None:
    for name, module in declared().items():
        assert getattr(dealwright, name) is getattr(import_module(module), name), name


def test_the_list_of_names_is_complete() -> None:
    assert {*dealwright.__all__} == {*declared(), "open"}
    assert len(dealwright.__all__) == len({*dealwright.__all__})


def test_open_opens_a_deployment() -> None:
    assert dealwright.open == dealwright.Platform.open


def test_a_misspelt_name_is_an_attribute_error() -> None:
    assert not hasattr(dealwright, "hookimp")


def test_importing_it_loads_nothing_else_of_ours() -> None:
    loaded = "[name for name in sys.modules if name.startswith(('dealwright_core', 'sqlalchemy', 'attr'))]"
    run("import sys, dealwright", f"assert not {loaded}, {loaded}")


def test_values_rules_and_records_load_no_database() -> None:
    used = "dealwright.Money, dealwright.fields, dealwright.Customer, dealwright.Refused"
    run("import sys, dealwright", used, "assert 'sqlalchemy' not in sys.modules")


def run(*lines: str) -> None:
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True)
