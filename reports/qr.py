"""A QR code with its short code under it, as one image: two boxes in a margin would part when a heading moves on."""

import base64
from html import escape

import qrcode


def data_uri(address: str, caption: str) -> str:
    """The image of an address as a ``data:`` address of its own."""
    code = qrcode.QRCode(border=0, error_correction=qrcode.ERROR_CORRECT_L)
    code.add_data(address)
    code.make(fit=True)
    svg = drawing(code.get_matrix(), caption)
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()


def drawing(modules: list[list[bool]], caption: str) -> str:
    """Dark modules as one path, 21 units wide whatever their number, the caption below."""
    size = len(modules)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(modules) for x, dark in enumerate(row) if dark)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 21 25">'
        f'<path transform="scale({21 / size:.5f})" d="{path}"/>'
        '<text x="10.5" y="24.6" text-anchor="middle" font-family="Noto Sans CJK SC" font-size="3.4" fill="#555">'
        f"{escape(caption)}</text></svg>"
    )
