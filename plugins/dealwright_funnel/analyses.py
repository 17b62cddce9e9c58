"""The reports that follow deals through the stages of a deployment, as the host offers them."""

from attrs import frozen

from dealwright import Selection, Session, Table
from dealwright_funnel.accuracy import forecast_accuracy
from dealwright_funnel.ageing import ageing
from dealwright_funnel.cohorts import cohorts
from dealwright_funnel.conversion import funnel
from dealwright_funnel.forecast import forecast
from dealwright_funnel.stages import Road
from dealwright_funnel.stuck import Most, Percent, stuck
from dealwright_funnel.velocity import cycle, velocity


@frozen
class Analyses:
    """The reports over one road. docs/funnel.md has every definition and formula."""

    road: Road

    def funnel(self, session: Session, selection: Selection = Selection()) -> Table:
        """How many deals entered each stage, went on or dropped out, and the days they stayed in it.

        A deal entered every open stage up to the furthest it ever was in, also one it skipped. The day it was opened
        places it in a period.
        """
        return funnel(self.road, session, selection)

    def cycle(self, session: Session, selection: Selection = Selection(by="owner")) -> Table:
        """Days from opening to the end, of won and of lost deals, by any dimension.

        The day a deal was closed places it in a period.
        """
        return cycle(self.road, session, selection)

    def velocity(self, session: Session, selection: Selection = Selection(by="owner")) -> Table:
        """What is won a day: open deals x win rate x average won / median days to won, by any dimension.

        The period places closed deals, which give rate, average and days. The amount a day is rounded once.
        """
        return velocity(self.road, session, selection)

    def cohorts(self, session: Session, selection: Selection = Selection(by="month")) -> Table:
        """Deals by the month, quarter or year they were opened in, and the share won within 30 to 180 days."""
        return cohorts(self.road, session, selection)

    def ageing(self, session: Session, selection: Selection = Selection()) -> Table:
        """Open deals by the days since they were opened. That day places a deal in a period."""
        return ageing(self.road, session, selection)

    def stuck(
        self, session: Session, selection: Selection = Selection(), percent: Percent = 80, most: Most = 100
    ) -> Table:
        """Open deals that have been in their stage for longer than most deals that moved on from it.

        Those furthest beyond the usual come first. The day a deal was opened places it in a period.
        """
        return stuck(self.road, session, selection, percent, most)

    def forecast(self, session: Session, selection: Selection = Selection()) -> Table:
        """Deals by forecast category with their amount, and the amount weighted by probability.

        The day an open deal is expected to close, and a closed one did, places it in a period.
        """
        return forecast(self.road, session, selection)

    def forecast_accuracy(self, session: Session, selection: Selection = Selection(by="quarter")) -> Table:
        """What was forecast on the first day of each past month, quarter or year, against what was won in it."""
        return forecast_accuracy(self.road, session, selection)
