"""不带附件发: who may let an attachment stay behind, and what that leaves of the approval."""

from __future__ import annotations

from flows.campaigns.campaign import Campaign, Stage
from flows.campaigns.moves import SYSTEM, Act, Told
from tests.flows.campaigns.drafts import HEAD, WRITER, draft
from tests.flows.campaigns.test_moves import go, pending, why

FILES = ("7-0", "7-1")


def paused() -> Campaign:
    """Return one with two attachments that stopped by itself."""
    one = go(pending(draft=draft(files=FILES)), Act.APPROVE, HEAD)
    one = go(one, Act.BEGIN, SYSTEM, seconds=60)
    return go(one, Act.PAUSE, SYSTEM, Told(reason="file.gone"))


def test_it_goes_on_with_the_files_that_are_left_under_their_own_numbers() -> None:
    one = go(paused(), Act.WITHOUT, HEAD, Told(files=FILES[:1]))
    assert one.stage is Stage.SENDING
    assert one.files == {2: FILES[1]}
    assert [(x.file, x.by) for x in one.left_behind] == [(FILES[0], HEAD.person)]


def test_the_text_is_still_the_one_that_was_approved() -> None:
    one = go(paused(), Act.WITHOUT, HEAD, Told(files=FILES))
    assert one.approval is not None
    assert one.files == {}


def test_who_wrote_it_decides_about_none_of_it() -> None:
    assert why(paused(), Act.WITHOUT, WRITER, Told(files=FILES)) == "not_yours"


def test_nothing_is_left_behind_that_can_be_sent() -> None:
    assert why(paused(), Act.WITHOUT, HEAD, Told()) == "all_files_fit"


def test_a_changed_draft_takes_all_of_its_files_again() -> None:
    one = go(paused(), Act.WITHOUT, HEAD, Told(files=FILES))
    kept = one.model_copy(update={"stage": Stage.APPROVED})
    edited = go(kept, Act.EDIT, told=Told(draft=draft(files=FILES)))
    assert tuple(edited.files.values()) == FILES
