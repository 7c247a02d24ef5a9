"""QR codes as pictures that stand in a page."""

import segno


def qr_svg(text: str) -> str:
    """Draw a text as SVG: dark on light in every colour scheme, with the quiet zone it needs.

    Error correction M: a scratched screen is read, and the code stays coarse enough for old phones.
    """
    code = segno.make(text, error="m", micro=False)
    return str(code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr"))
