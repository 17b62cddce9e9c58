"""A deployment is what its file says, what the environment overrides, and defaults for the rest."""

from pathlib import Path
from typing import Any

import pytest

from dealwright_core.access.rights import Separation
from dealwright_core.access.shipped import SHIPPED
from dealwright_core.config.deployment import DeclaredField, DeclaredRecord, Deployment
from dealwright_core.config.loading import load
from dealwright_core.config.sections import PluginRules
from dealwright_core.errors import ConfigError
from dealwright_core.values import Calendar, Money

SMALL = '[deployment]\ncurrency = "USD"\n'


def write(folder: Path, text: str = SMALL) -> Path:
    file = folder / "dealwright.toml"
    file.write_text(text, "utf-8")
    return file


def problems(folder: Path, text: str, environ: dict[str, str] | None = None) -> list[str]:
    """What is said of the file, each without the name of the folder."""
    with pytest.raises(ConfigError) as refused:
        load(write(folder, text), environ or {})
    return [str(each).replace(f"{folder}/", "") for each in refused.value.problems]


def test_a_currency_is_all_that_a_deployment_must_say(tmp_path: Path) -> None:
    deployment = load(write(tmp_path), {})
    assert deployment.currency == "USD"
    assert deployment.calendar == Calendar("UTC", 1)
    assert deployment.database_url == f"sqlite:///{tmp_path}/dealwright.db"
    assert deployment.stages[0].name == "prospecting"
    assert deployment.access.actors == {}
    assert deployment.records == ()


def test_everything_can_be_said(tmp_path: Path) -> None:
    deployment = load(
        write(
            tmp_path,
            """
            [deployment]
            name = "Medical supplies"
            currency = "CNY"
            time_zone = "Asia/Shanghai"
            fiscal_year_start = 4
            [database]
            url = "postgresql://sales:s3cret@db.example/sales"
            [access]
            default_actor = "ann"
            [access.actors]
            ann = "admin"
            bob = ["auditor", "sales-ops"]
            [access.roles.sales-ops]
            like = "rep"
            allow = [{action = ["read", "change"], on = ["target"], fields = ["confidential"]}]
            deny = [{action = ["change"], on = ["contract"]}]
            [[access.separate]]
            first = ["contract.add"]
            then = ["contract.advance"]
            [plugins]
            disabled = ["agent"]
            required = ["direct"]
            order = ["quota"]
            allow = {quota = ">=1.2,<2"}
            [plugins.quota]
            cap = 0.5
            """,
        ),
        {},
    )
    assert deployment.calendar == Calendar("Asia/Shanghai", 4)
    assert deployment.database_url == "postgresql+psycopg://sales:s3cret@db.example/sales"
    assert deployment.access.actors == {"ann": ("admin",), "bob": ("auditor", "sales-ops")}
    role = deployment.access.roles["sales-ops"]
    assert [str(each) for each in role.rights[-2:]] == ["read target (all)", "change target (all)"]
    assert role.rights[-1].classes == {"plain", "confidential"}
    assert role.rights[: len(SHIPPED["rep"].rights)] == SHIPPED["rep"].rights
    assert [str(each) for each in role.denies] == ["change contract (all)"]
    assert deployment.access.separate == (Separation(first=("contract.add",), then=("contract.advance",)),)
    assert deployment.plugins.disabled == ("agent",)
    assert deployment.plugins.allow == {"quota": ">=1.2,<2"}
    assert list(deployment.plugins.sections) == ["quota"]


