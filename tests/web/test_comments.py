"""What is taken out of the app's sources before they go over a slow line."""

import pytest

from audit.web.shell import COMMENTS


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
