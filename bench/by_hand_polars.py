"""The best hand-written Polars program: `python -m bench.by_hand_polars EXTRACT SEEDS RESULT`.

The same answer from the same assumptions as by_hand.sql. Polars reads `op` first and the other columns only where the
pattern was found.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ["POLARS_MAX_THREADS"] = "2"
import polars as pl

from bench.by_hand_duckdb import COLUMNS, SEED_TABLES
from bench.measure import print_work
from vardkoer.sample import PROCEDURE_DATES

CONTACT = ["vardkontakt_id", "leverans_nr", "inrapporterad"]
END = pl.date(9999, 12, 31)


def count(extract: Path, seeds: Path, result: Path) -> None:
    """Write the counts as a Parquet file."""
    tables = {name: read_seed(seeds, name) for name in SEED_TABLES}
    prefixes = (
        tables["procedure_codes"]
        .join(tables["operation_definitions"], left_on="list_id", right_on="procedure_list_id", how="semi")
        .select(pl.col("code").str.slice(0, 3).unique())
        .to_series()
    )
    rows = listed_rows(extract, "(?i)" + "|".join(r"\.*".join(prefix) for prefix in prefixes))
    operations = (
        operations_of(rows, tables)
        .join(deliveries(extract, rows), on=CONTACT)
        .join(persons(rows), on="personnummer")
        .filter(
            ~pl.col("makulerad")
            & (pl.col("operation_date") <= pl.col("inrapporterad"))
            & (pl.col("valid_from") <= pl.col("operation_date"))
        )
    )
    cells(intervals(operations), tables).write_parquet(result)


def read_seed(seeds: Path, name: str) -> pl.DataFrame:
    """A seed as text, its dates as dates."""
    (path,) = seeds.rglob(f"{name}.csv")
    return pl.read_csv(path, infer_schema=False).with_columns(pl.col(list(SEED_TABLES[name])).str.to_date())


def scans(extract: Path, columns: list[str]) -> pl.LazyFrame:
    """Columns of both folders; with the codes come their dates."""
    return pl.concat(
        [
            pl.scan_parquet(extract / "sv/*.parquet").select(*columns, *(PROCEDURE_DATES if "op" in columns else [])),
            pl.scan_parquet(extract / "ov/*.parquet").select(*columns),
        ],
        how="diagonal",
    )


def listed_rows(extract: Path, pattern: str) -> pl.DataFrame:
    """Rows with a listed code."""
    found = scans(extract, list(COLUMNS)).filter(pl.col("op").str.contains(pattern)).collect(engine="streaming")
    return found.with_columns(pl.concat_list(PROCEDURE_DATES).alias("procedure_dates")).drop(PROCEDURE_DATES)


def deliveries(extract: Path, rows: pl.DataFrame) -> pl.DataFrame:
    """R1: until when each delivery of their contacts is in force."""
    contacts = rows.select("vardkontakt_id").unique().lazy()
    return (
        scans(extract, CONTACT)
        .join(contacts, on="vardkontakt_id", how="semi")
        .collect(engine="streaming")
        .sort(CONTACT[0], CONTACT[2], CONTACT[1])
        .with_columns(pl.col("inrapporterad").shift(-1).over("vardkontakt_id").alias("superseded_date"))
    )


def persons(rows: pl.DataFrame) -> pl.DataFrame:
    """R5: twelve digits, Luhn, a date that exists; unknown month or day of a samordningsnummer."""
    person = pl.col("person")
    digits = [person.str.slice(place, 1).cast(pl.Int32) for place in range(2, 12)]
    doubled = [digit * 2 - pl.when(digit > 4).then(9).otherwise(0) for digit in digits[::2]]
    day_part, month, day = pl.col("day_part"), pl.col("month"), pl.col("day")
    return (
        rows.select(pl.col("personnummer").unique())
        .with_columns(pl.col("personnummer").str.replace_all(r"[\s+-]", "").alias("person"))
        .filter(person.str.contains(r"^(18|19|20)[0-9]{10}$") & (person.str.slice(8, 3) != "000"))
        .filter(pl.sum_horizontal(*doubled, *digits[1::2]) % 10 == 0)
        .with_columns(
            person.str.slice(0, 4).alias("year"),
            person.str.slice(4, 2).alias("month"),
            person.str.slice(6, 2).cast(pl.Int32).alias("day_part"),
        )
        .with_columns(pl.when(day_part >= 60).then(day_part - 60).otherwise(day_part).alias("day"))
        .with_columns(
            (pl.col("year") + month + day.cast(pl.String).str.zfill(2))
            .str.to_date("%Y%m%d", strict=False)
            .alias("birth"),
            (pl.col("year") + month + "01").str.to_date("%Y%m%d", strict=False).alias("month_start"),
        )
        .filter(
            pl.col("birth").is_not_null()
            | (day_part >= 60) & ((month == "00") & (day <= 31) | (day == 0) & pl.col("month_start").is_not_null())
        )
        .select(
            "personnummer",
            "person",
            pl.coalesce("birth", (pl.col("year") + "0101").str.to_date("%Y%m%d")).alias("valid_from"),
        )
    )


def operations_of(rows: pl.DataFrame, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """R2 to R4 and R6: the operations of each row."""
    valid = pl.col("operation_date").is_between(pl.col("valid_from"), pl.col("valid_to").fill_null(END))
    codes = (
        rows.with_row_index("row")
        .with_columns(
            pl.col("op").str.extract_all(r"\S+").alias("code"),
            pl.col("hdia").str.replace_all(r"[\s.]", "").str.to_uppercase().alias("diagnosis"),
            pl.when(pl.col("lkf").str.contains("^[0-9]{2,6}$"))
            .then(pl.col("lkf").str.slice(0, 2))
            .alias("region_code"),
        )
        .with_columns(pl.int_ranges(pl.col("code").list.len()).alias("place"))
        .explode("code", "place", empty_as_null=False)
        .with_columns(pl.col("code").str.replace_all(".", "", literal=True).str.to_uppercase())
        .join(tables["procedure_codes"].select("code", "list_id", "valid_from", "valid_to"), on="code")
        .with_columns(
            pl.coalesce(pl.col("procedure_dates").list.get(pl.col("place"), null_on_oob=True), "indatum").alias(
                "operation_date"
            )
        )
        .filter(valid)
        .drop("valid_from", "valid_to", "procedure_dates")
        .join(tables["regions"].select("region_code"), on="region_code", how="semi")
        .join(tables["operation_definitions"], left_on="list_id", right_on="procedure_list_id")
    )
    diagnosed = (
        codes.select("row", "diagnosis", "operation_date", "diagnosis_list_id")
        .join(tables["diagnosis_codes"], left_on="diagnosis_list_id", right_on="list_id")
        .filter(pl.col("diagnosis").str.starts_with(pl.col("code")) & valid)
        .select("row", "diagnosis_list_id", "operation_date", pl.lit(True).alias("is_diagnosed"))
        .unique()
    )
    return (
        codes.join(diagnosed, on=["row", "diagnosis_list_id", "operation_date"], how="left")
        .filter(
            pl.col("diagnosis_rule").is_null()
            | ((pl.col("diagnosis_rule") == "required") == pl.col("is_diagnosed").fill_null(False))
        )
        .select(*CONTACT, "makulerad", "personnummer", "sjukhus", "region_code", "definition_id", "operation_date")
        .unique()
    )


def intervals(operations: pl.DataFrame) -> pl.DataFrame:
    """R7: an operation counts from the day when all before it of the same person, kind and date are superseded."""
    same = ["person", "definition_id", "operation_date"]
    return (
        operations.sort("inrapporterad", "leverans_nr", "vardkontakt_id")
        .with_columns(pl.col("superseded_date").fill_null(END).cum_max().shift(1).over(same).alias("earlier_until"))
        .with_columns(pl.max_horizontal("inrapporterad", "earlier_until").alias("counted_from"))
    )


def cells(operations: pl.DataFrame, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """R8, R9 and an interim settlement's periods: counts by settlement, region, category and month, zeros included."""
    starts = (
        tables["round_periods"]
        .filter(pl.col("period_role") == "measured")
        .group_by("round_id")
        .agg(pl.col("period_start").min().alias("measured_start"))
    )
    through, start = pl.col("measured_through"), pl.col("measured_start")
    months = (through.dt.year() - start.dt.year()) * 12 + through.dt.month() - start.dt.month()
    shortened = pl.col("period_start").dt.offset_by(pl.concat_str(months, pl.lit("mo"))).dt.month_end()
    categories = tables["round_categories"].filter(pl.col("counts_from") == "par")
    periods = (
        tables["settlements"]
        .filter(pl.col("counts_from") == "par")
        .join(tables["round_periods"], on="round_id")
        .join(starts, on="round_id")
        .with_columns(
            pl.when(through.is_null()).then("period_end").otherwise(pl.min_horizontal("period_end", shortened))
        )
        .join(categories.select("round_id", "category_id", "definition_id"), on="round_id")
        .select(
            "settlement_id", "cutoff_date", "period_role", "period_start", "period_end", "category_id", "definition_id"
        )
    )
    home, ownership = pl.col("producing_region_code") == pl.col("region_code"), pl.col("ownership")
    key = ["settlement_id", "region_code", "category_id", "operation_month"]
    hospitals = tables["hospitals"].select(
        pl.col("hospital_code").alias("sjukhus"), pl.col("region_code").alias("producing_region_code"), "ownership"
    )
    counted = (
        operations.join(hospitals, on="sjukhus", how="left")
        .lazy()
        .join(periods.lazy(), on="definition_id")
        .filter(
            pl.col("operation_date").is_between("period_start", "period_end")
            & (pl.col("counted_from") <= pl.col("cutoff_date"))
            & (pl.col("superseded_date").is_null() | (pl.col("superseded_date") > pl.col("cutoff_date")))
        )
        .with_columns(pl.col("operation_date").dt.truncate("1mo").alias("operation_month"))
        .group_by(key)
        .agg(
            pl.len().alias("operations"),
            home.sum().alias("operations_home_region"),
            (~home).sum().alias("operations_other_region"),
            home.is_null().sum().alias("operations_unknown_region"),
            (ownership == "private").sum().alias("operations_private"),
            (ownership == "public").sum().alias("operations_public"),
            ownership.is_null().sum().alias("operations_unknown_ownership"),
        )
        .collect(engine="streaming")
    )
    return (
        periods.with_columns(pl.date_ranges("period_start", "period_end", "1mo").alias("operation_month"))
        .explode("operation_month", empty_as_null=False)
        .join(tables["regions"].select("region_code"), how="cross")
        .join(counted, on=key, how="left")
        .select(*key, "period_role", pl.col("^operations.*$").cast(pl.Int64).fill_null(0))
    )


if __name__ == "__main__":
    print_work(count, *map(Path, sys.argv[1:]))
