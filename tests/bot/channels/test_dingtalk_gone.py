"""Which refusals mean that nothing can be written into a group any more."""

import pytest

from bot.channels.base import SendFault
from bot.channels.dingtalk.errors import RULES, Refusal, fault

GONE = {
    *("group.disbanded", "invalid.openConversationId", "resource.not.found"),
    *("conversation.org.notMatch", "400013", "400101"),
}


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_refusal_says_whether_the_group_is_gone(code: str) -> None:
    told = fault(Refusal(400, code), repeatable=True)
    assert isinstance(told, SendFault)
    assert told.gone is (code in GONE)
    assert not told.gone or told.retry_after is None
