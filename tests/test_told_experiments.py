"""Are the answers of experiments printed, kept and written into pages as they should be?"""

import pandas as pd
import pytest

from scenarios.report.experiment import MARK, asked, blocks, tell

ROWS = [{"who": "russia", "value": 1.0}, {"who": "china", "value": 2.0}]


def test_a_page_keeps_its_own_words_and_takes_new_tables(tmp_path, capsys):
    page = tmp_path / "page.md"
    page.write_text(f"# Words\n\n{MARK}\nold tables\n")
    for _ in range(2):
        tell({"Who": ROWS}, "Two rows.", tmp_path / "results" / "who.csv", pd.DataFrame(ROWS), page)
    text = page.read_text()
    assert text.startswith(f"# Words\n\n{MARK}")
    assert "old tables" not in text
    assert text.count("### Who") == 1
    assert pd.read_csv(tmp_path / "results" / "who.csv")["value"].tolist() == [1.0, 2.0]
    assert "Two rows." in capsys.readouterr().out


def test_a_wide_table_is_shown_in_parts_that_lose_nothing():
    wide = [{"who": "russia"} | {f"c{i}": i for i in range(20)}]
    parts = blocks(wide)
    assert all(len(part[0]) <= 9 and next(iter(part[0])) == "who" for part in parts)
    assert {name: value for part in parts for name, value in part[0].items()} == wide[0]


def test_an_unknown_option_of_an_experiment_is_refused():
    with pytest.raises(SystemExit) as refused:
        asked(["--quik"], "What is it?")
    assert refused.value.code == 2
