//! The page of all open cases.

use askama::Template;

/// The page of all open cases.
#[derive(Debug, Template)]
#[template(path = "caseload.html")]
pub struct CaseloadPage {
    /// The school's name.
    pub school: Option<String>,
    /// The day of the check, in words.
    pub as_of: String,
    /// Figures, each with what it is of.
    pub figures: Vec<(String, String)>,
    /// Files that could not be read.
    pub failed: Vec<String>,
    /// What is overdue, by who sees to it.
    pub overdue: Vec<OwnerOfLoad>,
    /// The commonest gaps.
    pub gaps: Vec<GapOfLoad>,
    /// The items the council named most often when it returned a referral, with how often.
    pub returned: Vec<(usize, String)>,
    /// What it said most often.
    pub reasons: Vec<(usize, String)>,
    /// Whether names stand on the page.
    pub named: bool,
    /// The cases.
    pub cases: Vec<CaseOfLoad>,
    /// What stands at the foot.
    pub foot: String,
}

/// Somebody with what is overdue.
#[derive(Debug, Clone)]
pub struct OwnerOfLoad {
    /// Who.
    pub who: String,
    /// How much.
    pub count: usize,
    /// What.
    pub list: Vec<OverdueOfLoad>,
}

/// Something overdue.
#[derive(Debug, Clone)]
pub struct OverdueOfLoad {
    /// Since when, in words.
    pub due: String,
    /// The case.
    pub case: String,
    /// What.
    pub what: Option<String>,
}

/// A line of a checklist that cases lack.
#[derive(Debug, Clone)]
pub struct GapOfLoad {
    /// How many cases lack it.
    pub cases: usize,
    /// The checklist.
    pub checklist: String,
    /// The rows it stands for.
    pub rows: String,
    /// Its title.
    pub title: String,
    /// What is lacking in how many.
    pub lacking: String,
}

/// A case.
#[derive(Debug, Clone)]
pub struct CaseOfLoad {
    /// Its id.
    pub id: String,
    /// The pupil's name.
    pub name: String,
    /// The year group.
    pub year: String,
    /// The checklist.
    pub checklist: String,
    /// Whether it is ready.
    pub ready: bool,
    /// The verdict in words.
    pub verdict: String,
    /// How many lines are to do.
    pub to_do: usize,
    /// How many things are to find out.
    pub to_find: usize,
    /// Its oldest gap, in words.
    pub oldest: String,
    /// Its next review, in words.
    pub next: String,
    /// Whether that day is past.
    pub late: bool,
}
