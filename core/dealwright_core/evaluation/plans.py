"""The schemes of a deployment, checked against what its plugins contribute."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import evolve

from dealwright_core.config.document import KeyPath, meant
from dealwright_core.config.schemes import WEIGHTED_SUM, Scheme, SchemeMeasure, SchemeRule
from dealwright_core.config.sections import CONFIGURATION
from dealwright_core.contributions import Measure, ScoringRule
from dealwright_core.errors import ConfigError, PluginError, Problem, UsageError
from dealwright_core.evaluation.combining import Combining, combining_of
from dealwright_core.evaluation.named import CHANNEL, channel_names
from dealwright_core.evaluation.plan import ON_RECORD, TEAM, Entry, Measured, Plan
from dealwright_core.evaluation.points import factor_of, unit_of
from dealwright_core.evaluation.watching import paths_of, watched_of
from dealwright_core.expr import Expression, Schema, Type, check
from dealwright_core.host.registry import Contributed
from dealwright_core.language import core as _
from dealwright_core.reporting.measured import path_to_member, sums_money
from dealwright_core.spelling import did_you_mean
from dealwright_core.values import LARGEST, Money

if TYPE_CHECKING:
    from dealwright_core.store.catalogue import Catalogue


class Plans:
    """Every scheme as a plan, or with what is wrong in it."""

    def __init__(self, catalogue: "Catalogue", schemes: Sequence[Scheme]) -> None:
        self.schemes: Mapping[str, Scheme] = {each.name: each for each in schemes}
        bound = {each.name: _Binder(each, catalogue) for each in schemes}
        found = {name: binder.plan() for name, binder in bound.items()}
        self._wrong = {name: binder.problems for name, binder in bound.items() if binder.problems}
        self._failed = {name: binder.failed for name, binder in bound.items() if binder.failed}
        self._plans = {name: plan for name, plan in found.items() if plan and name not in self._wrong}

    @property
    def problems(self) -> list[Problem]:
        """The mistakes in all schemes."""
        return [problem for each in self._wrong.values() for problem in each]

    @property
    def usable(self) -> Mapping[str, Plan]:
        """The plans of all schemes without a mistake."""
        return self._plans

    @cached_property
    def watched(self) -> Mapping[str, frozenset[str]]:
        """The fields, by kind of record, whose change makes scores stale."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for plan in self._plans.values():
            for kind, fields in plan.watched.items():
                found[kind] |= fields
        return {kind: frozenset(fields) for kind, fields in found.items()}

    def get(self, name: str) -> Plan:
        """The plan of a scheme. Raises `UsageError` where there is none, `ConfigError` where it has mistakes, and
        `PluginError` where its combiner failed.
        """
        if name not in self.schemes:
            near = did_you_mean(name, self.schemes)
            raise UsageError(
                _("there is no scheme {name!r}{near}", name=name, near=near),
                _("schemes stand in dealwright.toml: [schemes.NAME]"),
            )
        if name in self._failed:
            error = self._failed[name]
            raise PluginError(error.plugin, error.hook, error.message) from error
        if name in self._wrong:
            raise ConfigError(self._wrong[name])
        return self._plans[name]


