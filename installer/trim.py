"""What the frozen program leaves out, and why that is safe: the self-test opens every screen without it."""

import re

MODULES = [
    # The replica is SQLCipher; a program without the plain library cannot write a plain database by mistake.
    "sqlite3", "_sqlite3", "pysqlite2", "PySide6.QtSql",
    # Only servers and developers need these.
    "sync.server", "app.demo", "resources.catalogue", "installer", "tests",
    "fastapi", "starlette", "uvicorn", "sse_starlette", "typer", "rich", "pydantic", "pydantic_settings",
    "psycopg", "argon2", "joserfc", "pytest", "hypothesis", "babel", "fontTools", "mypy", "uv",
    "sqlalchemy.testing", "alembic.testing", "MySQLdb", "psycopg2",
    # Parts of Python and Qt that a program made of widgets never loads.
    "tkinter", "unittest", "pydoc_data", "pip", "setuptools", "pkg_resources", "distutils", "_distutils_hack",
    "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtQuickWidgets", "PySide6.QtQuickControls2",
    "PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets", "PySide6.QtTest",
    "PySide6.QtDesigner", "PySide6.QtHelp", "PySide6.QtUiTools",
]  # fmt: skip

_FILES = re.compile(
    "|".join(
        (
            r"PySide6/(Qt/)?translations/(?!qt(base)?_zh_CN\.qm)",  # English is built in
            r"opengl32sw\.dll$",  # 20 MB of software OpenGL; widgets paint without it
            r"plugins/(sqldrivers|tls|generic|egldeviceintegrations)/",
            r"plugins/platforminputcontexts/.*virtualkeyboard",
            r"plugins/platforms/.*(eglfs|linuxfb|minimalegl|vnc|vkkhrdisplay|webgl|direct2d)",
            r"plugins/imageformats/.*(qtiff|qwbmp|qtga|qwebp|qicns|qpdf)",
            r"plugins/platformthemes/.*gtk3",  # brings the whole of GTK
            r"(libQt6|Qt6)(Qml|Quick|VirtualKeyboard|Pdf|OpenGLWidgets|EglFS|WlShell|Sql)",
            r"^lib(gtk-3|gdk-3|gdk_pixbuf|atk|atspi|pango|cairo|epoxy|thai|datrie|harfbuzz|fribidi|graphite2|pixman)",
            r"^resources/(demo|fonts/make_subset|.*\.po$)",
        )
    )
)


def is_shipped(name: str) -> bool:
    """Does a file of the bundle, by its path there, belong to what is handed out?"""
    return not _FILES.search(name.replace("\\", "/"))
