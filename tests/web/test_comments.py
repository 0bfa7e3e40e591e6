"""What is taken out of the app's sources before they go over a slow line."""

import pytest

from audit.web.shell import COMMENTS, FOLDER, INDENTS, NOTES, File


@pytest.mark.parametrize(
    ("source", "sent"),
    [
        ("// why\nlet a;\n", "let a;\n"),
        ("/**\n * What.\n */\nlet a;\n", "let a;\n"),
        ("  /** @type {any} */ (a).b();\n/** c */\n", "  /** @type {any} */ (a).b();\n"),
        ("let a; // kept\nlet b = '//';\n", "let a; // kept\nlet b = '//';\n"),
    ],
)
def test_lines_of_comment_stay_at_home(source, sent):
    assert COMMENTS.sub(b"", source.encode()).decode() == sent


def test_notes_on_types_and_what_lines_begin_with_stay_at_home_too():
    source = b"  const a = /** @type {any} */ (b);\n\n\n\treturn a; // kept\n"
    assert INDENTS.sub(b"", NOTES.sub(b"", source)) == b"const a = (b);\nreturn a; // kept\n"


def test_no_text_of_the_app_goes_over_several_lines():
    sources = {path.name: File.of(path).plain.decode() for path in FOLDER.rglob("*.js")}
    open_at_the_end = [name for name, text in sources.items() if any(line.count("`") % 2 for line in text.split("\n"))]
    assert open_at_the_end == []
