"""Who comes in by a link: the first device, a second one with a code, nobody else."""

from dataclasses import dataclass, replace

from bot.pages.tokens import Tokens
from bot.storage.transaction import Transaction
from handlers.link import Gate, Link, gate, let_in, mistaken, tried
from handlers.pages import CHANNEL
from handlers.ports import Arrival, Clock, Entry, Filed, Office, Place, Sender

_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789", " \u3000-－")


@dataclass(frozen=True, slots=True)
class Met:
    """What a device met; `cookie` is what it is to bring from now on."""

    gate: Gate
    link: Link | None = None
    device: str = ""  # the digest of the cookie
    cookie: str = ""


class Entrance:
    """Checks links and devices, and notes who was turned away."""

    def __init__(self, office: Office, clock: Clock, tokens: Tokens) -> None:
        self._office = office
        self._clock = clock
        self._tokens = tokens

    async def meet(self, tx: Transaction, token: str, cookie: str) -> Met:
        """Say what a device meets; one that is turned away is noted in the ticket's history."""
        met = self._met(await tx.links.find(token), tx, cookie)
        if met.link is not None and met.gate not in {Gate.OPEN, Gate.FRESH}:
            await tx.record([self._turned_away(met.link, met.gate.value)])
        return met

    async def glance(self, tx: Transaction, token: str, cookie: str) -> Met:
        """Say what a device meets, in a transaction that only reads: nothing is held or noted.

        An address that is none of ours costs no more than this.
        """
        return self._met(await tx.links.seen(token), tx, cookie)

    async def enter(self, tx: Transaction, token: str, cookie: str, form: str, code: str) -> Met:
        """Bind the device that presses first, or one that knows the code.

        Pressed twice, the same form brings the same cookie: nobody locks themselves out.
        """
        met = self._met(await tx.links.find(token), tx, cookie)
        link = met.link
        nonce = self._tokens.nonce(link.id, "", form) if link else None
        if link is None or nonce is None or met.gate not in {Gate.FRESH, Gate.OTHER}:
            return met
        secret = self._tokens.device(link.id, nonce)
        device = tx.links.digest(link, "device", secret)
        if device in link.devices:
            return Met(Gate.OPEN, link, device, secret)
        if met.gate is Gate.OTHER and not await self._knows(tx, link, code):
            return met
        (filed,) = await tx.admit([self.arrival(link, f"open:{nonce}")])
        person = link.person or (filed.person if filed else None)
        bound = replace(let_in(link, device), person=person)
        await tx.links.save(bound)
        act = "link_opened" if met.gate is Gate.FRESH else "link_device"
        public = {"link": link.id, "device": device[:8]}
        await tx.record([self._entry(bound, act, public)])
        return Met(Gate.OPEN, bound, device, secret)

    def arrival(self, link: Link, name: str, text: str = "") -> Arrival:
        """Make what comes in by a link; `name` makes it the same when it comes again."""
        return Arrival(
            channel=CHANNEL,
            robot=link.id,
            msg_id=name,
            # No staff id: nobody is written to by a link.
            sender=Sender(None, None, link.holder, self._office.unit(link.unit)),
            place=Place(private=True, chat=link.holder),
            at=self._clock(),
            text=text,
        )

    def filed(self, link: Link) -> Filed:
        """Stand for somebody who only looks."""
        if link.person is None:
            raise ValueError("nobody opened this link")
        return Filed(0, self.arrival(link, ""), link.person)

    def _met(self, link: Link | None, tx: Transaction, cookie: str) -> Met:
        if link is None:
            return Met(Gate.BROKEN)
        device = tx.links.digest(link, "device", cookie) if cookie else ""
        return Met(gate(link, device, self._clock()), link, device)

    async def _knows(self, tx: Transaction, link: Link, code: str) -> bool:
        """Try a code; a wrong one is counted and noted."""
        digits = code.translate(_DIGITS)
        if not digits:
            return False
        if tried(link, tx.links.digest(link, "code", digits)):
            return True
        await tx.links.save(mistaken(link))
        await tx.record([self._turned_away(link, "code")])
        return False

    def _turned_away(self, link: Link, why: str) -> Entry:
        return self._entry(link, "link_refused", {"link": link.id, "why": why})

    def _entry(self, link: Link, act: str, public: dict[str, str]) -> Entry:
        return Entry(
            subject=f"ticket:{link.ticket}",
            act=act,
            actor=link.person if act != "link_refused" else None,
            role="link",
            channel=CHANNEL,
            at=self._clock(),
            public={**public, "unit": link.unit},
        )
