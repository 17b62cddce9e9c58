"""Expressions as text: what is read, and that nothing else is, whatever it looks like."""

import subprocess
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright_core.errors import ConfigError
from dealwright_core.expr import Expression, case, fields, in_words, literal, parse, stable_hash
from dealwright_core.expr.functions import FUNCTIONS
from tests.core.expr.asking import ask

deal = fields()


def refusal(text: str) -> str:
    with pytest.raises(ConfigError) as raised:
        parse(text)
    return str(raised.value)


def test_numbers_are_read_as_they_are_written() -> None:
    assert stable_hash(parse("amount == 0.1")) == stable_hash(deal.amount == Decimal("0.1"))
    assert stable_hash(parse("amount == 1_000.50")) == stable_hash(deal.amount == Decimal("1000.5"))
    assert stable_hash(parse("-0.5")) == stable_hash(literal(Decimal("-0.5")))
    assert ask("seats == -9223372036854775808", seats=-(2**63)) is True


def test_names_and_words() -> None:
    assert in_words(parse("customer.owner.name")) == "customer.owner.name"
    assert stable_hash(parse("urgent == True")) == stable_hash(parse("urgent == true"))
    assert in_words(parse("opened_on < today")) == "opened_on is before today"


def test_the_unknown_may_be_asked_for_by_name() -> None:
    assert stable_hash(parse("is_null(seats)")) == stable_hash(parse("seats is None"))
    assert stable_hash(parse("is_known(seats)")) == stable_hash(parse("seats is not None"))


def test_several_lines_are_one_expression() -> None:
    text = """
        stage == 'won'
        and amount >= 50000
    """
    assert stable_hash(parse(text)) == stable_hash(parse("stage == 'won' and amount >= 50000"))


def test_comparisons_may_be_chained() -> None:
    assert stable_hash(parse("5 <= seats < 10")) == stable_hash(parse("5 <= seats and seats < 10"))


def test_one_choice_may_be_written_as_in_python() -> None:
    assert stable_hash(parse("10 if urgent else 0")) == stable_hash(case(deal.urgent, 10, 0))


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_says_what_it_lacks(name: str) -> None:
    assert refusal(f"{name}(nothing=1)").startswith("column 1: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "column 1: this is no expression"),
        ("amount >", "this is no expression"),
        ("stage = 'a==b'", "= compares nothing, write =="),
        ("seats > 1 and\n  99999999999999999999 > 1", "column 17: a whole number does not fit into 64 bits"),
        ("'é' == seats / 2", "column 8: Div has no place in an expression, division"),
        ("seats & 1", "write `and`"),
        ("seats ** 2", "Pow has no place"),
        ("~urgent", "only - and `not` stand before a value"),
        ("stage in 'won'", "column 10: `in` needs a list of literals"),
        ("stage in (name, 'won')", "a literal belongs here, not an expression"),
        ("seats is 5", "column 10: `is` is for None alone"),
        ("seats == None", "None beside == would always be unknown, write is_null()"),
        ("abss(seats)", "column 1: there is no function 'abss', did you mean 'abs'?"),
        ("abs(seats, 1)", "abs: too many positional arguments"),
        ("abs(*seats)", "Starred has no place"),
        ("abs(**{'value': seats})", "** has no place"),
        ("match(stage, {**{}})", "** has no place"),
        ("match(stage, 5)", "match needs values with their results"),
        ("band(seats, 5)", "a band is a pair of bound and result"),
        ("name.contains('x')", "only functions are called, write starts_with(name, 'A')"),
        ("seats > 1 # really", "a comment has no place"),
        ("(1, 2)", "pairs stand only in band"),
        ("[1]", "lists stand only after `in`"),
        ("{1: 2}", "stands only in match"),
        ("customer['name']", "write customer.name"),
        (
            "name == 'a\\d'",
            "column 11: a backslash has no place in an expression, compare such a text in a table",
        ),
        ("a" * 5000, "at most 4000 characters"),
    ],
)
def test_what_is_no_expression_is_refused_with_its_place(text: str, message: str) -> None:
    assert message in refusal(text)


def test_a_problem_names_its_place_in_the_configuration() -> None:
    with pytest.raises(ConfigError, match=r"^plan\.toml: where: column 7: "):
        parse("seats $", "plan.toml: where")


HOSTILE = [
    "__import__('os').system('true')",
    "().__class__.__mro__[1].__subclasses__()",
    "(lambda: 1)()",
    "[x for x in (1, 2)]",
    "{x: 1 for x in 'a'}",
    "(x := 5)",
    "f'{seats}'",
    "f'{__import__(\"os\")}'",
    "b'x'",
    "1j",
    "...",
    "await seats",
    "yield",
    "seats; seats",
    "import os",
    "eval('1')",
    "exec('1')",
    "getattr(seats, 'x')",
    "open('/etc/passwd')",
    "fields.__globals__",
    "'%s' % seats",
    "'{0.__class__}'.format(seats)",
    "'a' 'b'.join(name)",
    "seats if",
    "\x00",
    "'\x00' == name",
    "'\\ud800' == name",
    "\ud800",
    "1e400 == amount",
    "1e-400 == amount",
    "1" * 4000,
    "9" * 400 + ".0 == amount",
    "(" * 300 + "1" + ")" * 300,
    "-" * 3000 + "seats",
    "not " * 990 + "urgent",
    "abs(" * 150 + "seats" + ")" * 150,
    "seats" + ".a" * 1900,
    "seats" + "[0]" * 1000,
    "a if b else " * 330 + "c",
    "lambda: " * 400 + "1",
    "a - " * 990 + "a",
    "a == " * 990 + "a",
    "[" * 150,
    "'" + "x" * 3998,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        ask(parse(text))


def test_refusing_needs_little_room_on_the_stack() -> None:
    script = (
        "import sys; sys.setrecursionlimit(400)\n"
        "from dealwright_core.expr import parse\n"
        "from dealwright_core.errors import ConfigError\n"
        "for text in ('-' * 3000 + 'x', 'not ' * 990 + 'x', 'a if b else ' * 330 + 'c', 'a + ' * 900 + 'a'):\n"
        "    try: parse(text)\n"
        "    except ConfigError: pass\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)


@given(st.text(max_size=60) | st.text("abs(0.5)[]{}:'\"+-*/<>=!, \n#\\andortif", max_size=60))
def test_any_text_is_an_expression_or_a_problem(text: str) -> None:
    try:
        found = parse(text)
    except ConfigError:
        return
    assert isinstance(found, Expression)
    assert len(stable_hash(found)) == 64
