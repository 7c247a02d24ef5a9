"""What people type about policies."""

from __future__ import annotations

from collections.abc import Mapping

from flows.policies.firm_facts import named

POLICY_WORDS: Mapping[str, str] = {
    "查政策": "policies",
    "看政策": "policies",
    "政策查询": "policies",
    "惠企政策": "policies",
    "有什么政策": "policies",
    "有哪些政策": "policies",
    "录政策": "enter_policy",
    "新建政策": "enter_policy",
    "改政策": "edit_policy",
    "修改政策": "edit_policy",
    "推送政策": "push_policy",
    "政策文件": "policy_file",
    "导入政策": "policy_file",
    "政策模板": "policy_template",
    "政策模板表": "policy_template",
    "空白政策表": "policy_template",
    "企业信息": "firm_file",
    "导入企业信息": "firm_file",
    "企业信息表": "firm_template",
    "企业信息模板": "firm_template",
    "空白企业信息表": "firm_template",
    "企业档案": "firm_facts",
    "一企一档": "firm_facts",
    "登记": "tell_facts",
    "核对政策": "check_policy",
    "政策核对": "check_policy",
}
"""Typed word → command; all of them take what stands behind."""
WITH_TEXT = frozenset(POLICY_WORDS.values())
_SENTENCE = 30  # characters behind 查政策 without a space that are still a question


def fits(word: str, typed: str, tail: str, after: str) -> bool:
    """Say whether what follows makes a word a command: 查政策技改 is one, 惠企政策落不了地 is talk.

    `typed` is the word as it was typed, `tail` what follows without what parts it from the word.
    """
    parted = not tail or len(tail) < len(after)
    if word == "tell_facts":  # 登记 恒通紧固件 规模 中型; not 登记 好了，明天派人去
        return parted and (not tail or bool(named(tail)[1]))
    if typed == "查政策":
        return parted or len(tail) <= _SENTENCE
    if word in {"edit_policy", "push_policy", "check_policy"}:  # 推送政策ZC-2026-001
        return parted or tail[:1].isascii()
    return parted


__all__ = ["POLICY_WORDS", "WITH_TEXT", "fits"]
