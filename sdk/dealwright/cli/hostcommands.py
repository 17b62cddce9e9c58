"""The commands that need no deployment to be there, and the sections of the help."""

from typing import NamedTuple

from dealwright.language import sdk as _

DEPLOYMENT, RECORDS = _("Deployment"), _("Records")
REPORTS, PLUGINS = _("Reports and scores"), _("Plugins")
SECTIONS = (DEPLOYMENT, RECORDS, REPORTS, PLUGINS)


class HostCommand(NamedTuple):
    """A command that every deployment has, and none needs: where it is, and its line in the help."""

    module: str
    attribute: str
    section: str
    summary: str


HOST = {
    "init": HostCommand("deployment", "init", DEPLOYMENT, "Make a deployment: configuration and database"),
    "demo": HostCommand("demo", "demo", DEPLOYMENT, "Make a deployment with a year of sales, look at it"),
    "import": HostCommand("importing", "import_", DEPLOYMENT, "Read records from files, as a mapping says"),
    "export": HostCommand("exporting", "export", DEPLOYMENT, "Write the records of a kind to a file"),
    "config": HostCommand("deployment", "config", DEPLOYMENT, "The configuration: show, check"),
    "db": HostCommand("database", "db", DEPLOYMENT, "The database: upgrade, status, backup, verify"),
    "doctor": HostCommand("doctor", "doctor", DEPLOYMENT, "Look for everything that could be wrong"),
    "report": HostCommand("reports", "report", REPORTS, "Run a report; without a name, list them"),
    "plugins": HostCommand(
        "plugins", "plugins", PLUGINS, "Installed plugins: list, info, check, forget, translate"
    ),
    "events": HostCommand("events", "events", PLUGINS, "What observers know: status, deliver, parked, retry"),
    "new": HostCommand("scaffold", "new", PLUGINS, "Start a plugin of your own"),
}
