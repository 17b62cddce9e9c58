"""Reading a plan from its file, with every mistake in it at once."""

from datetime import date
from pathlib import Path
from typing import Any

from attrs import evolve, fields_dict

from dealwright_core.config.document import Document, KeyPath, in_file_order
from dealwright_core.config.settingtypes import LEAVES, Context
from dealwright_core.errors import ConfigError, InvalidValue, Problem
from dealwright_core.incentives.plans.filling import as_table, filled
from dealwright_core.incentives.plans.ownterms import own_plans
from dealwright_core.incentives.plans.payreading import read_pays
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.incentives.plans.sound import mistakes
from dealwright_core.incentives.plans.tables import Terms
from dealwright_core.language import core as _

READ_BY_HAND = ("valid", "pay", "member")
DAYS = ("from", "to")


def read_file(path: Path, context: Context) -> tuple[Plan | None, list[Problem]]:
    """The plan in a file, as far as it can be read, and every mistake in it that shows without the deployment.

    There is none where the file is no TOML. ``context`` has the currency of plans that name none.
    """
    try:
        document = Document.read(path, hint=_("see: dealwright plan list"))
    except ConfigError as error:
        return None, list(error.problems)
    return read_plan(document, context)


def read_plan(document: Document, context: Context) -> tuple[Plan, list[Problem]]:
    """The same for a document. What has a mistake is left out of the plan."""
    reader = _Reader(document, context)
    plan = reader.plan()
    return plan, in_file_order([*reader.problems, *mistakes(plan)])


class _Reader:
    def __init__(self, document: Document, context: Context) -> None:
        self.document, self.data = document, document.data
        self.context = context
        self.problems: list[Problem] = []

    def plan(self) -> Plan:
        terms, self.problems = filled(Terms, self.data, (), self.document, self.context, READ_BY_HAND)
        currency = terms.currency or self.context.currency or ""
        self.context = evolve(self.context, currency=currency)
        since, until = self._valid()
        plan = Plan(
            **{**{each: getattr(terms, each) for each in fields_dict(Terms)}, "currency": currency},
            since=since,
            until=until,
            document=self.document,
        )
        pays, problems = read_pays(self.data.get("pay", []), plan.period, self.document, self.context)
        self.problems += problems
        plan = evolve(plan, pays=pays)
        own, problems = own_plans(plan, self.context)
        self.problems += problems
        return evolve(plan, own=own)

    def _valid(self) -> tuple[date | None, date | None]:
        data = self.data.get("valid", {})
        if isinstance(data, str):
            return self._period(data)
        if type(data) is int:
            message = _("expected a table or a period, got the whole number {data}", data=data)
            self._problem(("valid",), message, _('put it in quotes: "{data}"', data=data))
            return None, None
        table, wrong = as_table(data, ("valid",), self.document)
        self.problems += wrong
        for key in table:
            if key not in DAYS:
                self._problem(("valid",), _("unknown key {key!r}", key=key), _("write 'from' and 'to'"))
        since, until = (self._day(key, table.get(key)) for key in DAYS)
        if since is not None and until is not None and until < since:
            self._problem(
                ("valid", "to"), _("{until} is before {since}, when it begins", until=until, since=since)
            )
            return since, None
        return since, until

    def _period(self, text: str) -> tuple[date | None, date | None]:
        try:
            period = self.context.calendar.parse(text)
        except InvalidValue as error:
            self._problem(("valid",), error.message, _("or write {from = 2026-01-01, to = 2026-12-31}"))
            return None, None
        return period.start, period.last

    def _day(self, key: str, value: Any) -> date | None:
        if value is None:
            return None
        try:
            found: date = LEAVES[date](value, self.context)
        except InvalidValue as error:
            self._problem(("valid", key), error.message, error.hint)
            return None
        return found

    def _problem(self, path: KeyPath, message: str, hint: str | None = None) -> None:
        self.problems.append(self.document.problem(path, message, hint))
