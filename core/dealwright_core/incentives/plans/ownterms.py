"""Terms of single members, ``[member.X]``: what holds for them in place of what the plan says to all."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from dealwright_core.config.document import KeyPath, meant
from dealwright_core.config.settingtypes import Context
from dealwright_core.config.structure import structure
from dealwright_core.errors import Problem
from dealwright_core.incentives.plans.filling import Overridden, as_table, beyond_limits, keys_of
from dealwright_core.incentives.plans.payreading import PAY_KEYS, read_pays
from dealwright_core.incentives.plans.plan import Plan
from dealwright_core.incentives.plans.tables import Draw, PayCap, Terms
from dealwright_core.language import core as _

PAY = "pay"
# What is of all members, and of none alone.
TOGETHER = ("pool", "rank")
# What a member may have of their own, beside the keys of pays.
WHOLE = {"draw": Draw, "pay_cap": PayCap}
NAME = "name"
# The plan's keys that no member has, unless a pay has one of that name.
OF_ALL = {*keys_of(Terms), "valid"} - {*WHOLE, *PAY_KEYS}


def own_plans(plan: Plan, context: Context) -> tuple[dict[str, Plan], list[Problem]]:
    """The plan of each member who has terms of their own, and every mistake in these."""
    document = plan.document
    members, problems = as_table(document.data.get("member", {}), ("member",), document)
    tables = document.data.get(PAY, [])
    if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
        return {}, problems
    found = {}
    for member, given in members.items():
        own = _Own(plan, member, given, context)
        found[member] = own.plan()
        problems += own.problems
    return found, problems


class _Own:
    """The terms of one member. A key of theirs takes the place of the same key wherever a pay has it."""

    def __init__(self, plan: Plan, member: str, given: Any, context: Context) -> None:
        self.base, self.context = plan, context
        self.document = plan.document
        self.at: KeyPath = ("member", member)
        self.given, self.problems = as_table(given, self.at, self.document)
        self.tables = [dict(each) for each in self.document.data.get(PAY, [])]
        self.places: dict[KeyPath, KeyPath] = {}

    def plan(self) -> Plan:
        for key, value in self.given.items():
            if self._is_of_all(key):
                self._problem((*self.at, key), _("is no term of a member"), _("it holds for the whole plan"))
            elif key not in (*WHOLE, PAY):
                self._everywhere(key, value)
        self._by_name()
        document = Overridden(
            self.document.path, self.document.data, self.document.lines, self.document.overrides, self.places
        )
        pays, problems = read_pays(self.tables, self.base.period, document, self.context)
        self.problems += problems
        whole = {key: self._whole(key) for key in WHOLE if key in self.given}
        return evolve(self.base, pays=pays, document=document, **whole)

    def _is_of_all(self, key: str) -> bool:
        """Whether a key is the plan's and no pay's; the name of a pay is nobody's own."""
        return key == NAME or (key in OF_ALL and not any(key in each for each in self.tables))

    def _everywhere(self, key: str, value: Any) -> None:
        """Put a key into the pays that have it, or into the only pay."""
        numbers = [at for at, each in enumerate(self.tables) if key in each or len(self.tables) == 1]
        for at in numbers:
            self._put(at, key, value, (*self.at, key))
        if not numbers:
            known = {*WHOLE, PAY, *PAY_KEYS, *(key for each in self.tables for key in each)}
            near = None if key in known else meant(key, known)
            hint = near or _("name the pay that it is for: [member.X.pay.NAME]")
            self._problem((*self.at, key), _("no pay of the plan has {key!r}", key=key), hint)

    def _by_name(self) -> None:
        named, wrong = as_table(self.given.get(PAY, {}), (*self.at, PAY), self.document)
        self.problems += wrong
        numbers = {each.name: each.at for each in self.base.pays}
        for name, keys in named.items():
            place = (*self.at, PAY, name)
            if name not in numbers:
                hint = meant(name, numbers) or _("it has {known}", known=", ".join(numbers))
                self._problem(place, _("the plan has no pay {name!r}", name=name), hint)
                continue
            table, wrong = as_table(keys, place, self.document)
            self.problems += wrong
            for key, value in table.items():
                if key == NAME:
                    self._problem(
                        (*place, key), _("is no term of a member"), _("it holds for the whole plan")
                    )
                    continue
                self._put(numbers[name], key, value, (*place, key))

    def _put(self, at: int, key: str, value: Any, place: KeyPath) -> None:
        if key in TOGETHER:
            message = _("is of all members together, and no one has their own")
            self._problem(place, message, _("leave {key!r} out", key=key))
        elif self.base.pays[at].pool is not None:
            message = _("pay {pay} is a pool of all members together", pay=self.base.pays[at].name)
            self._problem(place, message, _("name another pay: [member.X.pay.NAME]"))
        else:
            self.tables[at][key] = value
            self.places[PAY, at, key] = place

    def _whole(self, key: str) -> Any:
        """A table of the plan with the member's own keys in place of the plan's."""
        place = (*self.at, key)
        own, wrong = as_table(self.given[key], place, self.document)
        data: Mapping[str, Any] = self.document.data
        base = data.get(key)
        merged = {**base, **own} if isinstance(base, dict) else own
        found, more = structure(WHOLE[key], merged, at=place, document=self.document, context=self.context)
        self.problems += [*wrong, *more, *beyond_limits(found, place, self.document)]
        return found

    def _problem(self, place: KeyPath, message: str, hint: str | None = None) -> None:
        self.problems.append(self.document.problem(place, message, hint))
