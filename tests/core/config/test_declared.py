"""A record declared in TOML is exactly like one of a class."""

from datetime import date
from pathlib import Path

import attrs
import pytest
from attrs import field, frozen

from dealwright_core.config.declared import CORE_KINDS, DeclaredField, DeclaredRecord, declared_record_type
from dealwright_core.config.deployment import Deployment
from dealwright_core.config.loading import load
from dealwright_core.errors import ConfigError
from dealwright_core.records import Record, RecordType, about
from dealwright_core.values import Money


@frozen(kw_only=True)
class SiteSurvey(Record):
    """What was found where the machine is to stand."""

    customer: int = field(metadata=about("Customer", link="customer"))
    floor_space: int = field(metadata=about("Floor space"))
    power: str = field(default="single", metadata=about("Power", choices=("single", "three")))
    share: int | None = field(default=None, metadata=about("Our share", ratio=True))
    budget: Money | None = field(default=None, metadata=about("Budget"))
    on: date | None = field(default=None, metadata=about("On"))
    confirmed: bool = field(default=False, metadata=about("Confirmed"))
    by: int | None = field(default=None, metadata=about("By", link="member"))


DECLARED = DeclaredRecord(
    name="site_survey",
    title="Site survey",
    on="customer",
    single=True,
    fields=(
        DeclaredField("floor_space", "integer", required=True),
        DeclaredField("power", "text", choices=("single", "three"), default="single"),
        DeclaredField("share", "ratio", title="Our share"),
        DeclaredField("budget", "money"),
        DeclaredField("on", "date"),
        DeclaredField("confirmed", "boolean", default=False),
        DeclaredField("by", "link", link="member"),
    ),
)


def test_a_declared_kind_is_the_kind_that_a_class_gives() -> None:
    declared = declared_record_type(DECLARED).named("core")
    written = RecordType(SiteSurvey, unique=(("customer",),)).named("core")
    assert declared.fields == written.fields
    for each in attrs.fields(RecordType):
        if each.name != "cls":
            assert getattr(declared, each.name) == getattr(written, each.name)


def test_a_record_of_a_declared_kind_is_a_frozen_record() -> None:
    kind = declared_record_type(DECLARED)
    record = kind.cls(customer=3, floor_space=40)  # type: ignore[call-arg]  # a class made at run time
    kind.check(record)
    assert isinstance(record, Record)
    assert attrs.evolve(record, version=2).version == 2
    assert kind.build(
        (7, "S-7", None, None, 1, *kind.encode(record, lambda money: money.minor))
    ) == attrs.evolve(record, id=7, ref="S-7", version=1)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        record.floor_space = 50  # type: ignore[attr-defined]  # a class made at run time


def test_a_kind_declared_without_parent_hangs_on_nothing() -> None:
    kind = declared_record_type(
        DeclaredRecord("region", fields=(DeclaredField("name", "text", required=True),))
    )
    assert [each.name for each in kind.fields] == ["name"]
    assert kind.unique == ()
    assert kind.named("core").label == "name"


def test_the_core_s_own_kinds_are_known() -> None:
    assert {"customer", "opportunity", "stage_move", "exchange_rate", "transaction"} <= set(CORE_KINDS)
    assert "record" not in CORE_KINDS


def load_records(folder: Path, text: str) -> Deployment:
    file = folder / "dealwright.toml"
    file.write_text(f'[deployment]\ncurrency = "USD"\n{text}')
    return load(file, {})


VISIT = "[records.visit]\n"
X = "[records.visit.fields.x]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[records.Visit.fields.x]\ntype = 'text'", "records.Visit: cannot be the name of a record"),
        ("[records.report.fields.x]\ntype = 'text'", "records.report: cannot be the name of a record"),
        ("[records.class.fields.x]\ntype = 'text'", "records.class: cannot be the name of a record"),
        ("[records.customer.fields.x]\ntype = 'text'", "'customer' is a record of every deployment"),
        ("[records.visit]", "records.visit: has no fields"),
        (X + "tpye = 'text'", "unknown key 'tpye', did you mean 'type'?"),
        (X + "type = 'texd'", "did you mean 'text'?"),
        (X + "title = 'X'", "records.visit.fields.x.type: is missing"),
        (X + "type = 'link'", "records.visit.fields.x.link: is missing"),
        (X + "type = 'text'\nlink = 'member'", "link: is for links, and this is text"),
        ("[records.visit.fields.id]\ntype = 'text'", "fields.id: every record has a field of this name"),
        ("[records.visit.fields.import]\ntype = 'text'", "fields.import: cannot be the name of a field"),
        (VISIT + "on = 'member'\nfields.member.type = 'text'", "that on = 'member' makes"),
        (VISIT + "on = 'visit'\n" + X + "type = 'text'", "cannot hang on its own kind"),
        (VISIT + "single = true\n" + X + "type = 'text'", "records.visit.single: needs 'on'"),
        (VISIT + "label = 'nmae'\nfields.name.type = 'text'", "did you mean 'name'?"),
        (X + "type = 'integer'\nchoices = ['1']", "fields.x.choices: are for text only"),
        (X + "type = 'text'\nchoices = []", "fields.x.choices: are none, or name one twice"),
        (X + "type = 'text'\ndefault = 1", "fields.x.default: expected text"),
        (X + "type = 'money'\ndefault = '1.005'", "USD has at most 2 digits after the point"),
        (X + "type = 'text'\nchoices = ['ab']\ndefault = 'abc'", "did you mean 'ab'?"),
        (X + "type = 'text'\nrequired = true\ndefault = 'a'", "a required field has no default"),
        (X + "link = 'member'\ndefault = 1", "fields.x.default: a link has no default"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_records(tmp_path, text)
    assert len(refused.value.problems) == 1
    assert said in str(refused.value)


def test_links_are_checked_when_all_kinds_are_known(tmp_path: Path) -> None:
    deployment = load_records(
        tmp_path,
        """\
[records.visit]
on = "agent_agrement"
[records.visit.fields.survey]
link = "site_survey"
[records.site_survey.fields.by]
link = "membr"
""",
    )
    kinds = {*CORE_KINDS, "agent_agreement"}
    assert [str(each).split(".toml:")[1] for each in deployment.check_links(kinds)] == [
        "4: records.visit.on: there is no record 'agent_agrement', did you mean 'agent_agreement'?",
        "8: records.site_survey.fields.by.link: there is no record 'membr', did you mean 'member'?",
    ]
