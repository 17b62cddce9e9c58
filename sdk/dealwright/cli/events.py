"""``events``: what observing plugins were told, and what they failed on."""

from typing import TYPE_CHECKING, Any

import click

from dealwright.cli.helptext import ExampleGroup
from dealwright.cli.invocation import Invocation, observer_statuses, pass_invocation

if TYPE_CHECKING:
    from dealwright_core.journal.parking import Parked


@click.group(cls=ExampleGroup, example=("dealwright events status", "dealwright events retry"))
def events() -> None:
    """Observers are told of every event after it was committed; what fails is tried again, then parked."""


@events.command(example="dealwright events status")
@pass_invocation
def status(invocation: Invocation) -> None:
    """Say how far each observing plugin is."""
    invocation.platform.check_operator(invocation.actor, "events", reads=True)
    found = [
        {
            "plugin": each.plugin,
            "last event": each.seq,
            "waiting": each.waiting,
            "failures": each.failures,
            "parked": each.parked,
            "error": each.error,
        }
        for each in observer_statuses(invocation.platform)
    ]
    invocation.show(found)


@events.command(example="dealwright events deliver")
@pass_invocation
def deliver(invocation: Invocation) -> None:
    """Hand every observing plugin the events it has not seen."""
    invocation.platform.check_operator(invocation.actor, "events")
    taken = invocation.platform.deliver()
    invocation.show([{"plugin": plugin, "events": count} for plugin, count in taken.items()])


@events.command(example="dealwright events parked")
@pass_invocation
def parked(invocation: Invocation) -> None:
    """List the events that a plugin kept failing on."""
    invocation.platform.check_operator(invocation.actor, "events", reads=True)
    invocation.show([attrs_of(each) for each in invocation.platform.parked_events()])


@events.command(example="dealwright events retry --plugin notify")
@click.option("--plugin", metavar="NAME", help="only this plugin's")
@pass_invocation
def retry(invocation: Invocation, plugin: str | None) -> None:
    """Hand over the parked events once more; what succeeds is parked no longer."""
    invocation.platform.check_operator(invocation.actor, "events")
    found = invocation.platform.retry_parked(plugin)
    invocation.show([attrs_of(each) for each in found])
    if any(each.error for each in found):
        raise click.exceptions.Exit(1)


def attrs_of(parked: "Parked") -> dict[str, Any]:
    """A parked event as a row to show."""
    import attrs

    return attrs.asdict(parked)
