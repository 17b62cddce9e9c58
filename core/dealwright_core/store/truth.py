"""Reading beyond what the actor may see, for what the core itself must know to judge a command."""

from dealwright_core.store.changing import ChangingSession
from dealwright_core.store.session import Session


def truth_of(session: ChangingSession) -> Session:
    """Reads the same transaction whoever acts. What it finds decides, and is not told."""
    session.write()
    sight = session._sight
    everything = sight.people.sight(session._connection, session._catalogue, sight.authority.unlimited())
    return session.view(everything)
