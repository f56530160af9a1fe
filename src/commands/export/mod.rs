//! `attcheck export`

mod entries;
mod rows;

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::in_order::in_order;
use super::verdict::Check;
use super::{Context, Outcome};
use crate::cli::When;
use crate::error::{describe, refuse};
use crate::number::counted;
use crate::render::data::{Cell, Shape, csv_head, csv_row, json_row};
use crate::store::checklists::KnownChecklists;
use crate::store::draft::Draft;
use crate::store::file;
use rows::Rows;

/// Export cases, entries, item states and facts as tables for other programs
///
/// One table as CSV or as JSON lines; without naming one all four as JSON lines, each line saying which table it is of; with
/// --folder a file for each. Every case is in it, open or closed. The columns are documented in docs/data.md and stay.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The table; all four if left out
    table: Option<Table>,
    /// CSV for spreadsheets, or JSON lines
    #[arg(long, value_enum)]
    format: DataFormat,
    /// Write a file for each table into this folder
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Leave out names, UPNs, dates of birth and free texts; the columns stay
    #[arg(long)]
    no_names: bool,
    #[command(flatten)]
    when: When,
}

/// The tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Table {
    /// A row for each case
    Cases,
    /// A row for each entry of each log
    Entries,
    /// A row for each line of each case's checklist, as it stands
    Items,
    /// A row for each fact that was answered, as it stands
    Facts,
}

impl Table {
    const ALL: [Self; 4] = [Self::Cases, Self::Entries, Self::Items, Self::Facts];

    fn shape(self) -> Shape {
        match self {
            Self::Cases => rows::CASES,
            Self::Entries => rows::ENTRIES,
            Self::Items => rows::ITEMS,
            Self::Facts => rows::FACTS,
        }
    }

    fn of(self, rows: &Rows) -> &[Vec<Cell>] {
        match self {
            Self::Cases => &rows.cases,
            Self::Entries => &rows.entries,
            Self::Items => &rows.items,
            Self::Facts => &rows.facts,
        }
    }
}

/// The forms of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DataFormat {
    /// Comma-separated values, UTF-8 with a byte order mark
    Csv,
    /// One JSON object a line
    Jsonl,
}

impl DataFormat {
    fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }

    fn head(self, shape: Shape, out: &mut dyn Write) -> std::io::Result<()> {
        match self {
            Self::Csv => csv_head(shape, out),
            Self::Jsonl => Ok(()),
        }
    }

    fn row(
        self,
        shape: Shape,
        row: &[Cell],
        named: bool,
        out: &mut dyn Write,
    ) -> std::io::Result<()> {
        match self {
            Self::Csv => csv_row(row, out),
            Self::Jsonl => json_row(shape, row, named, out),
        }
    }
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let tables: Vec<Table> = args.table.map_or(Table::ALL.to_vec(), |table| vec![table]);
    if args.folder.is_some() && cx.into_file {
        return Err(refuse(
            "--folder and --output are both given",
            "give one of the two",
        ));
    }
    if args.folder.is_none() && args.format == DataFormat::Csv && tables.len() > 1 {
        let hint = "name one, as in `attcheck export cases --format csv`, or give --folder for a file each";
        return Err(refuse("a CSV file holds one table", hint));
    }
    let check = Check::new(&args.when, cx)?.at_any_gate();
    check.refuse_unknown_gate(cx)?;
    match &args.folder {
        Some(folder) => into_folder(folder, &tables, args, &check, cx),
        None => {
            let named = tables.len() > 1;
            if let [only] = tables.as_slice() {
                args.format.head(only.shape(), cx.data_out())?;
            }
            let (outcome, _) = each(args, &check, cx, |rows, cx| {
                for table in &tables {
                    for row in table.of(rows) {
                        args.format.row(table.shape(), row, named, cx.data_out())?;
                    }
                }
                Ok(())
            })?;
            Ok(outcome)
        }
    }
}

/// A file for each table; all of them appear together, when everything is in them.
fn into_folder(
    folder: &Path,
    tables: &[Table],
    args: &Args,
    check: &Check,
    cx: &mut Context,
) -> anyhow::Result<Outcome> {
    cx.refuse_own_folder(folder)?;
    file::make_folder(folder)?;
    let mut files = Vec::new();
    for table in tables {
        let target = folder.join(format!("{}.{}", table.shape().name, args.format.ending()));
        let mut out = BufWriter::new(Draft::alone(&target)?);
        args.format.head(table.shape(), &mut out)?;
        files.push((*table, out));
    }
    let (outcome, count) = each(args, check, cx, |rows, _| {
        for (table, out) in &mut files {
            for row in table.of(rows) {
                args.format.row(table.shape(), row, false, out)?;
            }
        }
        Ok(())
    })?;
    for (_, out) in files {
        out.into_inner()
            .map_err(std::io::IntoInnerError::into_error)?
            .publish(&[])?;
    }
    let files = counted(tables.len(), "file");
    cx.say(&format!(
        "{} in {files} in `{}`",
        counted(count, "case"),
        folder.display()
    ));
    Ok(outcome)
}

/// Hands the rows of each case over, one case after the other, and counts the cases.
fn each(
    args: &Args,
    check: &Check,
    cx: &mut Context,
    mut take: impl FnMut(&Rows, &mut Context) -> std::io::Result<()>,
) -> anyhow::Result<(Outcome, usize)> {
    let (files, store, names) = (cx.every_case()?, cx.store.clone(), !args.no_names);
    let (mut outcome, mut broken, mut count) = (Outcome::Success, None, 0);
    let work =
        |file: &Path, known: &mut KnownChecklists| rows::of_case(&store, check, file, names, known);
    in_order(&files, KnownChecklists::default, work, |rows| {
        match rows {
            Ok(rows) => {
                count += 1;
                broken = take(&rows, cx).err();
            }
            Err(error) => {
                outcome = Outcome::Failed;
                cx.warn(describe(&error).trim_end());
            }
        }
        broken.is_none()
    });
    match broken {
        Some(error) => Err(error.into()),
        None => Ok((outcome, count)),
    }
}
