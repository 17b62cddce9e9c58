"""What a result says of itself, for people."""

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from dealwright import PPM, format_ppm, joined, rounded
from dealwright_appraisal.records import Result
from dealwright_appraisal.wording import _


def working_of(result: Result) -> Mapping[str, Any]:
    """How a result was computed."""
    found: Mapping[str, Any] = json.loads(result.working)
    return found


def missing_of(result: Result) -> str:
    """What a result lacks, in words; nothing where it is complete."""
    return joined("; ", (_missing(each) for each in working_of(result).get("missing", ())))


def _missing(said: Mapping[str, Any]) -> str:
    match said["what"]:
        case "evaluation":
            return _("run {run} has no evaluation of the member", run=said["run"])
        case "incomplete":
            return _("the evaluation is incomplete: {why}", why=said["why"])
        case "gate":
            return _("a gate of the scheme leaves no total: {why}", why=said["why"])
        case "targets":
            return _("no measure has a target")
        case "raters":
            return _(
                "{criterion}: {have} of {need} raters",
                criterion=said["criterion"],
                have=said["have"],
                need=said["need"],
            )
        case _peers:
            return _("the group of peers is too small, and nothing else counts")


def percent(exact: str | Fraction) -> str:
    """An exact share in percent, for reading: rounded to a ten-thousandth of a percent."""
    return format_ppm(rounded(Fraction(exact) * PPM))


def formula(part: str, working: Mapping[str, Any]) -> str:
    """How the value of a part comes about."""
    said = working.get(part, {})
    if part == "target":
        if said.get("gate"):
            return _("a gate blocks: {why}", why=said["gate"])
        return _("actual / target / index, within floor and cap, by weight")
    if part == "attitude":
        return _("(mean - 1) / 4, mean {mean}", mean=said.get("mean", "-"))
    if "rank" not in said:
        return _(
            "left out: {of} peers, fewer than {minimum}", of=said.get("of", 0), minimum=said.get("minimum", 0)
        )
    return _(
        "(n - rank) / (n - 1) = ({of} - {rank}) / ({of} - 1), equals share the {ties} place",
        of=said["of"],
        rank=said["rank"],
        ties=said["ties"],
    )


def percent_of(ppm: int | None) -> str | None:
    """A stored ratio in percent; None for none."""
    return None if ppm is None else format_ppm(ppm)
