//! May this be recorded, here and now?
//!
//! Every writer asks here, on the case as it is once nobody else can write to it: `record` and `correct`, tables, entries
//! written by hand, parcels, and the situations of a checklist. So an entry that one of them refuses is refused by all.

mod action;
mod fact;
mod fault;
mod other;
mod plan;

use chrono::{Months, NaiveDate};

pub use action::field_fault;
pub use fact::{SCHOOL_AGE, answer_fault};
pub use fault::Fault;
pub use other::{same_action, tells_the_same};

use crate::case::CaseId;
use crate::case::entry::{Content, Deed, EntryId, PersonId, Subject};
use crate::case::state::{CaseState, Standing};
use crate::checklist::{Checklist, Entries, Item};
use crate::error::Refused;

/// How far back a day may lie without `--long-ago`, in years: an older one is most often a slip of the key.
pub const YEARS_BACK: u32 = 3;

/// Where an entry comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A command, or its questions on a terminal.
    Command,
    /// A row of a table.
    Table,
    /// Typed into the case file.
    Hand,
    /// A situation of a checklist, where what is incomplete is itself the point.
    Situation,
}

/// What somebody has said is meant as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waived {
    /// What the item asks for is added later.
    pub incomplete: bool,
    /// Days really are more than [`YEARS_BACK`] years ago.
    pub long_ago: bool,
    /// The same is recorded already, and is recorded once more.
    pub again: bool,
}

/// What decides whether an entry may be recorded.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The checklist the case is worked against; `None` if it is not to be found.
    pub checklist: Option<&'a Checklist>,
    /// The case as it is now.
    pub state: &'a CaseState<'a>,
    /// People whom the same act adds.
    pub new_people: &'a [PersonId],
    /// Today in the United Kingdom: what is after it is in the future.
    pub today: NaiveDate,
    /// The id of the school's own record, if the folder has one.
    pub school_record: Option<&'a str>,
    /// Where the entry comes from.
    pub source: Source,
    /// What is meant as it is.
    pub waived: Waived,
}

impl<'a> Rules<'a> {
    /// Everything that keeps an entry from being recorded, in the order of its keys. None: it may be.
    pub fn faults(&self, deed: &Deed) -> Vec<Fault> {
        match deed {
            Deed::Record(content) => self.of_content(content, None),
            Deed::Correct {
                corrects, content, ..
            } => self.of_correction(corrects, content.as_ref()),
            Deed::Withdraw { withdraws, .. } => self.of_withdrawal(withdraws),
            // What was struck is named by the command that strikes it, whole.
            Deed::Strike { strikes, .. } if self.source != Source::Hand => {
                self.no_such_entry(strikes).into_iter().collect()
            }
            Deed::Strike { .. } | Deed::Struck if self.source != Source::Hand => Vec::new(),
            Deed::Strike { .. } | Deed::Struck => vec![Fault::ByCommand {
                what: "a text is taken out",
                command: format!("strike {}", self.case()),
            }],
        }
    }

    /// Refuses an entry that may not be recorded.
    ///
    /// # Errors
    /// Every fault in one message, and what to do about each.
    pub fn check(&self, deed: &Deed) -> Result<(), Refused> {
        let faults = self.faults(deed);
        if faults.is_empty() {
            Ok(())
        } else {
            Err(fault::refused(&faults, self.source))
        }
    }

