"""The tree for eyes: the same for the same document, another for another, and every value in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from documents import documents
from hypothesis import given, settings
from typeset import EXAMPLE, draft, place

from cvbuild import reader
from cvbuild.document import Citation, Code, Document, Link, Math, Text, walk
from cvbuild.writers import native


@settings(max_examples=40, deadline=None)
@given(documents, documents)
def test_two_trees_are_the_same_if_their_documents_are(one: Document, other: Document) -> None:
    assert native.write(one) == native.write(one)
    assert (native.write(one) == native.write(other)) == (one == other)


@settings(max_examples=40, deadline=None)
@given(documents)
def test_every_node_has_a_line_with_its_values(document: Document) -> None:
    lines = native.write(document).splitlines()
    nodes = list(walk(document))

    assert len(lines) == len(nodes)
    for line, node in zip(lines, nodes, strict=True):
        assert line.split()[0] == type(node).__name__
        match node:
            case Text(value) | Code(value) | Math(value) | Link(url=value) | Citation(number=value):
                assert not value or repr(value) in line


def test_a_tree_does_not_depend_on_hashes(tmp_path: Path) -> None:
    expected = native.write(draft(reader.read(EXAMPLE), "industry", place(tmp_path)).document)
    tests = Path(__file__).parent
    script = (
        "from pathlib import Path; from typeset import EXAMPLE, draft, place; from cvbuild import reader\n"
        "from cvbuild.writers import native\n"
        "print(native.write(draft(reader.read(EXAMPLE), 'industry', place(Path('x'))).document), end='')"
    )
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": f"{tests}:{tests.parent}", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip

    assert run.stdout == expected
