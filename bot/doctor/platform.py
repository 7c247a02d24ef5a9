"""Checks of DingTalk: credentials, rights, robot and card, without a word to anybody."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from json import loads
from typing import Any

import aiohttp
from yarl import URL

from bot.channels.http import open_session, proxy_for, read_at_most
from bot.doctor.found import Found, Patient, fault, fine, mind, skipped

TOKEN_HEADER = "x-acs-dingtalk-access-token"  # noqa: S105 - the name of a header
ANSWER_WITHIN = aiohttp.ClientTimeout(total=10, connect=5)
ANSWER_LIMIT = 64 * 1024
OFF = 300  # seconds our clock may be wrong; signed webhooks are refused from an hour on
SIGNATURE = 3600

TOKEN = "/v1.0/oauth2/accessToken"  # noqa: S105
SEND = "/v1.0/robot/oToMessages/batchSend"
CARD = "/v1.0/card/instances"
NO_PERMISSION = ("Forbidden.AccessDenied.AccessTokenPermissionDenied", "60011")
NOT_FROM_HERE = "Forbidden.AccessDenied.IpNotInWhiteList"
MONTH_OVER = ("Forbidden.AccessDenied.ApiCountLimitForOrg", "90020")
ROBOT_UNKNOWN = ("robot.oto.notExist", "chatbotId.notAllow.sendOTO", "bot.stopped")


class Unreachable(Exception):
    """No answer came; the message names the kind of error."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: Mapping[str, Any]
    date: str

    @property
    def code(self) -> str:
        """How it was refused; empty = it was not."""
        if self.status == 200:
            return ""
        code = self.body.get("code")
        return code if isinstance(code, str) else f"HTTP {self.status}"


class _Platform:
    def __init__(self, base: str, session: aiohttp.ClientSession) -> None:
        self._base = base
        self._session = session
        self.token = ""

    async def ask(self, method: str, path: str, body: Mapping[str, Any]) -> _Answer:
        """Ask once. Raises Unreachable."""
        url = URL(self._base + path)
        headers = {"Accept": "application/json", TOKEN_HEADER: self.token}
        try:
            async with self._session.request(
                method,
                url,
                json=body,
                headers=headers,
                allow_redirects=False,
                timeout=ANSWER_WITHIN,
                proxy=proxy_for(url),
            ) as response:
                raw = await read_at_most(response, ANSWER_LIMIT)
                return _Answer(response.status, _object(raw), response.headers.get("Date", ""))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(type(error).__name__) from None


async def platform(patient: Patient) -> Sequence[Found]:
    """Ask for a token, then with it what is missing for sending; three calls of the month."""
    dingtalk = patient.settings.dingtalk
    if dingtalk.client_id is None or dingtalk.client_secret is None:
        return [fault("doctor.token.missing")]
    async with open_session() as session:
        there = _Platform(dingtalk.api_base, session)
        try:
            secret = dingtalk.client_secret.get_secret_value()
            answer = await there.ask(
                "POST", TOKEN, {"appKey": dingtalk.client_id, "appSecret": secret}
            )
            found = [_clock(answer, patient)]
            token = answer.body.get("accessToken")
            if answer.code or not isinstance(token, str) or not token:
                return [*_no_token(answer), *found]
            there.token = token
            found.insert(0, fine("doctor.token.ok"))
            found += await _sending(there, dingtalk.robot_code or dingtalk.client_id)
            found += await _card(there, dingtalk.card_template_id)
        except Unreachable as error:
            return [fault("doctor.token.unreachable", base=dingtalk.api_base, why=str(error))]
    return found


def _no_token(answer: _Answer) -> Sequence[Found]:
    if answer.status in (400, 401) and answer.code and not answer.code.startswith("HTTP"):
        return [fault("doctor.token.wrong", code=answer.code)]
    if answer.code == NOT_FROM_HERE:
        return [fault("doctor.token.address")]
    return [fault("doctor.token.odd", code=answer.code or "200")]


def _clock(answer: _Answer, patient: Patient) -> Found:
    try:
        theirs = parsedate_to_datetime(answer.date)
    except ValueError:
        return skipped("doctor.clock.unknown")
    off = round(abs((patient.at - theirs).total_seconds()))
    if off >= SIGNATURE:
        return fault("doctor.clock.signature", minutes=off // 60)
    if off > OFF:
        return fault("doctor.clock.wrong", minutes=off // 60)
    return fine("doctor.clock.ok", seconds=off)


async def _sending(there: _Platform, robot: str) -> Sequence[Found]:
    """Send to nobody: who may not send is told so before the empty list is."""
    message = {"msgKey": "sampleText", "msgParam": '{"content":"doctor"}'}
    answer = await there.ask("POST", SEND, {"robotCode": robot, "userIds": [], **message})
    if answer.code in NO_PERMISSION:
        return [fault("doctor.send.permission")]
    if answer.code in ROBOT_UNKNOWN:
        return [fine("doctor.send.ok"), fault("doctor.robot.unknown", code=answer.code)]
    if answer.code in MONTH_OVER:
        return [mind("doctor.send.month")]
    if answer.status >= 500 or answer.code.startswith(("Forbidden", "HTTP")):
        return [fault("doctor.send.odd", code=answer.code)]
    return [fine("doctor.send.ok"), fine("doctor.robot.ok"), skipped("doctor.send.unproved")]


async def _card(there: _Platform, template: str | None) -> Sequence[Found]:
    """Make a card that is shown nowhere."""
    if template is None:
        return [skipped("doctor.card.none")]
    body = {
        "cardTemplateId": template,
        "outTrackId": f"doctor-{secrets.token_hex(12)}",
        "callbackType": "STREAM",
        "cardData": {"cardParamMap": {"title": "doctor"}},
    }
    answer = await there.ask("POST", CARD, body)
    if answer.code in NO_PERMISSION:
        return [fault("doctor.card.permission")]
    if answer.code in ("param.templateNotExist", "param.templateUnpublished"):
        return [fault("doctor.card.template", code=answer.code)]
    if answer.code in MONTH_OVER:
        return [mind("doctor.send.month")]
    if answer.code:
        return [fault("doctor.card.odd", code=answer.code)]
    return [fine("doctor.card.ok")]


def _object(raw: bytes | None) -> Mapping[str, Any]:
    try:
        body = loads(raw or b"")
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
