"""Region reports at the gate: every figure counts, or its file and row are named (contract 2.2)."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vardkoer import paths
from vardkoer.gate.region_reports import COLUMNS, RegionReportError, RegionReports, read_reports
from vardkoer.paths import SEEDS

HEADER = ";".join(COLUMNS)
GOOD = "01;colonoscopy;2026-01-01;5;2026-02-10"
REPORT = ("01", "colonoscopy", dt.date(2026, 1, 1), 5, dt.date(2026, 2, 10))

ROWS = {
    "a region without its zero": ("1;colonoscopy;2026-01-01;5;2026-02-10", "region_code: unknown region; write its"),
    "a region by its name": ("Stockholm;colonoscopy;2026-01-01;5;2026-02-10", "region_code: unknown region"),
    "no region": (";colonoscopy;2026-01-01;5;2026-02-10", "region_code: unknown region"),
    "the nation": ("00;colonoscopy;2026-01-01;5;2026-02-10", "region_code: unknown region"),
    "a category in capitals": ("01;COLONOSCOPY;2026-01-01;5;2026-02-10", "category_id: .*; report colonoscopy, spelt"),
    "a category in Swedish": ("01;koloskopi;2026-01-01;5;2026-02-10", "category_id: unknown"),
    "a category that PAR measures": ("01;cataract;2026-01-01;5;2026-02-10", "category_id: .* from PAR by every round"),
    "a month in words": ("01;colonoscopy;januari 2026;5;2026-02-10", "operation_month: not a date; write"),
    "a month that is none": ("01;colonoscopy;2026-13-01;5;2026-02-10", "operation_month: not a date"),
    "a month as Excel keeps it": ("01;colonoscopy;46023;5;2026-02-10", "operation_month: not a date"),
    "October told in February": ("01;colonoscopy;2026-10-01;5;2026-02-10", "operation_month: a month after"),
    "the month after the report": ("01;colonoscopy;2026-03-01;5;2026-02-28", "operation_month: a month after"),
    "a negative figure": ("01;colonoscopy;2026-01-01;-5;2026-02-10", "operations: not a number"),
    "a decimal comma": ("01;colonoscopy;2026-01-01;5,5;2026-02-10", "operations: not a number"),
    "a point between thousands": ("01;colonoscopy;2026-01-01;1.234;2026-02-10", "operations: not a number"),
    "a blank between thousands": ("01;colonoscopy;2026-01-01;1 234;2026-02-10", "operations: not a number"),
    "a figure with an exponent": ("01;colonoscopy;2026-01-01;1e3;2026-02-10", "operations: not a number"),
    "digits of another script": ("01;colonoscopy;2026-01-01;\uff15;2026-02-10", "operations: not a number"),
    "ten digits": ("01;colonoscopy;2026-01-01;1234567890;2026-02-10", "operations: not a number"),
    "no figure": ("01;colonoscopy;2026-01-01;;2026-02-10", "operations: not a number"),
    "no day of the report": ("01;colonoscopy;2026-01-01;5;", "reported_date: not a date"),
    "a day of the report with a time": ("01;colonoscopy;2026-01-01;5;2026-02-10T12:00", "reported_date: not a date"),
    "a field too few": ("01;colonoscopy;2026-01-01;5", "4 fields where the header has 5"),
    "a field too many": (f"{GOOD};", "6 fields where the header has 5"),
    "commas below a header with semicolons": (GOOD.replace(";", ","), "1 fields where .* separated by ';'"),
    "a quote that does not end": (f'"{GOOD}', "a value does not end on its row"),
}  # fmt: skip


def write(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding=encoding)
    return path.parent


def read(folder: Path | None) -> RegionReports:
    return read_reports(folder, SEEDS)


def refusal(folder: Path) -> list[str]:
    with pytest.raises(RegionReportError) as caught:
        read(folder)
    return str(caught.value).splitlines()


def test_a_figure_is_read(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    assert read(write(path, HEADER, GOOD)) == RegionReports([path], [], [REPORT])


@pytest.mark.parametrize(
    "lines",
    [
        [HEADER.replace(";", ","), GOOD.replace(";", ",")],
        [HEADER.upper(), GOOD],
        [f"remark;{HEADER}", f"x;{GOOD}"],
        [HEADER, " 01 ; colonoscopy;20260117; 5;20260210 "],
        [HEADER, '"01";"colonoscopy";"2026-01-01";"005";"2026-02-10"'],
        [HEADER, "", GOOD, "", ""],
        [HEADER, GOOD, GOOD],
        [f"{HEADER}\r", f"{GOOD}\r"],
        [f"\ufeff{HEADER}", GOOD],
    ],
)
def test_forms_that_mean_the_same_are_read_alike(tmp_path: Path, lines: list[str]) -> None:
    assert read(write(tmp_path / "report.csv", *lines)).rows == [REPORT]


@pytest.mark.parametrize(("line", "message"), ROWS.values(), ids=ROWS.keys())
def test_a_row_that_cannot_count_is_named(tmp_path: Path, line: str, message: str) -> None:
    (fault,) = refusal(write(tmp_path / "report.csv", HEADER, GOOD.replace("01;", "03;", 1), line))
    assert re.search(rf"file=\S+/report.csv row=3( column=|: ){message}", fault), fault
    assert not [value for value in line.split(";") if len(value) > 5 and value in fault.split(":", 1)[1]], (
        "no value is shown"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (HEADER.replace("operations;", "").encode(), "row=1 column=operations: column missing; begin the file with"),
        (HEADER.replace("category_id", "Operations").encode(), "row=1 column=category_id: column missing"),
        (f"{HEADER};operations\n".encode(), "row=1 column=operations: column stands twice"),
        (HEADER.replace(";", "\t").encode(), "row=1: the fields are separated by tabs; save it with semicolons"),
        (f"sep=;\n{HEADER}\n{GOOD}\n".encode(), "row=1: begins with Excel's line sep= .*; remove the line"),
        (f"{HEADER}\n{GOOD}\nMalmö".encode("latin-1"), "row=3: is not UTF-8 .*; save it as UTF-8"),
        (f"{HEADER}\n{GOOD}\n".encode("utf-16"), "row=1: is encoded in UTF-16"),
        (f"{HEADER}\n{GOOD}\0\n".encode(), "row=2: NUL character"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_report_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "report.csv").write_bytes(content)
    fault = refusal(tmp_path)[0]
    assert re.search(rf"file=\S+/report.csv:? ?{message}", fault), fault


def test_two_figures_of_one_day_are_refused_and_a_later_one_replaces(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", HEADER, GOOD)
    write(tmp_path / "b" / "b.csv", HEADER, GOOD.replace(";5;", ";6;").replace("2026-01-01", "2026-01-31"))
    (fault,) = refusal(tmp_path)
    assert re.search(r"file=\S+/b.csv row=2 column=operations: another figure .* is in 'a.csv' row=2; keep", fault)
    write(tmp_path / "b" / "b.csv", HEADER, GOOD.replace(";5;2026-02-10", ";6;2026-02-11"))
    assert [row.operations for row in read(tmp_path).rows] == [5, 6]


def test_files_are_read_at_any_depth_and_the_others_are_named(tmp_path: Path) -> None:
    write(tmp_path / "deep" / "er" / "REPORT.CSV", HEADER, GOOD)
    write(tmp_path / "deep" / "report.xlsx", "x")
    write(tmp_path / "report.csv.gz", "x")
    write(tmp_path / ".hidden", "x")
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "link").symlink_to(tmp_path / "deep")
    found = read(tmp_path)
    assert [path.name for path in found.files] == ["REPORT.CSV"] and found.rows == [REPORT]
    assert {path.name for path in found.unread} == {"report.xlsx", "report.csv.gz", ".hidden", "pipe.csv", "link"}


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    (fault,) = refusal(tmp_path / "nowhere")
    assert re.search(r"file=\S+/nowhere: cannot be read .*; create the folder", fault)


def test_a_category_that_a_later_round_counts_from_par_is_not_reported_for_its_months(tmp_path: Path) -> None:
    seeds = shutil.copytree(SEEDS, tmp_path / "seeds")
    categories, periods = seeds / "rules" / "round_categories.csv", seeds / "rules" / "round_periods.csv"
    with categories.open("a", encoding="utf-8") as stream:
        stream.write("2027,colonoscopy,colonoscopy_2027,par,,,,,\n")
    with periods.open("a", encoding="utf-8") as stream:
        stream.write("2027,measured,2027-01-01,2027-10-31\n")
    folder = write(tmp_path / "reports" / "a.csv", HEADER, GOOD, GOOD.replace("2026-01-01;5;2026", "2027-01-01;5;2027"))
    with pytest.raises(
        RegionReportError, match=r"row=3 column=category_id: the round of this month counts it from PAR"
    ):
        read_reports(folder, seeds)


def test_what_is_read_does_not_depend_on_files_and_their_order(tmp_path: Path) -> None:
    lines = [
        f"{region};colonoscopy;2026-0{month}-01;{month};2026-0{month + 1}-10"
        for region in ("01", "25")
        for month in (1, 2, 3)
    ]
    write(tmp_path / "one" / "a.csv", HEADER, *lines)
    for number, line in enumerate(reversed(lines)):
        write(tmp_path / "many" / str(number % 2) / f"{number}.csv", HEADER, line)
    assert read(tmp_path / "one").rows == read(tmp_path / "many").rows


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=80), st.text(alphabet=f'{HEADER}{GOOD}"\n\r\t,åÅ\0\ufeff ', max_size=120).map(str.encode)
    )
)
def test_whatever_a_file_holds_is_read_or_refused_in_lines(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "report.csv").write_bytes(f"{HEADER}\n".encode() + content)
    try:
        assert all(row.operations >= 0 for row in read(tmp_path).rows)
    except RegionReportError as error:
        for line in str(error).splitlines():
            assert re.fullmatch(r"file=\S+( row=\d+)?( column=[^:]+)?: .+; .+|\.\.\. and \d+ more", line), line


def test_nothing_invented_is_mixed_with_an_extract(monkeypatch: pytest.MonkeyPatch) -> None:
    """Contract section 1."""
    for name in ("PAR_PATH", "REGION_REPORTS_PATH"):
        monkeypatch.delenv(name, raising=False)
    assert paths.region_reports_path() == paths.SAMPLE / "region_reports"
    monkeypatch.setenv("PAR_PATH", "/somewhere")
    assert paths.region_reports_path() is None
    assert read(paths.region_reports_path()) == RegionReports([], [], [])
    monkeypatch.setenv("REGION_REPORTS_PATH", "/elsewhere")
    assert paths.region_reports_path() == Path("/elsewhere")