    /// The item on which something may be recorded in this case.
    ///
    /// # Errors
    /// Why nothing may be recorded there.
    pub fn item(&self, id: &str) -> Result<&'a Item, Fault> {
        let checklist = self.list()?;
        let item = self.known_item(id)?;
        if item.entries == Entries::None {
            return Err(Fault::FollowsFromOthers {
                item: id.to_owned(),
                case: self.case().to_string(),
            });
        }
        if let [first, rest @ ..] = item.only_looks_at() {
            return Err(Fault::OnlyLooksAt {
                item: id.to_owned(),
                first: first.clone(),
                others: rest.to_vec(),
                case: self.case().to_string(),
            });
        }
        // A situation may tell of a record in which somebody wrote an action where a signature belongs.
        if item.signs_record() && self.source != Source::Situation {
            return Err(Fault::IsSignOff {
                item: id.to_owned(),
                role: item.signed_by.first().cloned(),
                case: self.case().to_string(),
            });
        }
        // In a situation it shows that an answer in the wrong record counts for nothing.
        if self.source == Source::Situation || belongs(item, self.state.case.subject, checklist) {
            return Ok(item);
        }
        Err(if self.state.case.subject == Subject::School {
            Fault::AboutPupil {
                what: id.to_owned(),
            }
        } else {
            Fault::AboutSchool {
                what: id.to_owned(),
                instead: match self.school_record {
                    Some(record) => format!("record {record} {id}"),
                    None => format!("new --school --checklist {}", checklist.id),
                },
                there: self.school_record.is_some(),
            }
        })
    }

    /// An item of the checklist, whatever may be recorded on it.
    ///
    /// # Errors
    /// If there is none of that id.
    pub fn known_item(&self, id: &str) -> Result<&'a Item, Fault> {
        let checklist = self.list()?;
        checklist
            .item(id)
            .ok_or_else(|| Fault::unknown_item(checklist, id))
    }

    /// A day on which something happened: not in the future, not before the pupil was born, not too long ago.
    ///
    /// # Errors
    /// Which of these it is.
    pub fn past_day(&self, day: NaiveDate) -> Result<(), Fault> {
        if self.source == Source::Situation {
            return Ok(());
        }
        // Told before "years back": a day before the birth is never right, however long ago it may be.
        if day <= self.today && self.state.details().born.is_some_and(|born| day < born) {
            return Err(Fault::BeforeBirth {
                day,
                case: self.case().to_string(),
            });
        }
        past_day(day, self.today, self.waived)
    }

    /// Whether the same is recorded already, by an entry that stands: the start of its id.
    pub fn recorded_already(&self, content: &Content) -> Option<String> {
        self.same_as(content, None)
    }

    fn of_content(&self, content: &Content, before: Option<&Corrected<'_>>) -> Vec<Fault> {
        let mut faults = match content {
            Content::Action(action) => {
                let was = before.and_then(|was| match was.content {
                    Content::Action(action) => Some((was.entry, action)),
                    _ => None,
                });
                self.of_action(action, was)
            }
            Content::Fact(fact) => {
                let was = before.and_then(|was| match was.content {
                    Content::Fact(fact) => Some(fact),
                    _ => None,
                });
                self.of_fact(fact, was)
            }
            Content::Plan(plan) => {
                let was = before.and_then(|was| match was.content {
                    Content::Plan(plan) => Some(plan),
                    _ => None,
                });
                self.of_plan(plan, was)
            }
            other => self.of_other(other, before.map(|was| was.content)),
        };
        if let Some(day) = content.date()
            && before.is_none_or(|was| was.content.date() != Some(day))
        {
            faults.extend(self.past_day(day).err());
        }
        if !self.waived.again
            && self.source != Source::Situation
            && before.is_none_or(|was| was.content != content)
            && let Some(entry) = self.same_as(content, before)
        {
            faults.push(Fault::Again { entry });
        }
        faults
    }

    fn of_correction(&self, corrects: &EntryId, content: Option<&Content>) -> Vec<Fault> {
        if let Some(fault) = self.no_such_entry(corrects) {
            return vec![fault];
        }
        let (Some(content), Some(before)) = (content, self.corrected(corrects)) else {
            return vec![Fault::TextGone];
        };
        if content.kind() != before.content.kind() {
            return vec![Fault::OtherKind {
                kind: before.content.kind(),
            }];
        }
        self.of_content(content, Some(&before))
    }

    fn of_withdrawal(&self, withdraws: &EntryId) -> Vec<Fault> {
        self.no_such_entry(withdraws).into_iter().collect()
    }

    fn no_such_entry(&self, id: &EntryId) -> Option<Fault> {
        let found = self.state.case.chain.place_of(id);
        found.is_none().then(|| Fault::NoSuchEntry {
            id: id.0.clone(),
            case: self.case().to_string(),
        })
    }

    /// What the event of an entry tells before it is corrected: what stands, or of two versions or none the newest.
    fn corrected(&self, id: &EntryId) -> Option<Corrected<'a>> {
        let state = self.state;
        let event = state.event_of(state.case.chain.place_of(id)?)?;
        let latest = |versions: &[usize]| {
            versions.iter().rev().find_map(|n| {
                Some(Corrected {
                    entry: *n,
                    first: event.first,
                    content: state.entry(*n).content()?,
                })
            })
        };
        match &event.standing {
            Standing::Current { entry, content } => Some(Corrected {
                entry: *entry,
                first: event.first,
                content,
            }),
            Standing::Contested(versions) => latest(versions),
            Standing::Withdrawn(_) => latest(&event.versions),
            Standing::Struck => None,
        }
    }

    /// The short id of another entry that stands and tells the very same.
    fn same_as(&self, content: &Content, but: Option<&Corrected<'_>>) -> Option<String> {
        let state = self.state;
        let own = |entry: usize| {
            but.is_some_and(|but| {
                state
                    .event_of(entry)
                    .is_some_and(|event| event.first == but.first)
            })
        };
        let mut same = state
            .current()
            .filter(|(entry, held)| other::tells_the_same(held, content) && !own(*entry));
        same.next()
            .and_then(|(entry, _)| Some(state.entry(entry).id.as_ref()?.short().to_owned()))
    }

    fn list(&self) -> Result<&'a Checklist, Fault> {
        self.checklist.ok_or_else(|| Fault::NoChecklist {
            case: self.case().to_string(),
        })
    }

    fn case(&self) -> &CaseId {
        &self.state.case.id
    }

    /// Persons who are named must be known in the case.
    fn nobody(&self, persons: &[PersonId]) -> Option<Fault> {
        let ever = self.state.ever_named();
        let known = |person: &PersonId| ever.contains(person) || self.new_people.contains(person);
        if let Some(unknown) = persons.iter().find(|person| !known(person)) {
            return Some(Fault::nobody(self.state, &unknown.0));
        }
        // While people are told apart, entries may still name the id that they shared.
        let shared =
            |person: &&PersonId| self.new_people.is_empty() && self.state.is_shared(person);
        persons.iter().find(shared).map(|person| Fault::SharedId {
            person: person.0.clone(),
            separate: person.separate(self.case()),
        })
    }
}

/// A day on which something happened, whoever it happened to: not in the future, and not too long ago.
///
/// # Errors
/// Which of these it is.
pub fn past_day(day: NaiveDate, today: NaiveDate, waived: Waived) -> Result<(), Fault> {
    if day > today {
        return Err(Fault::InFuture { day });
    }
    let limit = today
        .checked_sub_months(Months::new(12 * YEARS_BACK))
        .unwrap_or(NaiveDate::MIN);
    if day < limit && !waived.long_ago {
        return Err(Fault::LongAgo { day });
    }
    Ok(())
}

/// An entry that is corrected, as it stands.
#[derive(Debug, Clone, Copy)]
struct Corrected<'c> {
    /// The version that stands, by its place in the log.
    entry: usize,
    /// The first version.
    first: usize,
    /// What it tells.
    content: &'c Content,
}

/// Whether an item is answered in a case about this subject: what is about the school in the school's own record, the
/// rest in a pupil's.
pub fn belongs(item: &Item, subject: Subject, checklist: &Checklist) -> bool {
    checklist.subject == Subject::School || item.about_school == (subject == Subject::School)
}
