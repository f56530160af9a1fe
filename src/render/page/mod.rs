//! Pages for people: one file each, without a script and without anything to fetch.
//!
//! The pages themselves are templates in `templates/`; what stands in them is given here, ready to be shown.

mod caseload;
mod chart;

use askama::Template;

pub use caseload::{CaseOfLoad, CaseloadPage, GapOfLoad, OverdueOfLoad, OwnerOfLoad};
pub use chart::{Chart, Weekly, chart};

/// The page of one case.
#[derive(Debug, Template)]
#[template(path = "case.html")]
pub struct CasePage {
    /// The case's id.
    pub id: String,
    /// The pupil's name.
    pub name: Option<String>,
    /// Checklist and edition.
    pub about: String,
    /// What else is known of the pupil and the school.
    pub details: Vec<(String, String)>,
    /// Whether it is ready.
    pub ready: bool,
    /// The verdict in a line.
    pub verdict: String,
    /// What it is for.
    pub gate: String,
    /// The day of the check, in words.
    pub as_of: String,
    /// Why the case is closed.
    pub closed: Option<String>,
    /// What keeps it from being ready.
    pub blocks: Vec<LineOfPage>,
    /// What is to be done.
    pub follow_ups: Vec<DueOfPage>,
    /// What the register says.
    pub attendance: Option<Attendance>,
    /// The whole checklist.
    pub sections: Vec<SectionOfPage>,
    /// What happened.
    pub chronology: Vec<Told>,
    /// What stands at the foot.
    pub foot: String,
}

/// A line of the checklist.
#[derive(Debug, Clone)]
pub struct LineOfPage {
    /// Its state, as a class.
    pub state: &'static str,
    /// Its state in words.
    pub word: &'static str,
    /// Its title.
    pub title: String,
    /// The person it is for.
    pub whom: Option<String>,
    /// The rows it stands for.
    pub rows: String,
    /// What it lacks, or what settled it.
    pub says: Vec<String>,
}

/// A section of the checklist.
#[derive(Debug, Clone)]
pub struct SectionOfPage {
    /// Its title.
    pub title: String,
    /// Its lines.
    pub lines: Vec<LineOfPage>,
}

/// A follow-up or review that is open.
#[derive(Debug, Clone)]
pub struct DueOfPage {
    /// By when, in words.
    pub due: String,
    /// Whether that day is past.
    pub overdue: bool,
    /// What.
    pub what: String,
    /// Who sees to it.
    pub owner: Option<String>,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Told {
    /// The day, in words.
    pub day: String,
    /// In a few words.
    pub title: String,
    /// In more words.
    pub says: Vec<String>,
    /// Who recorded it.
    pub by: String,
    /// When, in words.
    pub recorded: Option<String>,
    /// The entry.
    pub entry: String,
}

/// What the register says.
#[derive(Debug, Clone)]
pub struct Attendance {
    /// Figures, each with what it is of.
    pub figures: Vec<(String, String)>,
    /// Remarks, in sentences.
    pub lines: Vec<String>,
    /// The weeks as a chart.
    pub chart: Chart,
    /// The days marked in it.
    pub flags: Vec<FlagOfPage>,
    /// The weeks in figures.
    pub weeks: Vec<WeekOfPage>,
    /// The days of a week that have marks.
    pub days: Vec<&'static str>,
    /// Every session.
    pub sessions: Vec<SessionsOfPage>,
    /// The codes that occur, with their meaning.
    pub codes: Vec<(String, String)>,
}

/// A day marked in the chart.
#[derive(Debug, Clone)]
pub struct FlagOfPage {
    /// Its letter.
    pub letter: String,
    /// The day, in words.
    pub day: String,
    /// What happened.
    pub words: String,
}

/// A week in figures.
#[derive(Debug, Clone)]
pub struct WeekOfPage {
    /// Its Monday, in words.
    pub monday: String,
    /// Sessions attended.
    pub attended: u32,
    /// Possible sessions.
    pub possible: u32,
    /// The share, in words.
    pub percent: String,
    /// Sessions absent with leave.
    pub authorised: u32,
    /// Sessions absent without.
    pub unauthorised: u32,
}

/// The sessions of a week.
#[derive(Debug, Clone)]
pub struct SessionsOfPage {
    /// Its Monday, in words.
    pub monday: String,
    /// Its marks, morning and afternoon of each day.
    pub marks: Vec<MarkOfPage>,
}

/// A mark.
#[derive(Debug, Clone)]
pub struct MarkOfPage {
    /// What it counts as, as a class.
    pub class: Option<&'static str>,
    /// The code; nothing where nothing is entered.
    pub code: &'static str,
}