def test_five_mistakes_are_reported_at_once_with_line_and_suggestion(tmp_path: Path) -> None:
    text = """\
[deployment]
currency = "EURO"
time_zone = "Europe/Berlim"
[access.actors]
ann = "admim"
[plugin]
disabled = []
[[stages]]
name = "open"
means = "open"
to = ["wan"]
[[stages]]
name = "won"
means = "won"
"""
    assert problems(tmp_path, text) == [
        "dealwright.toml:2: deployment.currency: unknown currency 'EURO', did you mean 'EUR'?",
        "dealwright.toml:3: deployment.time_zone: unknown time zone 'Europe/Berlim',"
        " did you mean 'Europe/Berlin'?, use a name such as Europe/Berlin",
        "dealwright.toml:5: access.actors.ann: there is no role 'admim', did you mean 'admin'?",
        "dealwright.toml:6: unknown key 'plugin', did you mean 'plugins'?",
        "dealwright.toml:11: stages[1].to[1]: there is no stage 'wan', did you mean 'won'?",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "dealwright.toml: deployment.currency: is missing"),
        ("deployment = 1", "dealwright.toml:1: deployment: expected a table, got the whole number 1"),
        (
            f"{SMALL}fiscal_year_start = 13",
            "dealwright.toml:3: deployment.fiscal_year_start:"
            " a fiscal year starts in a month from 1 to 12, got 13",
        ),
        (
            f'{SMALL}[database]\nurl = "postgres://me:pw@host/x"',
            "dealwright.toml:4: database.url: there is no database 'postgres', did you mean 'postgresql'?,"
            " use sqlite or postgresql",
        ),
        (
            f'{SMALL}[database]\nurl = "sales.db"',
            "dealwright.toml:4: database.url: is not a database URL,"
            " write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE",
        ),
        (
            f'{SMALL}[database]\nurl = "postgresql://me:pw@host:12x/x"',
            "dealwright.toml:4: database.url: is not a database URL,"
            " write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE",
        ),
        (
            f'{SMALL}[database]\nurl = "postgresql+psycopg2://host/x"',
            "dealwright.toml:4: database.url: the driver 'psycopg2' is not supported, write postgresql://",
        ),
        (
            f'{SMALL}[access]\ndefault_actor = "anna"\nactors = {{ann = "admin"}}',
            "dealwright.toml:4: access.default_actor: 'anna' is not among the actors, did you mean 'ann'?",
        ),
        (
            f'{SMALL}[access.actors]\n"plugin:quota" = "admin"',
            'dealwright.toml:4: access.actors."plugin:quota": names such as this are those of plugins',
        ),
        (
            f'{SMALL}[access.actors]\nsystem = "admin"',
            "dealwright.toml:4: access.actors.system: names such as this are the platform's own",
        ),
        (
            f'{SMALL}[access.roles.seller]\nlike = "repp"',
            "dealwright.toml:4: access.roles.seller.like: there is no shipped role 'repp', did you mean 'rep'?",
        ),
        (
            f'{SMALL}[access.roles.seller]\nallow = [{{action = ["raed"], on = ["customer"]}}]',
            "dealwright.toml:4: access.roles.seller.allow[1].action[1]: 'raed' is not one of read, add, change,"
            " approve, export, import, grant, run, report, operate, erase, *, did you mean 'read'?",
        ),
        (
            f"{SMALL}[plugins]\ndisable = []",
            "dealwright.toml:4: plugins: unknown key 'disable', did you mean 'disabled'?",
        ),
        (
            f'{SMALL}[plugins]\ndisabled = ["core"]',
            "dealwright.toml:4: plugins.disabled[1]: the core cannot be disabled",
        ),
        (
            f'{SMALL}[plugins]\ndisabled = ["a"]\nrequired = ["a"]',
            "dealwright.toml:4: plugins.disabled[1]: 'a' is also required, choose one of the two",
        ),
        (
            f'{SMALL}[plugins.allow]\nquota = "1.x"',
            "dealwright.toml:4: plugins.allow.quota:"
            " '1.x' does not say which versions, write it as '>=1.2,<2'",
        ),
        (
            f"{SMALL}[plugins]\nallow = 3",
            "dealwright.toml:4: plugins.allow: expected a table, got the whole number 3",
        ),
    ],
)
def test_a_mistake_says_where_it_is_and_what_to_do(tmp_path: Path, text: str, said: str) -> None:
    assert problems(tmp_path, text) == [said]


