"""What an answer takes on every way in: evidence, and a day that is not still to come."""

from collections.abc import Iterator

import attrs

from dealwright import Constraint, any_of, fields, today
from dealwright_qualification.records import CONDITIONS
from dealwright_qualification.settings import Bad, Golden
from dealwright_qualification.wording import _, named

GIVEN = ("yes", "no")


def of_conditions() -> Iterator[Constraint]:
    """Yes and no to a condition take evidence; nothing was learnt tomorrow."""
    record = fields("qualification")
    for name in CONDITIONS:
        evidence = record[f"{name}_evidence"]
        yield Constraint(
            f"qualification-{name.replace('_', '-')}-evidence",
            record[name].is_in(GIVEN) & (evidence.is_null() | (evidence == "")),
            _("{condition} is answered without evidence: say what was said or seen", condition=named(name)),
        )
    yield Constraint(
        "qualification-ahead-of-time",
        any_of(*(record[f"{name}_learnt_on"] > today for name in CONDITIONS)),
        _("nothing is learnt on a day that is still to come"),
    )


def of_traits() -> Iterator[Constraint]:
    """A trait without evidence is an opinion: it counts, with a warning. So it is where a person was erased."""
    record = fields("qualification_traits")
    names = [each.name for cls in (Bad, Golden) for each in attrs.fields(cls)]
    lacking = (record[name].is_in(GIVEN) & record[f"{name}_evidence"].is_null() for name in names)
    message = _("a trait is answered without evidence: say what was said or seen")
    yield Constraint("qualification-traits-evidence", any_of(*lacking), message, level="warn")
