"""Invented names of places, people and customers in the languages of the seller's markets."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from attrs import frozen

from dealwright.demo.dice import Dice

LATIN = str.maketrans("åáàéèëêíóôòúñç", "aaaeeeeiooounc") | str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
)


@frozen(eq=False)
class Tongue:
    """How names are made in a language; `jobs` holds what people of each role are by profession."""

    starts: Sequence[str]
    ends: Sequence[str]
    given: Sequence[str]
    family: Sequence[str]
    forms: Mapping[str, Sequence[str]]
    jobs: Mapping[str, Sequence[str]]
    brands: Sequence[str] = ()
    family_first: bool = False

    def customer(self, dice: Dice, industry: str) -> str:
        """A name for a customer of an industry."""
        form = dice.pick(self.forms[industry])
        place = dice.pick(self.starts) + dice.pick(self.ends)
        return form.format(p=place, s=dice.pick(self.brands or self.family))

    def person(self, dice: Dice) -> tuple[str, str]:
        """The name of a person, and the part of their e-mail address before the sign."""
        given, _, given_latin = dice.pick(self.given).partition(":")
        family, _, family_latin = dice.pick(self.family).partition(":")
        name = family + given if self.family_first else f"{given} {family}"
        return name, f"{given_latin or given}.{family_latin or family}".lower().translate(LATIN)


@cache
def tongues() -> Mapping[str, Tongue]:
    """Every language by its name."""
    words = tomllib.loads(files(__package__).joinpath("names.toml").read_text("utf-8"))
    jobs = words.pop("jobs")
    return {language: Tongue(**{"jobs": jobs} | facts) for language, facts in words.items()}
