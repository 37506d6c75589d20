"""What people type: two or three lines for each command, which end its help."""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "build": (
        "cvbuild build cv.yaml --all",
        "cvbuild build cv.yaml --variant industry --style paper=letter --output industry.pdf",
        "cvbuild build cv.yaml --as-of 2024-12 --format text --output -",
    ),
    "watch": (
        "cvbuild watch cv.yaml --variant industry",
        "cvbuild watch cv.yaml --all --format pdf,text",
    ),
    "serve": ("cvbuild serve cv.yaml", "cvbuild serve cv.yaml --variant industry --open"),
    "validate": ("cvbuild validate cv.yaml", "cvbuild validate profiles/*.yaml --strict --json"),
    "check": (
        "cvbuild check build/cv-industry.pdf cv.yaml",
        "cvbuild check build/cv-industry.pdf cv.yaml --variant industry --min-ats 90",
        "cvbuild check other.pdf --json",
    ),
    "lint": ("cvbuild lint cv.yaml", "cvbuild lint cv.yaml --strict", "cvbuild lint --rules"),
    "match": (
        "cvbuild match cv.yaml --variant industry --job ad.txt",
        "cvbuild match cv.yaml --variant industry --job ad.json --min-coverage 60",
    ),
    "extract": ("cvbuild extract build/cv-industry.pdf", "cvbuild extract cv.pdf --output source/"),
    "merge": (
        "cvbuild merge application.pdf letter.pdf build/cv-industry.pdf",
        "cvbuild merge - letter.pdf cv.pdf > application.pdf",
    ),
    "new": (
        "cvbuild new cv.yaml",
        "cvbuild new full.yaml --example",
        "cvbuild new --theme sober --extends letterpress",
    ),
    "import": (
        "cvbuild import resume.json",
        "cvbuild import John_Doe_CV.yaml --format rendercv --output cv.yaml",
        "cvbuild import resume.json --into cv.yaml --write",
    ),
    "init": ("cvbuild init", "cvbuild init my-cv --ci gitlab"),
    "site": ("cvbuild site", "cvbuild site cv.yaml --variant industry --variant research --output public"),
    "themes": ("cvbuild themes", "cvbuild themes --json"),
    "schema": ("cvbuild schema", "cvbuild schema > cvbuild.schema.json"),
    "explain": (
        "cvbuild explain phd.thesis cv.yaml --as-of 2024-10",
        "cvbuild explain contact.phone cv.yaml --variant industry",
        "cvbuild explain publications cv.yaml --json",
    ),
    "fit": ("cvbuild fit cv.yaml --variant industry", "cvbuild fit cv.yaml --variant industry --theme brief --json"),
    "doctor": ("cvbuild doctor", "cvbuild doctor --json"),
    "cache": ("cvbuild cache", "cvbuild cache --clear"),
    "completion": ("source <(cvbuild completion bash)", "cvbuild completion fish | source"),
    "variants": ("cvbuild variants list cv.yaml", "cvbuild variants diff cv.yaml industry research"),
    "list": ("cvbuild variants list cv.yaml", "cvbuild variants list profiles/*.yaml --json"),
    "show": (
        "cvbuild variants show cv.yaml industry",
        "cvbuild variants show cv.yaml research --as-of 2024-10 --json",
    ),
    "diff": (
        "cvbuild variants diff cv.yaml industry research",
        "cvbuild variants diff cv.yaml view research",
        "cvbuild variants diff cv.yaml research --as-of 2024-10 --against 2025-10",
    ),
}
