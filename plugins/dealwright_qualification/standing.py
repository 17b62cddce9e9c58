"""How qualified the open deals are: measures over opportunities, and the report on them."""

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import evolve, frozen

from dealwright import (
    Column,
    Deployment,
    Expression,
    Group,
    Measure,
    Selection,
    Session,
    Table,
    UsageError,
    all_of,
    any_of,
    breakdown,
    breakdown_table,
    coalesce,
    fields,
    joined,
    negate,
    share,
)
from dealwright_qualification.gate import Gate
from dealwright_qualification.records import CONDITIONS
from dealwright_qualification.wording import _, named

COLUMNS: Final = (
    Column("deals", "Deals", "integer"),
    Column("qualified", "Qualified", "integer"),
    Column("partly", "Partly", "integer"),
    Column("unmet", "Not met", "integer"),
    Column("unknown", "Unknown", "integer"),
    Column("share_qualified", "Share qualified", "ratio"),
    Column("lacks_need", "Need missing", "integer"),
    Column("lacks_purchasing_power", "Purchasing power missing", "integer"),
    Column("lacks_authority", "Authority missing", "integer"),
)


def all_measures(deployment: Deployment) -> Iterator[Measure]:
    """Open deals; of them those that are qualified, partly so, not, and those of which nothing is known, which
    together are all; and those in which each condition is not known to be met.
    """
    deal, record = fields("opportunity"), fields("qualification")
    closed = [each.name for each in deployment.stages if each.means != "open"]
    is_open = negate(deal.stage.is_in(closed))
    answers = [coalesce(record[name], "unknown") for name in CONDITIONS]
    qualified = all_of(*(each == "yes" for each in answers))
    unmet = any_of(*(each == "no" for each in answers))
    unknown = all_of(*(each == "unknown" for each in answers))
    partly = negate(any_of(qualified, unmet, unknown))
    yield _count("qualification_deals", _("Open deals"), is_open)
    yield _count("qualification_qualified", _("Open deals, qualified"), is_open & qualified)
    yield _count("qualification_partly", _("Open deals, partly qualified"), is_open & partly)
    yield _count("qualification_unmet", _("Open deals with a condition that is not met"), is_open & unmet)
    yield _count("qualification_unknown", _("Open deals of which no condition is known"), is_open & unknown)
    for name, answer in zip(CONDITIONS, answers, strict=True):
        title = _("Open deals without {condition}", condition=named(name))
        yield _count(f"qualification_lacks_{name}", title, is_open & (answer != "yes"))


def _count(name: str, title: str, where: Expression) -> Measure:
    return Measure(name, title, facts="opportunity", aggregate="count", where=where, on="expected_close")


@frozen
class Standing:
    """The report, in a deployment with this gate."""

    gate: Gate

    def qualification(self, session: Session, selection: Selection = Selection(by="stage")) -> Table:
        """Open deals by how far they are qualified, and how many lack each condition.

        Qualified are those that meet all three conditions; not met is one that is answered with no; of unknown ones
        nothing is known. The day a deal is expected to close places it in a period. Deals are as they stand today.
        """
        if selection.as_of is not None and selection.as_of != session.today:
            raise UsageError(
                _("qualification shows deals as they stand today, not on {as_of}", as_of=selection.as_of),
                _("leave as_of out"),
            )
        known = session.contributions.measures
        names = (
            "deals",
            "qualified",
            "partly",
            "unmet",
            "unknown",
            *(f"lacks_{each}" for each in CONDITIONS),
        )
        measures = [known[f"qualification_{each}"].item for each in names]
        found = breakdown(session, measures, selection=evolve(selection, as_of=None))
        drawn = ("qualified", "partly", "unmet", "unknown")
        return breakdown_table(found, COLUMNS, _cells, self._note(), title=_("Qualification"), draw=drawn)

    def _note(self) -> str:
        """What the gate asks for."""
        lines = []
        for stage in dict.fromkeys(self.gate.asked.values()):
            conditions = [named(each) for each, at in self.gate.asked.items() if at == stage]
            lines.append(_("From {stage} on: {conditions}", stage=stage, conditions=joined(", ", conditions)))
        return joined("\n", lines)


def _cells(group: Group) -> Sequence[int | None]:
    deals, qualified, partly, unmet, unknown, *lacking = group.figures
    return (deals, qualified, partly, unmet, unknown, share(qualified, deals), *lacking)
