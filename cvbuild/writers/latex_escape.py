"""Text as LaTeX."""

_TEXT = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_", "%": r"\%",
         "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\u00a0": "~"}  # fmt: skip


def text(said: str) -> str:
    return "".join(_TEXT.get(char, char) for char in said)


def url(address: str) -> str:
    return address.replace("%", r"\%").replace("#", r"\#").replace("&", r"\&").replace("_", r"\_")


def pdf_string(said: str) -> str:
    return "<FEFF" + said.encode("utf-16-be").hex().upper() + ">"
