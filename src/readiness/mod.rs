//! The verdict: a function of a checklist, a case and a day, and of nothing else.

mod because;
mod count;
mod days;
mod demand;
mod distance;
mod figures;
mod forecast;
pub mod gap;
mod line;
mod look;
pub mod pending;
mod period;
mod reasons;
mod renewal;
mod says;
mod signed;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use chrono::NaiveDate;

use crate::calendar::Calendar;
use crate::case::entry::{Attachment, EntryId, PersonId, Role, Subject, words};
use crate::case::id::CaseId;
use crate::case::state::CaseState;
use crate::case::verify::{self, Found};
use crate::checklist::{Checklist, Gate, Item, Level};
use crate::register::Register;
use crate::truth::Truth;
use gap::{Gap, GapCode};

pub use because::Because;
pub use days::anchor_words as words_of_anchor;
pub use forecast::{Forecast, Lapse, forecast};
pub use renewal::{Renewal, renewals};

words! {
    /// How a line of the checklist stands.
    State {
        /// It applies, and an entry settles it.
        Met => "met",
        /// It must be, applies, and is not met.
        Blocks => "blocks",
        /// Something is not known, and the answer would change the result.
        Undecided => "undecided",
        /// It should or may be, and is not met.
        Advisory => "advisory",
        /// Its condition is known not to hold.
        NotApplicable => "not-applicable",
        /// Only other items are awaited; it clears by itself.
        Derived => "derived",
    }
}

/// Whether a copy that an entry names is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copy {
    /// There, and as it was when it was attached.
    Good,
    /// There, and changed since.
    Changed,
    /// Not there.
    Gone,
    /// It could not be looked at: a drive that does not answer, no right to read. It may be as good as ever.
    Unreadable,
    /// No copy was made: only where the document lies was noted.
    Noted,
}

/// Looks whether copies are there: the one thing about a case that stands outside its file.
pub trait Copies: std::fmt::Debug {
    /// How a copy of a case stands.
    fn state(&self, case: &CaseId, copy: &Attachment) -> Copy;
}

/// Where there are no copies to look at.
#[derive(Debug)]
pub struct NoCopies;

impl Copies for NoCopies {
    fn state(&self, _: &CaseId, _: &Attachment) -> Copy {
        Copy::Gone
    }
}

/// What is asked: this case, on this day.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    /// The checklist the case is worked against.
    pub checklist: &'a Checklist,
    /// The case, as far as it was known.
    pub state: &'a CaseState<'a>,
    /// The school's own record, if there is one.
    pub school: Option<&'a CaseState<'a>>,
    /// The day of the check.
    pub as_of: NaiveDate,
    /// The route, where it was given for this check.
    pub route: Option<&'a str>,
    /// Bank holidays and the school's term dates.
    pub calendar: &'a Calendar,
    /// The pupil's register, if one is kept.
    pub register: Option<&'a Register>,
    /// The day up to which, itself left out, the register must reach: the day of the check, or for a look ahead the day
    /// from which it looks.
    pub read_to: NaiveDate,
    /// Looks whether copies that entries name are there.
    pub copies: &'a dyn Copies,
}

/// One line of the verdict: an item, or an item for one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// The item.
    pub item: &'a Item,
    /// The person, where the item goes by person.
    pub person: Option<PersonId>,
    /// How it stands.
    pub state: State,
    /// How strong it is here and now.
    pub level: Level,
    /// What it lacks, in order.
    pub gaps: Vec<Gap>,
    /// Why it is not applicable.
    pub because: Option<String>,
    /// The same as data.
    pub reasons: Vec<Because>,
}

impl Line<'_> {
    /// Whether it keeps the case from being ready.
    pub fn holds_up(&self) -> bool {
        match self.state {
            State::Blocks => true,
            State::Undecided | State::Derived => self.level == Level::Must,
            State::Met | State::Advisory | State::NotApplicable => false,
        }
    }

    /// What it waits for, where other items or sections have to be settled before anything should be done about it.
    pub fn waits(&self) -> Option<&Gap> {
        let may_wait = matches!(self.state, State::Advisory | State::Derived);
        self.gaps
            .iter()
            .find(|gap| may_wait && gap.code == GapCode::Waiting && gap.definite)
    }
}

