"""Reading the tables ``[[pay]]`` of a plan: keys that are words of Python, gates, and the settings of a scheme."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from attrs import evolve, fields_dict

from dealwright_core.config.document import Document, KeyPath
from dealwright_core.config.settingtypes import Context
from dealwright_core.errors import InvalidValue, Problem
from dealwright_core.expr import parse, stable_hash
from dealwright_core.incentives.plans.facts import AMOUNT
from dealwright_core.incentives.plans.figures import Level, level
from dealwright_core.incentives.plans.filling import as_table, as_tables, filled, keys_of
from dealwright_core.incentives.plans.plan import Gate, Pay, Pool
from dealwright_core.incentives.plans.tables import By, GateTable, PayTerms, PoolTable, Window
from dealwright_core.language import core as _
from dealwright_core.values import Unit

Read = TypeVar("Read")
STARTS = ("from", "over")
GATE_KEYS = (*keys_of(GateTable), *STARTS)
READ_BY_HAND = ("for", "gate", "pool")
PAY_KEYS = (*keys_of(PayTerms), *READ_BY_HAND)


def read_pays(
    data: Any, period: Unit, document: Document, context: Context
) -> tuple[tuple[Pay, ...], list[Problem]]:
    """Every pay of a plan, and every mistake in them that shows without the deployment."""
    tables, problems = as_tables(data, ("pay",), document)
    pays = []
    for at, each in enumerate(tables):
        reader = _Reader(at, each, period, document, context)
        pays.append(reader.pay(len(tables)))
        problems += reader.problems
    return tuple(pays), problems


def _but_itself(terms: PayTerms) -> By | str | None:
    """The position on the curve. What the pay measures is that anyway, also where it is named."""
    by = terms.by
    if not isinstance(by, By) or by.measure is None or not _is_same(by.measure, terms.measure or AMOUNT):
        return by
    is_plain = by.per is None and by.window is None and not terms.objectives
    return None if is_plain else evolve(by, measure=None)


def _is_same(one: str, other: str) -> bool:
    """Whether two expressions say the same."""
    return stable_hash(parse(one)) == stable_hash(parse(other))


class _Reader:
    def __init__(self, at: int, data: Any, period: Unit, document: Document, context: Context) -> None:
        self.at, self.period, self.document, self.context = at, period, document, context
        self.place: KeyPath = ("pay", at)
        self.data, self.problems = as_table(data, self.place, document)

    def pay(self, count: int) -> Pay:
        own = {key: each for key, each in self.data.items() if key in keys_of(PayTerms)}
        terms, wrong = filled(PayTerms, own, self.place, self.document, self.context)
        self.problems += wrong
        if self.data.get("objectives") == []:
            self._problem(("objectives",), _("names none"), _("name their measures, or leave it out"))
        window = terms.window or self.period
        given = {each: getattr(terms, each) for each in fields_dict(PayTerms)}
        pay = Pay(
            **{
                **given,
                "name": terms.name or self._name(count),
                "window": window,
                "scheme": self._scheme(terms),
                "by": _but_itself(terms),
            },
            earners=self._earners(),
            gates=self._gates(window),
            pool=self._pool(window),
            settings={key: each for key, each in self.data.items() if key not in PAY_KEYS},
            at=self.at,
            document=self.document,
        )
        return evolve(pay, is_whole=not self.problems)

    def _name(self, count: int) -> str:
        return "pay" if count == 1 else f"pay-{self.at + 1}"

    def _scheme(self, terms: PayTerms) -> str:
        """The scheme; where none is named, a flat rate or a fixed amount shows by its key."""
        if terms.scheme or "scheme" in self.data:
            return terms.scheme
        return "flat" if "rate" in self.data else "fixed" if "pays" in self.data else ""

    def _problem(self, path: KeyPath, message: str, hint: str | None = None) -> None:
        self.problems.append(self.document.problem((*self.place, *path), message, hint))

    def _earners(self) -> str | tuple[str, ...] | None:
        found = self.data.get("for")
        if found is None or (isinstance(found, str) and found):
            return found
        if isinstance(found, list) and found and all(isinstance(each, str) and each for each in found):
            return tuple(found)
        self._problem(("for",), _("names nobody"), _("write a role, or a list of members and roles"))
        return None

    def _gates(self, window: Window) -> tuple[Gate, ...]:
        data = self.data.get("gate")
        if data is None:
            return ()
        if isinstance(data, list):
            found = [self._gate(each, ("gate", at), window) for at, each in enumerate(data)]
        else:
            found = [self._gate(data, ("gate",), window)]
        return tuple(each for each in found if each is not None)

    def _gate(self, data: Any, place: KeyPath, window: Window) -> Gate | None:
        before = len(self.problems)
        at = (*self.place, *place)
        data, wrong = as_table(data, at, self.document)
        table, more = filled(GateTable, data, at, self.document, self.context, STARTS)
        is_misspelt = not any(key in data for key in STARTS) and any(each not in GATE_KEYS for each in data)
        start = None if wrong or is_misspelt else self._start(data, place)
        self.problems += [*wrong, *more]
        if start is None or len(self.problems) > before:
            return None
        return Gate(
            start=start,
            over="over" in data,
            measure=table.measure,
            window=table.window or window,
            quota=table.quota,
            place=place,
        )

    def _start(self, data: Mapping[str, Any], place: KeyPath) -> Level | None:
        found = [key for key in STARTS if key in data]
        if len(found) != 1:
            self._problem(
                place, _("has to say either 'from' or 'over'"), _("such as from = 400000 or '80 %'")
            )
            return None
        return self._attempted(level, data[found[0]], (*place, found[0]))

    def _pool(self, window: Window) -> Pool | None:
        if "pool" not in self.data:
            return None
        at = (*self.place, "pool")
        data, wrong = as_table(self.data["pool"], at, self.document)
        table, more = filled(PoolTable, data, at, self.document, self.context, ("qualify",))
        self.problems += [*wrong, *more]
        qualify = data.get("qualify")
        gate = None if qualify is None else self._gate(qualify, ("pool", "qualify"), window)
        return Pool(by=table.by, qualify=gate)

    def _attempted(self, read: Callable[[Any], Read], value: Any, path: KeyPath) -> Read | None:
        """What a function reads; None, with the problem noted, where it raises."""
        try:
            return read(value)
        except InvalidValue as error:
            self._problem(path, error.message, error.hint)
            return None