class _Binder:
    """Binds one scheme, and collects what is wrong in it."""

    def __init__(self, scheme: Scheme, catalogue: "Catalogue") -> None:
        self.scheme, self.catalogue = scheme, catalogue
        self.schema: Schema = catalogue.schema
        self.problems: list[Problem] = []
        self.failed: PluginError | None = None

    def plan(self) -> Plan | None:
        """The plan; None where the subject is not known."""
        scheme = self.scheme
        names = channel_names(self.catalogue.contributions) if scheme.subject == CHANNEL else None
        if names is not None and (scheme.rules or scheme.where or any(each.when for each in scheme.gates)):
            self.problem((), _("a channel is no record, so it has no fields"), _("use measures alone"))
            return None
        if names is None and scheme.subject not in self.schema.records:
            hint = meant(scheme.subject, self.schema.records)
            self.problem(("subject",), _("there is no record {subject!r}", subject=scheme.subject), hint)
            return None
        self.check(("where",), scheme.where, Type.BOOLEAN)
        for at, gate in enumerate(scheme.gates):
            self.check(("gates", at, "when"), gate.when, Type.BOOLEAN)
        rules = [self.rule(each) for each in scheme.rules]
        measures = [self.measure(each) for each in scheme.measures]
        entries = [each for each in (*rules, *measures) if each is not None]
        bounds = [scheme.lowest, scheme.highest, *(bound for __, bound in scheme.grades)]
        unit = unit_of([(each.weight, each.rule is None) for each in entries], bounds)
        weighed = tuple(
            evolve(each, factor=factor_of(each.weight, unit, of_measure=each.rule is None))
            for each in entries
        )
        most = sum(max(abs(each.lowest), abs(each.highest)) * abs(each.factor) for each in weighed)
        if most > LARGEST or any(abs(each) * unit > LARGEST for each in bounds if each is not None):
            self.problem(
                (), _("its totals may leave 64 bits"), _("use simpler weights, or narrower bounds of rules")
            )
        plan = Plan(scheme, self.schema, weighed, unit, names, self.combining(weighed, unit))
        return plan if self.problems else evolve(plan, watched=watched_of(plan, self.catalogue.kinds))

    def combining(self, entries: Sequence[Entry], unit: int) -> Combining | None:
        """What the combiner of the scheme makes of its lines; None for their sum, and where something is wrong."""
        name, known = self.scheme.table.combine, self.catalogue.contributions.combiners
        if name == WEIGHTED_SUM:
            return None
        if name not in known:
            names = (WEIGHTED_SUM, *known)
            hint = meant(name, names) or _("there is {known}", known=", ".join(names))
            self.problem(("combine",), _("there is no combiner {name!r}", name=name), hint)
        if self.problems:
            return None
        try:
            return combining_of(known[name], entries, unit)
        except PluginError as error:
            self.failed = error
            self.problem(("combine",), error.text)
            return None

    def problem(self, path: KeyPath, message: str, hint: str | None = None) -> None:
        self.problems.append(self.scheme.problem(path, message, hint))

    def check(self, path: KeyPath, expression: Expression | None, *types: Type) -> None:
        """Note what is wrong with an expression over the subject."""
        if expression is None:
            return
        try:
            checked = check(expression, self.scheme.subject, self.schema)
        except ConfigError as error:
            for each in error.problems:
                self.problem(path, each.message, each.hint)
            return
        if checked.type not in types:
            wanted = types[0].value
            self.problem(
                path, _("gives {value} where {wanted} belongs", value=checked.type.value, wanted=wanted)
            )

    def rule(self, written: SchemeRule) -> Entry | None:
        at: KeyPath = ("rules", written.name)
        known = self.catalogue.contributions.scoring_rules
        if written.points is None:
            return self.contributed(at, written, known)
        if written.name in known:
            plugin = known[written.name].plugin
            self.problem(
                at,
                _("plugin {plugin} has a rule of this name", plugin=plugin),
                _("choose another, or leave out points"),
            )
        self.check((*at, "points"), written.points, Type.INTEGER)
        rule = ScoringRule(
            written.name,
            written.title or written.name.replace("-", " ").capitalize(),
            points=written.points,
            subject=self.scheme.subject,
            lowest=written.lowest,
            highest=written.highest,
        )
        return Entry(rule.name, rule.title, CONFIGURATION, "", written.weight, 0, rule=rule)

    def contributed(
        self, at: KeyPath, written: SchemeRule, known: Mapping[str, Contributed[ScoringRule]]
    ) -> Entry | None:
        found = known.get(written.name)
        if found is None:
            hint = meant(written.name, known) or _("give points, or install a plugin that contributes it")
            self.problem(at, _("there is no scoring rule {written!r}", written=written.name), hint)
            return None
        rule, subject = found.item, self.scheme.subject
        if rule.subject != subject:
            self.problem(
                at,
                _(
                    "the rule {rule!r} is about {subject}, and the scheme about {wanted}",
                    rule=rule.name,
                    subject=rule.subject,
                    wanted=subject,
                ),
            )
        return Entry(rule.name, rule.title, found.plugin, found.version, written.weight, 0, rule=rule)

    def measure(self, written: SchemeMeasure) -> Entry | None:
        at: KeyPath = ("measures", written.name)
        known = self.catalogue.contributions.measures
        found = known.get(written.name)
        if found is None:
            hint = meant(written.name, known) or _("see: dealwright plugins list")
            self.problem(at, _("there is no measure {written!r}", written=written.name), hint)
            return None
        item = found.item
        if item.on is None:
            self.problem(at, _("the measure {name!r} names no date, so it has no periods", name=item.name))
        if written.by and written.by != TEAM:
            self.path((*at, "by"), written.by, item.facts)
        by = written.by or self.way(at, item)
        per = self.per(at, written, item)
        money = [self.sums_money(each) for each in (item, *([per[0]] if per else []))]
        # What is divided by its like is a share, an amount by a number an amount again.
        is_share = per is not None and money[0] == money[1]
        if per is not None and money == [False, True]:
            message = _("the measure {name!r} divides a number by an amount", name=item.name)
            self.problem(at, message, _("name another measure in its per"))
        measured = Measured(item, written, by, money[0] and not is_share, per, is_share)
        self.check_target(at, measured)
        return Entry(item.name, item.title, found.plugin, found.version, written.weight, 0, measured=measured)

    def path(self, at: KeyPath, by: str, facts: str) -> None:
        """Note what is wrong with the path from a fact to its subject."""
        try:
            paths_of(by, facts, self.schema)
        except ConfigError as error:
            for each in error.problems:
                self.problem(at, each.message, each.hint)
        except UsageError as error:
            self.problem(at, error.message, error.hint)

    def sums_money(self, measure: Measure) -> bool:
        """Whether a measure sums amounts."""
        return sums_money(measure, self.catalogue.joined(measure.facts, as_of=date.min))

    def per(self, at: KeyPath, written: SchemeMeasure, measure: Measure) -> tuple[Measure, str] | None:
        """The measure by which one is divided, and the path from its facts to their subject."""
        if measure.per is None:
            return None
        per = self.catalogue.contributions.measures[measure.per].item
        return per, written.by if written.by and per.facts == measure.facts else self.way(at, per)

    def check_target(self, at: KeyPath, measured: Measured) -> None:
        """Note a target that does not fit, or is missing."""
        name, target = measured.measure.name, measured.terms.target
        if target is None and measured.is_share:
            message = _("the measure {name!r} is a share, and no target on record is", name=name)
            self.problem(at, message, _('give target = "30 %"'))
        elif target is None and self.scheme.subject not in ON_RECORD:
            message = _("no target on record is of a {subject}", subject=self.scheme.subject)
            self.problem(at, message, _("give target, the same for all"))
        elif target is not None and measured.is_share != isinstance(target, Fraction):
            message = (
                _("the measure {name!r} is a share: give a percentage", name=name)
                if measured.is_share
                else _("the measure {name!r} is no share: leave the percent sign out", name=name)
            )
            self.problem((*at, "target"), message)
        elif isinstance(target, Money) and not measured.is_money:
            self.problem((*at, "target"), _("the measure {name!r} counts: give a whole number", name=name))

    def way(self, at: KeyPath, measure: Measure) -> str:
        """The link by which a fact belongs to a subject: `owner`, or the only one that leads to its kind."""
        subject, facts = self.scheme.subject, measure.facts
        if subject == TEAM:
            try:
                path_to_member(self.catalogue.kind, facts)
            except UsageError as error:
                self.problem((*at, "by"), error.message)
            return TEAM
        if subject == facts:
            return "id"
        if subject == CHANNEL and CHANNEL in self.schema.records[facts].fields:
            return CHANNEL
        links = [name for name, shape in self.schema.records[facts].fields.items() if shape.link == subject]
        if "owner" in links or len(links) == 1:
            return "owner" if "owner" in links else links[0]
        said = _("no one link leads from {facts} to {subject}", facts=facts, subject=subject)
        self.problem(
            (*at, "by"),
            said,
            _('name the path to a {subject}, such as by = "opportunity.owner"', subject=subject),
        )
        return ""
