"""The papers of an activity in words: their heads, what is different on them, who is who."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.papers.cards import Card
from bot.papers.worded import Worded, Words
from bot.texts import Texts
from flows.engine.words import Key
from flows.registration.handouts import Firm, Handout, Known, Person
from flows.registration.issues import Kind, Mark
from flows.tickets.papers import Sentence

_CHINESE = "一二三四五六七八九"


class Wording:
    """Words a handout from the catalogue; what people typed stays as it is."""

    def __init__(self, texts: Texts) -> None:
        self._words = Words(texts)

    def word(self, key: str, params: Mapping[str, Any] | None = None) -> str:
        """Word a text of the catalogue."""
        return self._words.of(Sentence(key, params or {}))

    def typed(self, text: str) -> str:
        """Keep what somebody typed, without what no page can show."""
        return self._words.of(text)

    def kind(self, kind: Kind) -> str:
        """Name a paper."""
        return self.word(f"event_paper.kind.{kind.value}")

    def title(self, made: Handout) -> str:
        """Return what stands on top."""
        return f"{self.typed(made.title)} {self.kind(made.kind)}"

    def head(self, made: Handout) -> tuple[str, ...]:
        """Return what stands below the title: when, where, which issue, and what is different."""
        params = {"starts": made.starts_at, "venue": made.venue}
        return (self.word("event_paper.head", params), self.issue(made), *self.changes(made))

    def issue(self, made: Handout) -> str:
        """Say which issue it is, and with which it is compared."""
        params = {"issue": made.issue, "since": made.since, "count": len(made.changes)}
        if not made.since:
            return self.word("event_paper.issue.first", params)
        way = "changed" if made.changes else "same"
        return self.word(f"event_paper.issue.{way}", params)

    def changes(self, made: Handout) -> tuple[str, ...]:
        """Return what is different, a line each."""
        return tuple(
            self.word(
                f"event_paper.change.{one.mark.value}", {"name": one.name, "before": one.before}
            )
            for one in made.changes
        )

    def mark(self, mark: Mark) -> str:
        """Name what is different of somebody."""
        return self.word(f"event_paper.mark.{mark.value}") if mark else ""

    def name(self, name: str) -> str:
        """Return a name, or what stands for one that nobody told."""
        return self.typed(name) or self.word("event_paper.unnamed")

    def beside(self, name: str) -> str:
        """Say whose companion somebody is."""
        return self.word("event_paper.beside", {"name": name}) if name else ""

    def place(self, one: Person) -> tuple[str, str]:
        """Word somebody as they stand in a plan of seats: their name, and what stands below."""
        post = self.beside(one.beside) or self.typed(one.post)
        lines = (post, self.typed(one.enterprise), self.mark(one.mark))
        return self.name(one.name), "\n".join(line for line in lines if line)

    def cards(self, made: Handout) -> tuple[Card, ...]:
        """Word the cards for the table."""
        return tuple(Card(self.typed(one.name), self.mark(one.mark)) for one in made.people)

    def briefing(self, made: Handout) -> Worded:
        """Word the list for the officials."""
        return Worded(
            title=self.title(made),
            number=self.issue(made),
            opening=(*self.head(made)[:1], *self._officials(made), *self.changes(made)),
            sections=tuple(self._firm(n, firm) for n, firm in enumerate(made.firms, 1)),
        )

    def _officials(self, made: Handout) -> tuple[str, ...]:
        people = "、".join(self._guest(one) for one in made.people)
        return (self.word("event_paper.officials", {"people": people}),) if people else ()

    def _firm(self, n: int, firm: Firm) -> tuple[str, tuple[str, ...]]:
        industry = self.word("event_paper.industry", {"name": firm.industry})
        heading = (
            f"{chinese(n)}、{self.typed(firm.name)}"
            f"{industry if firm.industry else ''}{self._marked(firm.mark)}"
        )
        who = "、".join(self._guest(one) for one in firm.people)
        answers = (f"{self.typed(asked)}：{self.typed(told)}" for asked, told in firm.answers)
        topics = self._tickets(one for one in firm.tickets if one.topic)
        tickets = self._tickets(one for one in firm.tickets if not one.topic)
        return heading, (
            self.word("event_paper.who", {"people": who}),
            *answers,
            *((self.word("event_paper.topics", {"tickets": topics}),) if topics else ()),
            *((self.word("event_paper.running", {"tickets": tickets}),) if tickets else ()),
        )

    def _tickets(self, known: Iterable[Known]) -> str:
        return "、".join(
            f"{one.number}（{self._words.of(Key(f'state.{one.state.value}'))}）" for one in known
        )

    def _guest(self, one: Person) -> str:
        post = self.beside(one.beside) or self.typed(one.post)
        return f"{self.name(one.name)}{f'（{post}）' if post else ''}{self._marked(one.mark)}"

    def _marked(self, mark: Mark) -> str:
        return f"〔{self.mark(mark)}〕" if mark else ""


def chinese(n: int) -> str:
    """Number a heading: 一, 十二, 二十; from a hundred on in digits."""
    tens, ones = divmod(n, 10)
    if n > 99:
        return str(n)
    ten = "" if not tens else "十" if tens == 1 else f"{_CHINESE[tens - 1]}十"
    return ten + (_CHINESE[ones - 1] if ones else "")
