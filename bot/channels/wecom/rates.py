"""How often the platform takes messages of an app (访问频率限制, path/90454; path/90236, 90248).

What one member gets beyond it is dropped without an error, in 1:1 and in groups. So both are
counted here, with the calls of all processes, and what would be too much waits.
"""

from dataclasses import dataclass

from bot.channels.base import Span, Window

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


@dataclass(frozen=True, slots=True)
class Rates:
    """Messages to one member, and into all groups that the app made: config/wecom.toml."""

    member_a_minute: int = 28  # the platform: 30
    member_an_hour: int = 950  # 1,000
    # One member may sit in every group: 200 a minute and 10,000 a day. And the organisation has
    # 150,000 recipients an hour, which are 1,500 messages into groups of a hundred.
    groups_a_minute: int = 180
    groups_an_hour: int = 1_500
    groups_a_day: int = 9_500

    def of_member(self, app: str, account: str) -> Window:
        """Return what one member may get; all members rest together when that is refused.

        Groups, tasks and changes of cards rest by themselves: the platform blocks interfaces.
        """
        hour = Span(self.member_an_hour, HOUR)
        key = f"{app}:to:{account.lower()}"
        rests = f"{app}:members"
        return Window(key, self.member_a_minute, MINUTE, rests=rests, also=(hour,), yields=True)

    def of_groups(self, app: str) -> Window:
        """Return what may go into the app's groups, whichever they are."""
        also = (Span(self.groups_an_hour, HOUR), Span(self.groups_a_day, DAY))
        return Window(f"{app}:chats", self.groups_a_minute, MINUTE, also=also)


__all__ = ["Rates"]
