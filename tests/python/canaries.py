"""Invented identity numbers in every place of an extract where somebody may type one, and how to find them again."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from extracts import identity
from test_delivery_gate import ROW, write_csv

CANARIES = [identity("18200229", f"{serial:03d}") for serial in range(101, 121)]
INVALID_CANARIES = [canary[:-1] + str((int(canary[-1]) + 1) % 10) for canary in CANARIES]
SECRET = "a secret that must not be seen anywhere"
# The residence of those whose residence is none of them.
REGION = "13"


def write_canaries(par_path: Path) -> None:
    """A file in each folder with every canary once, valid and not, in several spellings, and typed wherever there is
    text."""
    for folder in ("sv", "ov"):
        rows = [
            ROW
            | {"vardkontakt_id": f"{folder} {forms_of(canary)[number % 8]}-{number}", "personnummer": spelling}
            | {"lkf": REGION, ["sjukhus", "mvo", "lkf", "hdia"][number % 4]: forms_of(canary)[number % 7]}
            | {"op": f"CJE20 {canary[:8]} {canary[8:]} {canary}", "opd2": canary if number % 3 == 0 else ""}
            for number, canary in enumerate(CANARIES + INVALID_CANARIES)
            for spelling in [
                [canary, f"{canary[:8]}-{canary[8:]}", f" {canary}", f"{canary[:8]}+{canary[8:]}"][number % 4]
            ]
        ]
        (par_path / folder).mkdir(parents=True, exist_ok=True)
        write_csv(par_path / folder / "canaries.csv", *rows)


def write_canaries_in_files_at_fault(par_path: Path) -> None:
    """A file that is called after one and has two rows for the quarantine, and one that is not read."""
    (par_path / f"{CANARIES[3]}.xlsx").touch()
    file = par_path / "ov" / f"leverans_{CANARIES[0]}.csv"
    write_csv(file, *(ROW | {"vardkontakt_id": f"more{number}", "personnummer": ""} for number in range(2500)))
    lines = [f"{line};{CANARIES[4]}" for line in file.read_text(encoding="utf-8").splitlines()]
    lines[100] += f";{CANARIES[1]}"
    lines[200] = lines[200].replace("2025-08-10", CANARIES[2])
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_second_list(folder: Path) -> None:
    """The canaries once more, in a list that the register is compared with; its file is called after one."""
    folder.mkdir()
    rows = [
        {
            "list_id": "cataract_sample",
            "personnummer": forms_of(canary)[number % 8],
            "category_id": "cataract",
            "procedure_code": canary,
            "operation_date": "2025-07-01",
            "hospital_code": forms_of(canary)[(number + 3) % 8],
            "lkf": canary if number % 2 else "0180",
        }
        for number, canary in enumerate(CANARIES + INVALID_CANARIES)
    ]
    lines = [";".join(rows[0]), *(";".join(row.values()) for row in rows)]
    (folder / f"list_{CANARIES[5]}.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")


def forms_of(number: str) -> list[str]:
    """A number of 12 digits as it may appear: whole, with a sign, without the century."""
    return [
        number,
        f"{number[:8]}-{number[8:]}",
        f"{number[:8]}+{number[8:]}",
        f"{number[:8]} {number[8:]}",
        f"{number[:8]}_{number[8:]}",
        f"{number[:4]}-{number[4:6]}-{number[6:8]}-{number[8:]}",
        number[2:],
        f"{number[2:8]}-{number[8:]}",
    ]


FORBIDDEN = re.compile("|".join(re.escape(f) for n in CANARIES + INVALID_CANARIES for f in forms_of(n)) + "|" + SECRET)
# Every forbidden text has one of these in it, which are found faster, and hardly anywhere.
SUSPECT = [b"200229", b"20-02-29-", SECRET.encode()]


def assert_clean(paths: Iterable[Path]) -> None:
    """Fails with the first file that holds a canary or the secret."""
    files = [path for path in paths if path.is_file()]
    assert files
    for path in files:
        for content in contents_of(path):
            if any(text in content for text in SUSPECT):
                assert not FORBIDDEN.search(content.decode("latin-1")), path


def contents_of(path: Path) -> Iterator[bytes]:
    """What is in a file; of a workbook, which is packed, what is in its parts."""
    yield path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            yield from map(packed.read, packed.namelist())
