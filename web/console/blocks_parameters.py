"""What may be asked of the block report in an address."""

from datetime import date, timedelta

from pydantic import Field

from articles.message import Message
from web.block_report.thin import ThinRequest
from web.console.session import now
from web.parameters import Day, Parameters, Value
from web.problems import ParameterError

USUAL_DAYS = 28
MOST_DAYS = 366
ON_A_PAGE = 50


class BlocksReportParameters(Parameters):
    """From which day to which day clicks are counted; without any, the last four weeks."""

    first: Day = Field(None, alias="from")
    last: Day = Field(None, alias="to")

    def span(self) -> tuple[date, date]:
        """Return both days. ParameterError when they are too far apart or the wrong way round."""
        last = self.last or max(now().date(), self.first or date.min)
        first = self.first or last - min(timedelta(days=USUAL_DAYS - 1), last - date.min)
        if first > last:
            exchange = Message(
                "%(first)s lies after %(last)s: exchange the two days", first=first, last=last
            )
            raise ParameterError("from", exchange)
        if (last - first).days >= MOST_DAYS:
            raise ParameterError("from", f"a report is of at most {MOST_DAYS} days: ask for fewer")
        return first, last


class ThinParameters(Parameters):
    """Which thin articles are listed: of a section, a language, with so many similar ones."""

    section: Value = ""
    language: Value = ""
    similar: int = Field(0, ge=0, le=30, description="At most so many similar ones.")
    page: int = Field(1, ge=1, le=1_000_000)

    def request(self) -> ThinRequest:
        """Return which page of them is asked for."""
        return ThinRequest(
            similar=self.similar,
            section=self.section,
            language=self.language,
            offset=(self.page - 1) * ON_A_PAGE,
            limit=ON_A_PAGE,
        )
