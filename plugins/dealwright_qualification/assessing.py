"""Writing down what was learnt, with its evidence."""

from datetime import date
from typing import Annotated, Any, Literal

from dealwright import ChangingSession, Contact, Customer, NotFound, Opportunity, Session, UsageError
from dealwright_qualification.records import CONDITIONS, Qualification, Traits
from dealwright_qualification.wording import _

Answer = Literal["yes", "no", "unknown"]
Trait = Literal[
    "only_inquires", "haggles", "pays_late", "changes_requirements", "breaks_commitments", "plays_suppliers_off",
    "wants_free_work", "urgent_need", "has_budget", "decision_maker_accessible", "trusts_expertise", "pays_on_time",
    "refers_others", "plans_long_term",
]  # fmt: skip


def assess(
    session: ChangingSession,
    ref: Annotated[str, "ref of the opportunity"],
    need: Annotated[Answer | None, "does the customer need it?"] = None,
    purchasing_power: Annotated[Answer | None, "can the customer pay for it?"] = None,
    authority: Annotated[Answer | None, "do we talk to who decides?"] = None,
    evidence: Annotated[str | None, "what was said or seen; yes and no take it"] = None,
    said_by: Annotated[str | None, "ref or name of the contact who said so"] = None,
    on: Annotated[date | None, "day it was learnt, today where it is left out"] = None,
) -> Qualification:
    """Say whether an opportunity meets a condition, and how that is known.

    Several conditions that one evidence tells of may be given at once. Earlier answers stay in the history.
    """
    given = zip(CONDITIONS, (need, purchasing_power, authority), strict=True)
    answers = {name: answer for name, answer in given if answer is not None}
    opportunity = session.lock(Opportunity, ref)
    if not answers:
        raise UsageError(
            _("nothing is said of {ref}", ref=ref), _("give --need, --purchasing-power or --authority")
        )
    speaker = None if said_by is None else _contact(session, said_by, opportunity.customer)
    values: dict[str, Any] = dict(answers)
    for name in answers:
        values |= {
            f"{name}_evidence": _evidence(evidence),
            f"{name}_said_by": speaker,
            f"{name}_learnt_on": on or session.today,
        }
    held: list[Qualification] = session.find(Qualification, opportunity=opportunity.id)
    if held:
        return session.change(held[0], **values)
    return session.add(Qualification(opportunity=opportunity.id, **values))


def assess_trait(
    session: ChangingSession,
    ref: Annotated[str, "ref of the customer"],
    trait: Annotated[Trait, "one of the seven bad traits or of the seven golden ones"],
    answer: Annotated[Answer, "has the customer this trait?"],
    evidence: Annotated[str | None, "what was said or seen; yes and no take it"] = None,
) -> Traits:
    """Say whether a customer has a trait, and how that is known. Earlier answers stay in the history."""
    customer = session.lock(Customer, ref)
    if answer != "unknown" and _evidence(evidence) is None:
        raise UsageError(
            _("{answer} to {trait} without evidence", answer=answer, trait=trait),
            _('say what was said or seen: --evidence "…"'),
        )
    values: dict[str, Any] = {trait: answer, f"{trait}_evidence": _evidence(evidence)}
    held: list[Traits] = session.find(Traits, customer=customer.id)
    if held:
        return session.change(held[0], **values)
    return session.add(Traits(customer=customer.id, **values))


def _evidence(text: str | None) -> str | None:
    return (text or "").strip() or None


def _contact(session: Session, named: str, customer: int | None) -> int:
    """The contact with a ref, else the one of the customer with a name. Raises `NotFound` or `UsageError`."""
    try:
        return session.get(Contact, named).id
    except NotFound:
        found = session.find(Contact, name=named, customer=customer) if customer is not None else []
        if len(found) == 1:
            return found[0].id
        if not found:
            raise
    refs = ", ".join(each.ref for each in found[:5])
    raise UsageError(
        _("several contacts are called {named!r}", named=named), _("give a ref: {refs}", refs=refs)
    )