def test_the_file_is_named_or_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("named", "variable", "here"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, f'{SMALL}name = "{name}"\n')
    monkeypatch.chdir(tmp_path / "here")
    environ = {"DEALWRIGHT_CONFIG": str(tmp_path / "variable" / "dealwright.toml")}
    assert load(tmp_path / "named" / "dealwright.toml", environ).name == "named"
    assert load(None, environ).name == "variable"
    assert load(None, {}).name == "here"
    assert load(None, {}).database_url == f"sqlite:///{tmp_path}/here/dealwright.db"


def test_without_a_file_the_next_step_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as refused:
        load(None, {})
    assert str(refused.value) == (
        "dealwright.toml: there is no such file,"
        " make one with 'dealwright init DIR', or name one with --config FILE"
    )
    assert refused.value.exit_code == 3


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:////var/sales.db"])
def test_an_absolute_or_passing_sqlite_database_stays_as_it_is(tmp_path: Path, url: str) -> None:
    assert load(write(tmp_path, f'{SMALL}[database]\nurl = "{url}"'), {}).database_url == url


def test_where_a_value_comes_from_can_be_told(tmp_path: Path) -> None:
    file = write(tmp_path, f"{SMALL}[plugins.quota]\ncap = 5\n")
    deployment = load(file, {"DEALWRIGHT_DEPLOYMENT__NAME": "North"})
    assert deployment.origin("deployment.currency") == f"{file}:2"
    assert deployment.origin(("plugins", "quota", "cap")) == f"{file}:4"
    assert deployment.origin("deployment.name") == "environment DEALWRIGHT_DEPLOYMENT__NAME"
    assert deployment.origin("deployment.time_zone") == "default"


