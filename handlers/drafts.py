"""Take a file that was refused out of what its sender is filling in."""

from __future__ import annotations

from handlers.ports import Frame, PersonId, Tx


async def leave_out(tx: Tx, person: PersonId, file: str) -> None:
    """Remove a refused file from the person's open and put-aside forms: it counts no longer."""
    conversation = (await tx.conversations.lock([person]))[person]
    stack, aside = (
        tuple(_without(frame, file) for frame in frames)
        for frames in (conversation.stack, conversation.aside)
    )
    if (stack, aside) != (conversation.stack, conversation.aside):
        changed = conversation.model_copy(update={"stack": stack, "aside": aside})
        await tx.conversations.save({person: changed})


def _without(frame: Frame, file: str) -> Frame:
    if file not in frame.state.files:
        return frame
    kept = tuple(name for name in frame.state.files if name != file)
    return frame.model_copy(update={"state": frame.state.model_copy(update={"files": kept})})
