"""Forwarded chat records; none of it is documented, so every shape seen in the wild is read."""

import re

from bot.channels.dingtalk.body import Body
from handlers.ports import Forwarded, Incoming

MOST_LINES = 200
_WHO = re.compile(r"\s*([^:：\n]{1,40})[:：]\s*(.*)", re.DOTALL)
_SHOWN = {"picture": "[图片]", "audio": "[语音]", "video": "[视频]", "file": "[文件]"}


def read_record(content: Body) -> tuple[list[Forwarded], list[Incoming]]:
    """Read the lines of a chat record and the files in it that can still be fetched."""
    summary = _summary(content)
    entries = content.items("chatRecord", "records", "messages", "contents")[:MOST_LINES]
    if not entries:
        return summary, []
    lines: list[Forwarded] = []
    files: list[Incoming] = []
    for index, raw in enumerate(entries):
        entry = raw if isinstance(raw, dict) else {"content": raw}
        line, file = _entry(Body(entry))
        if not line.who and len(summary) == len(entries):
            # Entries may carry opaque ids only; the summary has the names, in the same order.
            line = Forwarded(summary[index].who, line.text or summary[index].text)
        if line.text:
            lines.append(line)
        if file is not None:
            files.append(file)
    return lines or summary, files


def _entry(entry: Body) -> tuple[Forwarded, Incoming | None]:
    content = entry.part("content")
    kind = entry.text("msgType", "msgtype", "type")
    rich = "".join(Body(item).text("text", "content") for item in content.items("richText"))
    text = content.text("text", "content", "recognition") or rich or entry.text("text")
    if not text and not content:
        text = entry.text("content")
    code = content.text("downloadCode") or entry.text("downloadCode", "pictureDownloadCode")
    name = content.text("fileName") or entry.text("fileName")
    file = None
    match kind:
        case "picture" | "audio" | "video" | "file" if code:
            file = Incoming(code, kind, name)
        case _ if code:
            file = Incoming(code, "file", name)
    who = entry.text("senderNick", "senderName", "sender", "nick", "name")
    return Forwarded(who, text.strip() or name or _SHOWN.get(kind, "")), file


def _summary(content: Body) -> list[Forwarded]:
    items = content.items("summary") or content.text("summary").splitlines()
    lines: list[Forwarded] = []
    for item in items[:MOST_LINES]:
        entry = Body(item)
        text = entry.text("text", "content") if entry else str(item)
        split = _WHO.fullmatch(text)
        who = entry.text("senderNick", "senderName", "sender")
        if not who and split:
            lines.append(Forwarded(split[1].strip(), split[2].strip()))
        elif text.strip():
            lines.append(Forwarded(who, text.strip()))
    return [line for line in lines if line.text]
