"""The organisation that the simulator plays: its people, its groups, its robot."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class User:
    """One member of the organisation; with a pane of their own on the chat page unless told not."""

    user_id: str
    union_id: str
    nick: str
    colour: str = "#2f6fed"
    role: str = ""
    mobile: str = ""
    is_admin: bool = False
    pane: bool = True


@dataclass(frozen=True, slots=True)
class Group:
    """One internal group (内部群) with the robot in it, and perhaps a custom robot's webhook."""

    open_conversation_id: str
    title: str
    members: tuple[str, ...]
    kind: str = ""
    custom_token: str | None = None
    custom_secret: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message can stand: a group, or the 1:1 of one person and the robot."""

    place_id: str
    title: str
    members: tuple[str, ...]
    group: Group | None = None

    @property
    def is_group(self) -> bool:
        """Tell a group from a 1:1."""
        return self.group is not None


class World:
    """Everybody and every place, looked up by the ids that the platform uses."""

    def __init__(
        self,
        users: Sequence[User],
        groups: Sequence[Group] = (),
        *,
        robot_name: str = "亲清助手",
        corp_id: str = "ding0simulated0corp",
    ) -> None:
        self.users = tuple(users)
        self.groups = tuple(groups)
        self.robot_name = robot_name
        self.corp_id = corp_id
        self._users = {user.user_id: user for user in users}
        self._union = {user.union_id: user for user in users}
        self._mobile = {user.mobile: user for user in users if user.mobile}
        self._places = {
            group.open_conversation_id: Place(
                group.open_conversation_id, group.title, group.members, group
            )
            for group in groups
        }
        self._custom = {
            group.custom_token: self._places[group.open_conversation_id]
            for group in groups
            if group.custom_token is not None
        }
        for user in users:
            place_id = direct_id(user.user_id)
            self._places[place_id] = Place(place_id, robot_name, (user.user_id,))

    def user(self, user_id: str) -> User:
        """Look up a member who must exist."""
        return self._users[user_id]

    def find_user(self, user_id: str, user_id_type: int = 1) -> User | None:
        """Look up a member by staff id (type 1) or union id (type 2)."""
        return (self._union if user_id_type == 2 else self._users).get(user_id)

    def find_mobile(self, mobile: str) -> User | None:
        """Look up a member by telephone number."""
        return self._mobile.get(mobile)

    def place(self, place_id: str) -> Place:
        """Look up a place that must exist."""
        return self._places[place_id]

    def find_group(self, open_conversation_id: str) -> Place | None:
        """Look up a group by its open conversation id."""
        place = self._places.get(open_conversation_id)
        return place if place is not None and place.is_group else None

    def find_custom_robot(self, token: str) -> Place | None:
        """Look up the group whose custom robot has this token."""
        return self._custom.get(token)

    def direct(self, user_id: str) -> Place:
        """Give the 1:1 of a member and the robot."""
        return self._places[direct_id(user_id)]

    def places_of(self, user_id: str) -> tuple[Place, ...]:
        """List what a member has in the conversation list: the 1:1 first, then the groups."""
        return (
            self.direct(user_id),
            *(p for p in self._places.values() if p.is_group and user_id in p.members),
        )


def direct_id(user_id: str) -> str:
    """Give the conversation id of a 1:1, stable over restarts."""
    digest = hashlib.sha256(f"direct:{user_id}".encode()).digest()[:18]
    return f"cid{base64.b64encode(digest).decode()}=="


def sender_id(user_id: str, robot_code: str) -> str:
    """Give the encrypted sender id, which is stable per robot."""
    digest = hashlib.sha256(f"{robot_code}:{user_id}".encode()).digest()[:18]
    return f"$:LWCP_v1:${base64.b64encode(digest).decode()}"
