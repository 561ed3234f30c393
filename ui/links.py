"""Ways out of the program: the clipboard, a letter, a web page, a map."""

from urllib.parse import quote, urlencode

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from app.language import tr
from ui.desk import Desk
from ui.widgets.buttons import Choice


def copying(desk: Desk, text: str) -> Choice:
    """Put `text` on the clipboard."""

    def copy() -> None:
        QGuiApplication.clipboard().setText(text)
        desk.toast(tr("Copied: {text}", text=text))

    return Choice(tr("Copy"), copy, "copy")


def telephone(desk: Desk, number: str) -> list[Choice]:
    return [copying(desk, number), Choice(tr("Call"), lambda: follow(f"tel:{quote(number)}"), "phone")]


def letter(desk: Desk, address: str) -> list[Choice]:
    return [Choice(tr("Write an e-mail"), lambda: follow(f"mailto:{quote(address)}"), "mail"),
            copying(desk, address)]  # fmt: skip


def page(desk: Desk, address: str) -> list[Choice]:
    target = address if "://" in address else f"https://{address}"
    return [Choice(tr("Open the website"), lambda: follow(target), "external-link"), copying(desk, address)]


def place(desk: Desk, address: str) -> list[Choice]:
    """The maps people in China have at hand."""
    return [
        Choice(tr("Open in Amap"), lambda: follow(amap(address)), "map-pin"),
        Choice(tr("Open in Baidu Maps"), lambda: follow(baidu(address)), "map-pin"),
        copying(desk, address),
    ]


def amap(address: str) -> str:
    return "https://uri.amap.com/search?" + urlencode({"keyword": address, "src": "roundtrip"})


def baidu(address: str) -> str:
    asked = {"address": address, "output": "html", "src": "roundtrip"}
    return "https://api.map.baidu.com/geocoder?" + urlencode(asked)


def follow(address: str) -> bool:
    """Hand an address to the system."""
    return QDesktopServices.openUrl(QUrl(address))
