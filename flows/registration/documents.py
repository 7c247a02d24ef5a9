"""The question what a file is that staff sent without a word."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from flows.engine.flow import Flow, Step
from flows.engine.words import Choice, Key


class DocumentForm(BaseModel):
    """What it is for: activities, policies or facts are made of it, or it goes with a report."""

    model_config = ConfigDict(frozen=True)

    meant: Literal["plan", "policies", "facts", "attachment"]


DOCUMENT: Flow[DocumentForm, None] = Flow(
    name="document",
    form=DocumentForm,
    review=False,
    takes_files=True,
    steps=(
        Step(
            "meant",
            words=("用途",),
            choices=lambda answers, facts: (
                Choice(
                    Key("document.plan"),
                    "plan",
                    "primary",
                    words=("建活动", "新建活动", "活动文件", "活动"),
                ),
                Choice(
                    Key("document.policies"),
                    "policies",
                    words=("录政策", "政策文件", "导入政策", "政策"),
                ),
                Choice(
                    Key("document.facts"),
                    "facts",
                    words=("企业信息", "导入企业信息", "企业信息表"),
                ),
                Choice(
                    Key("document.attachment"), "attachment", words=("只是附件", "附件", "是附件")
                ),
            ),
            alone=True,
        ),
    ),
)
