#!/usr/bin/env python3
"""Judges exported tables: DuckDB and pandas must read the same from the CSV as from the JSONL.

    data.py FOLDER        with cases, entries, items and facts, each as .csv and .jsonl

The one rule that makes a CSV cell differ from its JSON text: a text whose first character after
any leading apostrophes could start a formula is written in the CSV with one more apostrophe in front.

Exit status: 0 good, 1 findings, 2 wrong usage, 3 tools not installed.
Needs: pip install duckdb pandas
"""
import json
import sys
from decimal import Decimal, InvalidOperation
from pathlib import Path

missing = []
try:
    import duckdb
except ImportError:
    missing.append("duckdb")
try:
    import pandas
except ImportError:
    missing.append("pandas")
if missing:
    print("not installed: " + ", ".join(missing))
    sys.exit(3)

TABLES = ["cases", "entries", "items", "facts"]
RISKY = tuple("=+-@\t\r\n＝＋－＠")
SHOWN = 10  # findings printed for a table; one slip in a writer shows in every row


def unguarded(cell):
    """Undoes the rule, as a reader of the CSV would."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(RISKY) else cell


def as_text(value):
    """What a JSON value is in a CSV cell. Numbers come as the text they are written in."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


class Number(str):
    """A JSON number, kept as it is written: 1.50 is not 1.5 in a CSV cell."""


def pairs(items):
    record = dict(items)
    if len(record) != len(items):
        raise ValueError("a key occurs twice in a record")
    return record


def same(value, read):
    """Is what a reader of the JSONL gives the value that was written?"""
    if read is None or read != read:  # pandas reads null as NaN, the one value unequal to itself
        return value is None
    if isinstance(value, bool):
        return str(read).lower() == as_text(value)  # pandas gives True, DuckDB the text true
    if isinstance(value, Number):
        try:
            return not isinstance(read, bool) and Decimal(value) == Decimal(str(read))  # 2 may be read as 2.0
        except InvalidOperation:
            return False
    return read == value


def sql(value):
    """The value as a string in SQL."""
    return "'" + str(value).replace("'", "''") + "'"


def judge(folder, table):
    found = []
    csv, jsonl = folder / f"{table}.csv", folder / f"{table}.jsonl"
    for path in (csv, jsonl):
        if not path.is_file():
            found.append(f"{path.name}: no such file")
    if found:
        return found

    if not csv.read_bytes().startswith(b"\xef\xbb\xbf"):
        found.append(f"{csv.name}: does not begin with a byte order mark")

    # What was written, by the plainest reader: it keeps the order of keys and the text of numbers.
    # Split at LF alone, since a text may hold other line separators as they are.
    written = [json.loads(line, object_pairs_hook=pairs, parse_int=Number, parse_float=Number)
               for line in jsonl.read_text(encoding="utf-8").split("\n") if line.strip()]
    nested = sorted({key for record in written for key, value in record.items() if isinstance(value, (list, dict))})
    if nested:
        return found + [f"{jsonl.name}: a list or object has no one text in a CSV: {', '.join(nested)}"]

    # The dialect is said, since a reader that guesses takes a header of a table of texts for a row.
    relation = duckdb.sql(f"SELECT * FROM read_csv({sql(csv)}, all_varchar=true, header=true, delim=',', quote='\"', escape='\"')")
    header = list(relation.columns)
    csv_duckdb = [["" if cell is None else cell for cell in row] for row in relation.fetchall()]
    frame = pandas.read_csv(csv, dtype=str, keep_default_na=False)
    if list(frame.columns) != header:
        found.append(f"{csv.name}: header is {header} by DuckDB, {list(frame.columns)} by pandas")
    csv_pandas = frame.values.tolist()

    json_duckdb, json_pandas = [], []
    if written:  # in an empty JSONL there are no keys to compare
        keys = list(written[0])
        if keys != header:
            found.append(f"columns differ: {header} in the CSV, {keys} in the JSONL")
        for number, record in enumerate(written, 1):
            if list(record) != keys:
                found.append(f"{jsonl.name}, record {number}: other keys or another order than in the first: {list(record)}")
        reader = f"read_json({sql(jsonl)}, format='newline_delimited'"
        seen = duckdb.sql(f"SELECT * FROM {reader})").columns
        if list(seen) != keys:
            found.append(f"{jsonl.name}: keys are {list(seen)} by DuckDB, {keys} by the first record")
        # All as VARCHAR, or DuckDB makes dates and times of texts that look like them.
        columns = ", ".join(f"{sql(key)}: 'VARCHAR'" for key in keys)
        json_duckdb = duckdb.sql(f"SELECT * FROM {reader}, columns={{{columns}}})").fetchall()
        frame = pandas.read_json(jsonl, lines=True, dtype=False)
        if list(frame.columns) != keys:
            found.append(f"{jsonl.name}: keys are {list(frame.columns)} by pandas, {keys} by the first record")
        json_pandas = frame.values.tolist()

    counts = {"CSV by DuckDB": len(csv_duckdb), "CSV by pandas": len(csv_pandas), "JSONL": len(written),
              "JSONL by DuckDB": len(json_duckdb), "JSONL by pandas": len(json_pandas)}
    print(f"{table}: {len(header)} columns; rows: " + ", ".join(f"{count} in {what}" for what, count in counts.items()))
    if len(set(counts.values())) > 1:
        found.append(f"{table}: the counts of rows differ")
    if found:
        return found  # the values are compared by place, which would now mean nothing

    for number, record in enumerate(written):
        for place, (key, value) in enumerate(record.items()):
            where = f"{table}, row {number + 1}, {key}"
            want = as_text(value)
            for reader, cell in (("DuckDB", csv_duckdb[number][place]), ("pandas", csv_pandas[number][place])):
                if unguarded(cell) != want:
                    found.append(f"{where}: {cell!r} in the CSV by {reader}, {want!r} in the JSONL")
                # Undoing the rule leaves a cell alone that should have been guarded and was not.
                elif isinstance(value, str) and not isinstance(value, Number) and cell.startswith(RISKY):
                    found.append(f"{where}: {cell!r} may be run as a formula")
            for reader, read in (("DuckDB", json_duckdb[number][place]), ("pandas", json_pandas[number][place])):
                if not same(value, read):
                    found.append(f"{where}: {read!r} in the JSONL by {reader}, {value!r} as written")
    return found


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    bad = False
    for table in TABLES:
        try:
            found = judge(Path(sys.argv[1]), table)
        except Exception as error:  # a reader that fails is a finding about the file
            found = [f"{table}: not read: {error!r}"]
        for finding in found[:SHOWN]:
            print(finding)
        if len(found) > SHOWN:
            print(f"{table}: and {len(found) - SHOWN} more findings")
        bad = bad or bool(found)
    print("findings" if bad else "good")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
