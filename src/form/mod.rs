//! The form a council wants back: how it is laid out, which is data beside a checklist, and a case filled into it.

mod chronology;
pub mod entries;
mod facts;
mod fill;
mod needs;
mod outside;
mod pieces;
pub mod read;
mod row;
pub mod shows;

use crate::case::entry::words;

pub use chronology::{Happening, chronology};
pub use entries::{capital, plain};
pub use fill::{Fill, Left, fill};
pub use outside::{because, lacks};
pub use pieces::{Cells, Filled, Note, Paragraph, Row, Table};
pub use shows::Shows;

/// The format of files of layouts.
pub const FORMAT: &str = "form/1";

words! {
    /// Which way up the paper lies.
    Page {
        /// The long side at the top.
        Landscape => "landscape",
        /// The short side at the top.
        Portrait => "portrait",
    }
}

words! {
    /// How the cells of a head or a foot lie.
    Lie {
        /// Labels side by side, and under each its value.
        Columns => "columns",
        /// Labels under each other, and beside each its value.
        Rows => "rows",
    }
}

words! {
    /// Whose a head or a foot is.
    From {
        /// It stands in the council's own file too.
        Council => "council",
        /// It was put there by this program, and is not looked for in the council's file.
        Attcheck => "attcheck",
    }
}

words! {
    /// What a cell of a head or a foot holds.
    Fixed {
        /// The pupil's name.
        Name => "name",
        /// The unique pupil number.
        Upn => "upn",
        /// Day of birth.
        Born => "born",
        /// Year group.
        YearGroup => "year-group",
        /// The school's name.
        School => "school",
        /// The school's unique reference number.
        Urn => "urn",
        /// The case's id.
        Case => "case",
        /// The day the case was opened.
        Opened => "opened",
        /// The day support began.
        Began => "began",
        /// Everybody who recorded something.
        RecordedBy => "recorded-by",
        /// The day the form is for.
        Date => "date",
        /// The earliest day a follow-up or a review that is open falls on.
        NextReview => "next-review",
        /// Left to be filled in by hand.
        Nothing => "nothing",
    }
}

words! {
    /// What a column holds. The first seven are of rows of the form, the others of follow-ups.
    Holds {
        /// The row's number.
        Row => "row",
        /// What is asked: its title, and what to do.
        Action => "action",
        /// Its title alone.
        Title => "title",
        /// The references of the document.
        References => "references",
        /// Y, or N and why, or that it is not applicable.
        Completed => "completed",
        /// The days of its entries.
        Date => "date",
        /// What came of it: outcomes, reasons and other fields.
        Outcome => "outcome",
        /// Completed, date and outcome in one.
        Answer => "answer",
        /// One, two, three.
        Number => "number",
        /// What is to be done.
        Next => "next",
        /// By when.
        Due => "due",
        /// By whom.
        Owner => "owner",
        /// Remarks, and what became of it.
        Comments => "comments",
    }
}

impl Holds {
    /// Whether it is said of a follow-up, and not of a row of the form.
    pub fn of_follow_up(self) -> bool {
        matches!(
            self,
            Self::Number | Self::Next | Self::Due | Self::Owner | Self::Comments
        )
    }

    /// Whether it is what the school answers, and not what the form asks.
    pub fn is_answer(self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Date | Self::Outcome | Self::Answer
        )
    }
}

/// How a form is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Its name.
    pub title: String,
    /// What stands above it.
    pub about: Option<String>,
    /// Which way up the paper lies.
    pub page: Page,
    /// The table above.
    pub head: Option<Pairs>,
    /// Its columns, where a part has none of its own.
    pub columns: Vec<Column>,
    /// Its tables, in order.
    pub parts: Vec<Part>,
    /// The table below.
    pub foot: Option<Pairs>,
    /// By what words each row is known in the council's own file: all of them have to be in it.
    pub rows: Vec<(String, Vec<String>)>,
    /// What single cells show: the row, the column, and what stands there in place of what the column holds.
    pub cells: Vec<(String, Target, Shows)>,
    /// What stands in answer cells of the council's own file before anybody has answered.
    pub hints: Vec<String>,
}

impl Layout {
    /// The columns of a part: its own, or those of the form.
    pub fn columns_of<'a>(&'a self, part: &'a Part) -> &'a [Column] {
        part.columns.as_ref().unwrap_or(&self.columns)
    }

    /// What a row shows in a column with this heading, where the layout says so.
    pub(crate) fn shown_under(&self, row: &str, label: &str) -> Option<&Shows> {
        let mut cells = self.cells.iter();
        cells
            .find(|(of, target, _)| {
                of == row && matches!(target, Target::Column(known) if known == label)
            })
            .map(|(_, _, shows)| shows)
    }

    /// What a row shows wherever this is asked, where the layout says so.
    pub(crate) fn shown_for(&self, row: &str, holds: Holds) -> Option<&Shows> {
        let mut cells = self.cells.iter();
        cells
            .find(|(of, target, _)| of == row && *target == Target::Holds(holds))
            .map(|(_, _, shows)| shows)
    }
}

/// Which cell of a row the layout speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The column that holds this, or the part of an `answer` that does.
    Holds(Holds),
    /// The column with this heading.
    Column(String),
}

/// A table of labels and values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairs {
    /// How they lie.
    pub lie: Lie,
    /// Whose they are.
    pub from: From,
    /// Each label with what its value is.
    pub cells: Vec<Pair>,
}

/// A label and what stands beside or under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The label.
    pub label: String,
    /// By what words it is known in the council's own file.
    pub find: Vec<String>,
    /// What it holds.
    pub value: PairValue,
}

/// What stands beside or under a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PairValue {
    /// Something every case has.
    Fixed(Fixed),
    /// What the latest entry of an item says in a field, or its day (`date`).
    Field {
        /// The item.
        item: String,
        /// The field.
        field: String,
    },
    /// A fact, or the state of an item.
    Shows(Shows),
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub label: String,
    /// What it holds.
    pub holds: Holds,
    /// What it shows in place of that in every row: a column of the council's own, such as "Offered Y/N".
    pub shows: Option<Shows>,
    /// How wide it is, in percent of the table.
    pub width: u32,
    /// By what words it is known in the council's own file.
    pub find: Vec<String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The section of the checklist, by number.
    pub section: usize,
    /// What stands above it.
    pub about: Option<String>,
    /// Its own columns.
    pub columns: Option<Vec<Column>>,
    /// What its lines are.
    pub lines: Lines,
}

/// What the lines of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// A line for each row of the form, whatever items stand for it.
    Rows,
    /// A line for each item.
    Items,
    /// A line for each follow-up of the case.
    FollowUps {
        /// How many lines there are at least, blank ones to be filled in by hand.
        least: usize,
    },
}
