"""Days as the field counts them: from midnight to midnight in China, whatever the server's own clock says."""

from datetime import UTC, date, datetime, time, timedelta, timezone

#: One zone for the whole country, without summer time since 1991; a fixed offset needs no zone files on the server.
LOCAL = timezone(timedelta(hours=8), "Asia/Shanghai")
OFFSET_HOURS = 8


def local(moment: datetime) -> datetime:
    return moment.astimezone(LOCAL)


def day_of(moment: datetime) -> date:
    return local(moment).date()


def begin(day: date) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)
