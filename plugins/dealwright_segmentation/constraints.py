"""What no class and no key account may be, whichever way it comes in."""

from collections.abc import Iterator

from dealwright import Constraint, all_of, any_of, fields, negate, today
from dealwright_segmentation.records import ASPECTS
from dealwright_segmentation.wording import _


def of_segmentation() -> Iterator[Constraint]:
    """A class has its first day, which is not still to come; one of need has its evidence."""
    record = fields("segmentation")
    days = [(record[each], record[f"{each}_since"]) for each in ASPECTS]
    undated = any_of(*(negate(each.is_null()) & since.is_null() for each, since in days))
    yield Constraint("segmentation-undated", undated, _("a class has a first day: say since when"))
    yield Constraint(
        "segmentation-ahead-of-time",
        any_of(*(since > today for __, since in days)),
        _("no class begins on a day that is still to come"),
    )
    evidence = record.need_evidence
    yield Constraint(
        "segmentation-need-evidence",
        all_of(record.need != "unknown", evidence.is_null() | (evidence == "")),
        _("what a customer looks for is said without evidence: say what was said or seen"),
        level="warn",
    )


def of_past() -> Iterator[Constraint]:
    """A class holds for a day at least."""
    record = fields("segmentation_past")
    message = _("a class ends after the day on which it begins")
    yield Constraint("segmentation-past-empty", record.until <= record.since, message)


def of_key() -> Iterator[Constraint]:
    """A key account has reasons, also for its end, and holds for a day at least."""
    record = fields("segmentation_key")
    yield Constraint(
        "segmentation-key-reasons", record.reasons == "", _("a key account has a reason: say why")
    )
    yield Constraint(
        "segmentation-key-empty",
        record.until <= record.since,
        _("a key account ends after the day on which it begins"),
    )
    yield Constraint(
        "segmentation-key-end",
        negate(record.until.is_null()) & (record.end_reason.is_null() | (record.end_reason == "")),
        _("a key account ends with a reason: say why"),
    )
