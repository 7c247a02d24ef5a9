"""The conversation in which an approver says why a campaign goes back (退回修改)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from flows.engine.flow import Flow, Step


class ReasonForm(BaseModel):
    """Why; whoever wrote the campaign reads it."""

    model_config = ConfigDict(frozen=True)

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=300)]


REJECT: Flow[ReasonForm, None] = Flow(
    name="campaign_reject",
    form=ReasonForm,
    review=False,
    steps=(Step("reason", words=("原因", "理由"), alone=True),),
)

__all__ = ["REJECT", "ReasonForm"]
