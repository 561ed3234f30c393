"""What Windows shows about the program's file: name, maker and version."""

TEMPLATE = """\
VSVersionInfo(
  ffi=FixedFileInfo(filevers={numbers}, prodvers={numbers}, mask=0x3f, flags=0x0, OS=0x40004, fileType=0x1),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("CompanyName", "Roundtrip"),
      StringStruct("FileDescription", "Roundtrip 往返"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("InternalName", "Roundtrip"),
      StringStruct("LegalCopyright", "Apache-2.0"),
      StringStruct("OriginalFilename", "Roundtrip.exe"),
      StringStruct("ProductName", "Roundtrip 往返"),
      StringStruct("ProductVersion", "{version}"),
    ])]),
    VarFileInfo([VarStruct("Translation", [0x0409, 1200])]),
  ],
)
"""


def version_info(version: str) -> str:
    """PyInstaller's version file of `version` ("1.2.3")."""
    numbers = tuple([*map(int, version.split(".")), 0, 0, 0][:4])
    return TEMPLATE.format(version=version, numbers=numbers)
