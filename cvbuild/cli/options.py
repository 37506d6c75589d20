"""Options that several commands have, and what their values are."""

from __future__ import annotations

import argparse
import os
import re
from typing import Any


def profiles(command: Any, text: str = "a YAML file (default: cv.yaml); - is standard input") -> None:
    command.add_argument("profiles", metavar="PROFILE", nargs="*", default=["cv.yaml"], help=text)


def view_options(command: Any) -> None:
    command.add_argument("--theme", metavar="NAME", help="the theme, whatever the variant says; NAME@ENGINE says both")
    command.add_argument("--engine", metavar="NAME",
                         help="what sets the PDF: weasyprint, latex, pdflatex, lualatex or xelatex")  # fmt: skip
    command.add_argument("--style", metavar="KEY=VALUE", action="append", default=[],
                         help="one value of the style, or an option of the theme (repeatable)")  # fmt: skip
    command.add_argument("--as-of", metavar="DAY", help="the day to show: YYYY, YYYY-MM or YYYY-MM-DD")
    command.add_argument("--language", metavar="L", help="one of the profile's translations")
    command.add_argument("--private", action="store_true", help="show private facts, and variants that do")
    command.add_argument("--include", metavar="TAG", action="append", default=[],
                         help="of what has tags, only what has one of these (repeatable)")  # fmt: skip
    command.add_argument("--exclude", metavar="TAG", action="append", default=[],
                         help="nothing with this tag (repeatable)")  # fmt: skip
    command.add_argument("--set", metavar="PATH=VALUE", action="append", default=[],
                         help="another value for one field (repeatable)")  # fmt: skip


def port(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,4}", text, re.ASCII) or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"'{text}'; expected a whole number from 1 to 65535")
    return int(text)


def which(command: Any) -> None:
    which = command.add_mutually_exclusive_group()
    which.add_argument("--variant", metavar="NAME", action="append", default=[], help="one variant (repeatable)")
    which.add_argument("--all", action="store_true", help="every public variant; with --private, every one")


def formats(command: Any) -> None:
    command.add_argument("--format", metavar="LIST", type=listed, action="extend", default=[],
                         help="pdf (default), html, docx, tex, markdown, text, native, png, jsonresume")  # fmt: skip


def workers(command: Any) -> None:
    command.add_argument("--jobs", "-j", metavar="N", type=count, default=os.cpu_count() or 1,
                         help="how many documents are made at a time (default: one for each processor)")  # fmt: skip


def no_fit(budget: Any) -> None:
    budget.add_argument("--no-fit", action="store_true", help="show the whole, whatever the page budget says")


def locked(budget: Any) -> None:
    budget.add_argument("--locked", action="store_true",
                        help="leave out what is locked; fail if it was for another view or does not fit")  # fmt: skip


def making(command: Any) -> None:
    trust(command)
    command.add_argument("--source", action="store_true",
                         help="have the PDF carry the view that it was made from: see `cvbuild extract`")  # fmt: skip
    command.add_argument("--no-check", action="store_true", help="do not check what was built")


def trust(command: Any) -> None:
    command.add_argument("--trust-theme", action="store_true",
                         help="let a LaTeX theme from outside run also where there is no sandbox")  # fmt: skip


def strictness(command: Any) -> None:
    command.add_argument("--strict", action="store_true", help="treat warnings as errors")
    command.add_argument("--quiet", "-q", action="store_true", help="print problems only")


def listed(text: str) -> list[str]:
    return text.split(",")


def count(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d?", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"'{text}'; expected a whole number from 1 to 99")
    return int(text)


def percent(text: str) -> int:
    if not re.fullmatch(r"\d{1,2}|100", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"'{text}'; expected a whole number from 0 to 100")
    return int(text)


def annotating(command: Any) -> None:
    command.add_argument("--annotations", metavar="SERVICE", choices=("github", "gitlab"),
                         help="tell problems as a CI service shows them at their lines: github, gitlab")  # fmt: skip


def as_json(command: Any) -> None:
    command.add_argument("--json", action="store_true", help="print JSON")