def test_the_configuration_is_shown_without_its_secrets(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("k3y\n")
    text = f"""{SMALL}
        [database]
        url = "postgresql://sales:pw1@db/sales?sslpassword=pw2"
        [plugins.shop]
        api_token = "pw3"
        rate = 0.5
        from = 2026-01-31
        shops = [{{name = "a", password = "pw4"}}]
        [records.visit_note]
        on = "customer"
        [records.visit_note.fields.weight]
        type = "ratio"
        default = "5 %"
        """
    shown = load(write(tmp_path, text), {"DEALWRIGHT_PLUGINS__SHOP__KEY_FILE": str(secret)}).as_dict()
    assert shown["database"] == {
        "url": "postgresql+psycopg://sales:***@db/sales?sslpassword=***",
        "row_level_security": False,
        "fast": True,
    }
    assert shown["plugins"]["shop"] == {
        "api_token": "***",
        "rate": "0.5",
        "from": "2026-01-31",
        "shops": [{"name": "a", "password": "***"}],
        "key": "***",
    }
    assert shown["records"] == {
        "visit_note": {"on": "customer", "fields": {"weight": {"type": "ratio", "default": "5 %"}}}
    }
    assert shown["stages"][0]["probability"] == "10 %"
    assert "k3y" not in str(shown)
    assert "pw" not in str(shown).replace("sslpassword", "").replace("password", "")


@pytest.mark.parametrize(
    ("environ", "plugins"),
    [
        ({"DEALWRIGHT_PLUGINS__DISABLED": '["agent"]'}, {"disabled": ("agent",)}),
        ({"DEALWRIGHT_PLUGINS__ALLOW__QUOTA": "<2"}, {"allow": {"quota": "<2"}}),
    ],
)
def test_the_environment_overrides_the_file(
    tmp_path: Path, environ: dict[str, str], plugins: dict[str, Any]
) -> None:
    found = load(write(tmp_path, f"{SMALL}[plugins]\ndisabled = []"), environ).plugins
    for name, value in plugins.items():
        assert getattr(found, name) == value


def test_a_text_of_digits_from_the_environment_is_a_text(tmp_path: Path) -> None:
    environ = {"DEALWRIGHT_DEPLOYMENT__NAME": "2026", "DEALWRIGHT_DEPLOYMENT__FISCAL_YEAR_START": "7"}
    deployment = load(write(tmp_path), environ)
    assert deployment.name == "2026"
    assert deployment.fiscal_year_start == 7


def test_a_section_of_a_plugin_is_found_in_the_environment_s_spelling(tmp_path: Path) -> None:
    environ = {"DEALWRIGHT_PLUGINS__CRM_SYNC__LIMIT": "5", "DEALWRIGHT_PLUGINS__WEB_SHOP__LIMIT": "6"}
    plugins = load(write(tmp_path, f"{SMALL}[plugins.crm-sync]\nhost = 'x'\n"), environ).plugins
    assert plugins.section("crm-sync") == ("crm-sync", {"host": "x", "limit": "5"})
    assert plugins.section("web-shop") == ("web_shop", {"limit": "6"})
    assert plugins.section("other") == ("other", {})


def test_a_secret_that_cannot_be_read_is_not_shown(tmp_path: Path) -> None:
    secret = tmp_path / "month"
    secret.write_text("s3cret")
    (said,) = problems(tmp_path, SMALL, {"DEALWRIGHT_DEPLOYMENT__FISCAL_YEAR_START_FILE": str(secret)})
    assert "s3cret" not in said
    assert said.startswith(
        "environment DEALWRIGHT_DEPLOYMENT__FISCAL_YEAR_START_FILE: deployment.fiscal_year_start:"
    )


def test_mistakes_in_the_environment_name_the_variable(tmp_path: Path) -> None:
    environ = {
        "DEALWRIGHT_DEPLOYMENT__TIME_ZONE": "Mars/Olympus",
        "DEALWRIGHT_DEPLOYMENT__CURENCY": "EUR",
        "DEALWRIGHT_DEPLOYMENT__CURRENCY__CODE": "EUR",
        "DEALWRIGHT_DEPLOYMENT__": "EUR",
        "DEALWRIGHT_DATABASE__URL_FILE": "/does/not/exist",
        "DEALWRIGHT_ACCESS__ACTORS__ANNA": "admin",
        "DEALWRIGHT_ACCESS__DEFAULT_ACTOR": "ann",
        "DEALWRIGHT_ACCESS__DEFAULT_ACTOR_FILE": __file__,
        "DEALWRIGHT_CONFIG": "ignored",
    }
    said = problems(tmp_path, SMALL, environ)
    assert [each.split(": ")[0].removeprefix("environment DEALWRIGHT_") for each in said] == [
        "DATABASE__URL_FILE",
        "DEPLOYMENT__",
        "ACCESS__DEFAULT_ACTOR_FILE",
        "DEPLOYMENT__CURRENCY__CODE",
        "DEPLOYMENT__TIME_ZONE",
        "DEPLOYMENT__CURENCY",
        "ACCESS__DEFAULT_ACTOR",
    ]
    assert "did you mean 'currency'?" in said[5]


def test_a_declared_record_has_typed_fields(tmp_path: Path) -> None:
    text = f"""{SMALL}
        [records.site_survey]
        title = "Site survey"
        on = "customer"
        single = true
        [records.site_survey.fields.floor_space]
        type = "integer"
        required = true
        [records.site_survey.fields.power]
        type = "text"
        choices = ["single phase", "three phase"]
        default = "single phase"
        [records.site_survey.fields.budget]
        type = "money"
        default = 100
        [records.site_survey.fields.by]
        link = "member"
        """
    deployment = load(write(tmp_path, text), {})
    assert deployment.records == (
        DeclaredRecord(
            name="site_survey",
            title="Site survey",
            on="customer",
            single=True,
            fields=(
                DeclaredField("floor_space", "integer", required=True),
                DeclaredField(
                    "power", "text", choices=("single phase", "three phase"), default="single phase"
                ),
                DeclaredField("budget", "money", default=Money(10000, "USD")),
                DeclaredField("by", "link", link="member"),
            ),
        ),
    )


def test_what_the_rules_of_plugins_are_called_no_plugin_can_be() -> None:
    assert [each.name for each in PluginRules.__attrs_attrs__] == ["disabled", "required", "order", "allow"]


def test_a_deployment_can_be_made_without_a_file() -> None:
    deployment = Deployment(name="test", currency="EUR", database_url="sqlite://")
    assert deployment.origin("deployment.name") == "default"
    assert deployment.lifecycle().initial == "prospecting"
