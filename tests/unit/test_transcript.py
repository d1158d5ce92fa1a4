"""Outputs of a rehearsal on a page: cleaned, shortened where the page says so, and never those of another command."""

from pathlib import Path

import pytest

from tests.transcript import Step, TranscriptError, cleaned, commands_of, renewed

PAGE = """# Page

<!-- shown: 1 + 1 -->
```console
$ make it
old
```

Words.

```console
$ make it
```
"""


def test_what_differs_by_machine_or_moment_is_taken_out_and_figures_stay():
    output = (
        "11:25:30 models: 5 rows in, 1.5 s\nfile:///a/b/page.html\nGET http://127.0.0.1:45067/odata x  \n"
    )
    assert cleaned(output, Path("/a/b")) == (
        "models: 5 rows in, ... s\nfile://.../page.html\nGET .../odata x"
    )
    assert cleaned("live-2027-01-20\t2026-11-23T11:25:33+00:00\t26 tables", Path("/a")) == (
        "live-2027-01-20\t...\t26 tables"
    )


def test_a_block_gets_what_its_own_run_said_shortened_where_asked():
    steps = [Step("make it", 0, "a\nb\nc\nd"), Step("other", 0, "x"), Step("make it", 0, "e\nf\ng\nh")]
    page = renewed(PAGE, steps)
    assert "$ make it\na\n...\nd\n```" in page and "$ make it\ne\nf\ng\nh\n```" in page
    assert "<!-- shown: 1 + 1 -->\n```console" in page and "Words." in page
    assert renewed(page, steps) == page
    assert commands_of(page) == ["make it", "make it"]


def test_no_single_line_is_left_out():
    assert "a\nb\nc\n" in renewed(PAGE, [Step("make it", 0, "a\nb\nc"), Step("make it", 0, "")])


def test_a_long_sentence_is_folded_and_a_long_row_of_a_table_is_cut():
    sentence, row = "word " * 40, f"GM0505  1  {'9' * 400}"
    page = renewed(PAGE, [Step("make it", 0, ""), Step("make it", 0, f"{sentence.strip()}\n{row}")])
    *folded, cut, _ = page.split("$ make it\n")[2].splitlines()
    assert " ".join(" ".join(folded).split()) == sentence.strip() and folded[1].startswith("    word")
    assert cut == f"{row[:300]} ..."


def test_a_command_that_was_not_run_stops_the_page():
    with pytest.raises(TranscriptError, match="`make it` after `make it`"):
        renewed(PAGE, [Step("make it", 0, "")])
