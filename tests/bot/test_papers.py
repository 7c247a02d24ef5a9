"""Papers as Word files: another program reads back what was put in, laid out by GB/T 9704-2012."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from bot.attachments import type_of
from bot.channels.dingtalk.payloads import shows
from bot.config import load_config
from bot.papers.drawing import draw
from bot.papers.enclosing import printed
from bot.papers.worded import Worded, plain, worded
from bot.texts import Texts
from flows.tickets.case import Ticket
from flows.tickets.papers import Kind, PaperFacts, paper
from tests.flows.test_papers import facts, full, rung

TEXTS = Texts(load_config().texts)
DRAFTS = (Kind.SUPERVISION, Kind.LETTER, Kind.REFERRAL)


def words_of(kind: Kind, ticket: Ticket | None = None, known: PaperFacts | None = None) -> Worded:
    return worded(paper(kind, ticket or full(), known or facts()), TEXTS)


def read(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def drawn(kind: Kind, ticket: Ticket | None = None, known: PaperFacts | None = None) -> Document:
    return read(draw(words_of(kind, ticket, known)))


def lines(document: Document) -> list[str]:
    return [line.text for line in document.paragraphs if line.text]


def table(document: Document) -> dict[str, str]:
    return {row.cells[0].text: row.cells[1].text for one in document.tables for row in one.rows}


def text_of(document: Document) -> str:
    cells = [text for pair in table(document).items() for text in pair]
    return "\n".join((*lines(document), *cells))


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name).decode() for name in file.namelist() if name.endswith("xml")}


def fonts(line: Paragraph) -> set[tuple[str | None, float | None]]:
    found = set()
    for run in line.runs:
        chosen = run._r.get_or_add_rPr().get_or_add_rFonts()
        found.add((chosen.get(qn("w:eastAsia")), run.font.size.pt if run.font.size else None))
    return found


def test_an_order_says_in_words_what_is_to_be_done_until_when() -> None:
    document = drawn(Kind.ORDER)
    assert lines(document)[:4] == [
        "企业反映问题交办单",
        "编号：ZH-2026-0001",
        "国网镇海供电公司：",
        "现将下列企业反映的问题交你单位主办，请于2026年11月27日前办理并答复。",
    ]
    assert [line[:4] for line in lines(document) if line[1:2] == "、"] == [
        *("一、签收", "二、首联", "三、答复")
    ]
    assert "电话 0574-00000000" in text_of(document)
    assert lines(document)[-2:] == ["宁波市镇海区工商业联合会", "2026年11月24日"]
    rows = table(document)
    assert rows["签收时限"] == "2026年11月24日 13:00"
    assert [rows[empty] for empty in ("签收人、时间", "经办人、电话", "单位负责人签字")] == [""] * 3


def test_a_hidden_enterprise_is_nowhere_in_the_file() -> None:
    content = draw(words_of(Kind.ORDER, full(anonymous=True)))
    assert table(read(content))["反映企业"] == "已要求隐去，请经工商联联系"
    everything = "".join(parts(content).values())
    assert not re.search("恒通|紧固件|陈建国|13805740001", everything)


def test_an_answer_to_be_signed_leaves_room_for_who_signs() -> None:
    document = drawn(Kind.SIGNING)
    assert "拟答复" in lines(document)
    assert set(table(document)) >= {"经办人", "科室负责人", "分管领导审签", "审签日期", "解决程度"}


@pytest.mark.parametrize("kind", DRAFTS)
def test_a_draft_says_so_on_every_page(kind: Kind) -> None:
    section = drawn(kind).sections[0]
    marked = [head.paragraphs[0].text for head in (section.header, section.even_page_header)]
    assert marked == ["草稿，未盖章无效"] * 2


@pytest.mark.parametrize("kind", [Kind.ORDER, Kind.SIGNING])
def test_no_other_paper_is_called_a_draft(kind: Kind) -> None:
    assert "草稿" not in "".join(parts(draw(words_of(kind))).values())


def test_a_supervision_has_our_own_number_and_no_other() -> None:
    assert lines(drawn(Kind.SUPERVISION))[1] == "编号：督办单〔2026〕3 号"
    held = full(supervisions=(rung(2, number=""),))
    assert lines(drawn(Kind.SUPERVISION, held))[1] == "编号：督办单（待编）"
    assert lines(drawn(Kind.REFERRAL))[1] == "编号：（待编）"


@pytest.mark.parametrize("kind", Kind)
def test_the_page_is_that_of_the_standard(kind: Kind) -> None:
    section = drawn(kind).sections[0]
    size = (section.page_width, section.page_height)
    edges = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(length.mm) for length in size if length] == [210, 297]
    assert [round(length.mm) for length in edges if length] == [37, 35, 28, 26]


@pytest.mark.parametrize("kind", Kind)
def test_title_and_body_are_in_the_fonts_and_sizes_of_the_standard(kind: Kind) -> None:
    title, *rest = [line for line in drawn(kind).paragraphs if line.text]
    assert fonts(title) == {("方正小标宋简体", 22)}
    assert title.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert set().union(*map(fonts, rest)) <= {("仿宋_GB2312", 16), ("黑体", 16)}
    assert {line.paragraph_format.line_spacing for line in (title, *rest)} == {Pt(28)}


def test_paragraphs_begin_two_characters_in() -> None:
    opening = drawn(Kind.ORDER).paragraphs[3]
    assert opening.paragraph_format.first_line_indent == 2 * Pt(16)


def test_the_date_stands_four_characters_from_the_right_under_the_middle_of_the_name() -> None:
    sender, dated = [line for line in drawn(Kind.ORDER).paragraphs if line.text][-2:]
    assert dated.paragraph_format.right_indent == 4 * Pt(16)
    # 12 characters of 16 pt over 3 of 16 pt and 8 digits of 8 pt: 40 pt more on either side.
    assert sender.paragraph_format.right_indent == Pt(64 - 40)


def test_the_name_of_who_signs_never_ends_a_page_without_the_date() -> None:
    sender, dated = [line for line in drawn(Kind.ORDER).paragraphs if line.text][-2:]
    assert sender.paragraph_format.keep_with_next
    assert not dated.paragraph_format.keep_with_next


def test_a_machine_without_the_fonts_is_told_what_to_show_instead() -> None:
    known = parts(draw(words_of(Kind.ORDER)))["word/fontTable.xml"]
    assert '<w:font w:name="方正小标宋简体"><w:altName w:val="方正小标宋_GBK,华文中宋' in known
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋,' in known


@pytest.mark.parametrize("kind", Kind)
def test_nothing_is_red_and_there_is_no_picture_that_could_be_a_seal(kind: Kind) -> None:
    content = parts(draw(words_of(kind)))
    shown = "".join(text for name, text in content.items() if re.search("document|head|foot", name))
    assert not re.search(r"<w:color|<w:drawing|<w:pict|<w:shd|<w:highlight", shown)


HOSTILE = '停电\x00\x07\u202e=1+1\t{ HYPERLINK "http://x" }\n<w:b/>&amp;\ufffe\n\n第二段'


def test_what_people_typed_stays_text() -> None:
    document = drawn(Kind.ORDER, full(body=HOSTILE, anonymous=False))
    shown = '停电=1+1 { HYPERLINK "http://x" }\n<w:b/>&amp;\n第二段'
    assert table(document)["反映内容"] == shown


def test_the_only_field_is_the_number_of_the_page() -> None:
    content = parts(draw(words_of(Kind.ORDER, full(body=HOSTILE))))
    fields = re.findall(r'w:instr="([^"]*)"', "".join(content.values()))
    assert fields == ["PAGE"] * 2  # odd pages and even ones
    assert "instrText" not in "".join(content.values())


def test_plain_text_keeps_its_lines_and_loses_what_no_page_can_show() -> None:
    assert plain(" 甲\u200b\r\n\r\n乙\u2028丙\ud800 ") == "甲\n乙\n丙"


def test_a_long_report_is_drawn_whole() -> None:
    body = "停电。" * 1600
    assert table(drawn(Kind.ORDER, full(body=body)))["反映内容"] == body


def test_the_file_does_not_tell_by_which_program_it_was_made() -> None:
    about = drawn(Kind.ORDER).core_properties
    assert (about.title, about.comments) == ("企业反映问题交办单", "")


def test_a_paper_goes_out_under_the_name_of_its_ticket() -> None:
    made = paper(Kind.ORDER, full(), facts())
    file = printed(made, TEXTS)
    assert file.name == "交办单-ZH-2026-0001.docx"
    assert shows(file)
    assert file.paper is not None
    assert type_of(draw(file.paper)) == (file.extension, file.mime)


def test_the_same_paper_has_the_same_name_for_the_platform_and_another_has_not() -> None:
    one, same = words_of(Kind.ORDER), words_of(Kind.ORDER)
    other = words_of(Kind.ORDER, full(body="别的事情"))
    assert one.sha256 == same.sha256 != other.sha256


def test_the_columns_are_together_as_broad_as_the_type_area() -> None:
    table = drawn(Kind.ORDER).tables[0]
    columns = [round((column.width or 0) / Mm(1)) for column in table.columns]
    cells = [round((cell.width or 0) / Mm(1)) for cell in table.rows[0].cells]
    assert columns == cells == [38, 156 - 38]
