//! What a filled form is made of, whatever it is written as.

use super::{Holds, Lie, Page};

/// A form with a case filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Its name.
    pub title: String,
    /// What stands above it.
    pub about: Option<String>,
    /// Which way up the paper lies.
    pub page: Page,
    /// What has to be read before anything else.
    pub first: Option<Note>,
    /// The table above.
    pub head: Option<Cells>,
    /// The tables.
    pub tables: Vec<Table>,
    /// The table below.
    pub foot: Option<Cells>,
    /// What stands at the head of every page.
    pub header: Option<String>,
    /// What stands at the foot of every page.
    pub footer: String,
}

/// A remark with a list below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Its heading.
    pub title: String,
    /// What it says.
    pub says: String,
    /// One line each.
    pub list: Vec<String>,
}

/// Labels and their values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cells {
    /// How they lie.
    pub lie: Lie,
    /// Each label with its value.
    pub cells: Vec<(String, String)>,
}

/// A table under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The heading.
    pub title: String,
    /// What stands above it.
    pub about: Option<String>,
    /// What each column holds, its heading, and how wide it is in percent.
    pub columns: Vec<(Holds, String, u32)>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The row of the form it is; none for a follow-up.
    pub source: Option<String>,
    /// A cell for each column, in its order.
    pub cells: Vec<Vec<Paragraph>>,
    /// Whether it is known not to apply.
    pub idle: bool,
}

impl Row {
    /// A row of short texts.
    pub fn plain(cells: impl IntoIterator<Item = String>) -> Self {
        let cells = cells
            .into_iter()
            .map(|text| vec![Paragraph::plain(text)])
            .collect();
        Self {
            source: None,
            cells,
            idle: false,
        }
    }
}

/// A paragraph of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// What it says; line breaks are kept.
    pub text: String,
    /// Whether it stands out.
    pub strong: bool,
}

impl Paragraph {
    /// One that says something.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            strong: false,
        }
    }

    /// One that stands out.
    pub fn strong(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            strong: true,
        }
    }
}
