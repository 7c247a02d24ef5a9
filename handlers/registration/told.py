"""What everybody on a list hears when their activity moves."""

from __future__ import annotations

from flows.office import Content
from flows.registration.event import Event
from flows.registration.hearing import reminded_of
from flows.registration.registration import LIVE
from flows.registration.roll import Roll
from handlers.ports import PersonId, Post, Text, ToPerson
from handlers.registration.after import event_choice, params_of


def moved_posts(roll: Roll, before: Event, actor: PersonId) -> list[Post]:
    """Tell everybody on the list once of the new time and place."""
    event = roll.event
    return [
        Post(
            to=ToPerson(person),
            content=Content.PROGRESS,
            parts=(
                Text(
                    "registration.told.move",
                    {**params_of(event, one), "was": before.starts_at, "reason": event.reason},
                ),
            ),
            dedupe=f"{event.number}:{one.seq}:move{event.revision}:p{person}",
            choices=(event_choice("place", event.number, one.seq),),
            title=Text("registration.title", {"event": event.title_whole}),
            card=f"{event.number}:{one.seq}:move{event.revision}:p{person}",
        )
        for one in roll.standing(*LIVE)
        for person in reminded_of(one)
        if person != actor
    ]