/// How many lines stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Met.
    pub met: usize,
    /// Blocking.
    pub blocks: usize,
    /// Undecided.
    pub undecided: usize,
    /// Advisory.
    pub advisory: usize,
    /// Not applicable.
    pub not_applicable: usize,
    /// Derived.
    pub derived: usize,
}

/// The verdict on a case for a gate on a day.
#[derive(Debug, Clone)]
pub struct Readiness<'a> {
    /// Every line of the gate's sections, in the order of the form.
    pub lines: Vec<Line<'a>>,
    /// Faults of the record itself: with any, it is not ready.
    pub faults: Vec<Found>,
}

impl Readiness<'_> {
    /// Whether nothing blocks, nothing at must level is undecided or derived, and the record stands up.
    pub fn is_ready(&self) -> bool {
        self.faults.is_empty() && !self.lines.iter().any(Line::holds_up)
    }

    /// How many lines stand how.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for line in &self.lines {
            match line.state {
                State::Met => counts.met += 1,
                State::Blocks => counts.blocks += 1,
                State::Undecided => counts.undecided += 1,
                State::Advisory => counts.advisory += 1,
                State::NotApplicable => counts.not_applicable += 1,
                State::Derived => counts.derived += 1,
            }
        }
        counts
    }
}

/// Judges a case for a gate.
pub fn assess<'a>(question: &'a Question<'a>, gate: &Gate) -> Readiness<'a> {
    Readiness {
        lines: lines_of(question, gate),
        faults: verify::faults(question.state.case),
    }
}

/// Every line of a gate's sections, in the order of the form.
fn lines_of<'a>(question: &'a Question<'a>, gate: &Gate) -> Vec<Line<'a>> {
    let assessor = Assessor::before(question, gate);
    let in_gate = |item: &&Item| gate.sections.contains(&item.section) && concerns(question, item);
    let items = question.checklist.items.iter().filter(in_gate);
    items
        .flat_map(|item| assessor.lines(item).as_ref().clone())
        .collect()
}

/// Judges every line of a checklist, whatever the gates.
pub fn every_line<'a>(question: &'a Question<'a>) -> Vec<Line<'a>> {
    let assessor = Assessor::new(question);
    let items = question
        .checklist
        .items
        .iter()
        .filter(|item| concerns(question, item));
    items
        .flat_map(|item| assessor.lines(item).as_ref().clone())
        .collect()
}

/// Whether an item is one for this case: of a pupils' checklist the school's own record answers only what is about the
/// school.
fn concerns(question: &Question<'_>, item: &Item) -> bool {
    let own_record = question.state.case.subject == Subject::School
        && question.checklist.subject == Subject::Pupil;
    !own_record || item.about_school
}

/// Persons of a role, whether each counts, and the entries by which several share an id.
type Persons = Vec<(PersonId, Truth, Vec<EntryId>)>;

/// Works lines out as they are asked for, each item once. Circles cannot arise: checklists with one are refused.
struct Assessor<'a> {
    question: &'a Question<'a>,
    /// The sections that are looked at, by number; `None` for all.
    sections: Option<Vec<usize>>,
    lines: RefCell<HashMap<&'a str, Rc<Vec<Line<'a>>>>>,
    /// The persons of each role that was asked for, worked out once.
    persons: RefCell<Vec<(Role, Rc<Persons>)>>,
}

impl<'a> Assessor<'a> {
    fn new(question: &'a Question<'a>) -> Self {
        Self {
            question,
            sections: None,
            lines: RefCell::default(),
            persons: RefCell::default(),
        }
    }

    /// Looks at the sections of a gate: what lies outside of them is asked of nobody here.
    fn before(question: &'a Question<'a>, gate: &Gate) -> Self {
        Self {
            sections: Some(gate.sections.clone()),
            ..Self::new(question)
        }
    }

    /// The lines of an item.
    fn lines(&self, item: &'a Item) -> Rc<Vec<Line<'a>>> {
        if let Some(known) = self.lines.borrow().get(item.id.as_str()) {
            return Rc::clone(known);
        }
        let found = Rc::new(self.work_out(item));
        self.lines.borrow_mut().insert(&item.id, Rc::clone(&found));
        found
    }
}
