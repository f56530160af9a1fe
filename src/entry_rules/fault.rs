//! What keeps an entry from being recorded. The sentence is made last, and is the same for every way in; only the advice
//! speaks of flags, columns or keys.

use chrono::NaiveDate;

use super::{Source, YEARS_BACK};
use crate::case::content::is_kebab;
use crate::case::entry::{Answer, CloseReason, Role};
use crate::case::state::CaseState;
use crate::checklist::{Checklist, Reversed};
use crate::day;
use crate::error::Refused;
use crate::problem::{did_you_mean, nearest};

/// One thing that keeps an entry from being recorded. Holds no free text: that might be a name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each says what it is in `message`")]
pub enum Fault {
    NoChecklist {
        case: String,
    },
    UnknownItem {
        shown: Option<String>,
        list: String,
        title: String,
        near: Option<String>,
    },
    FollowsFromOthers {
        item: String,
        case: String,
    },
    OnlyLooksAt {
        item: String,
        first: String,
        others: Vec<String>,
        case: String,
    },
    IsSignOff {
        item: String,
        role: Option<String>,
        case: String,
    },
    AboutPupil {
        what: String,
    },
    AboutSchool {
        what: String,
        instead: String,
        there: bool,
    },
    NoDay,
    InFuture {
        day: NaiveDate,
    },
    BeforeBirth {
        day: NaiveDate,
        case: String,
    },
    LongAgo {
        day: NaiveDate,
    },
    ReasonMissing {
        answer: Answer,
    },
    ReasonWithDone {
        accepts: Vec<Answer>,
    },
    Nobody {
        shown: Option<String>,
        ids: Vec<String>,
        case: String,
    },
    SharedId {
        person: String,
        separate: String,
    },
    ForWhom {
        item: String,
        role: Role,
        ids: Vec<String>,
    },
    UnknownField {
        field: Option<String>,
        near: Option<String>,
    },
    NotADay {
        field: String,
    },
    NotAPeriod {
        field: String,
    },
    NotAPercent {
        field: String,
    },
    NotAnAnswer {
        field: String,
        shown: Option<String>,
        answers: Vec<String>,
    },
    Undocumented {
        item: String,
        names: Vec<String>,
    },
    NameInEntry {
        item: String,
        field: &'static str,
    },
    Blank {
        item: String,
        names: Vec<String>,
        asks: Vec<(String, String)>,
    },
    Reversed(Reversed),
    WithoutNext {
        field: &'static str,
    },
    NoOwner {
        list: String,
    },
    UnknownPoint {
        item: String,
        shown: Option<String>,
        known: Vec<String>,
    },
    NotACopy {
        name: String,
    },
    Again {
        entry: String,
    },
    UnknownFact {
        shown: Option<String>,
        near: Option<String>,
    },
    NotAnAnswerOfFact {
        fact: String,
        near: Option<String>,
        allowed: Vec<String>,
    },
    FactByPerson {
        fact: String,
        role: Role,
    },
    FactOfNobody {
        fact: String,
    },
    WorkedOut {
        case: String,
    },
    NotACase,
    AnswerMissing,
    SettlesNothing,
    NextMissing,
    DueMissing,
    RecordedOnItem {
        item: String,
        case: String,
    },
    NoFollowUp {
        entry: String,
        case: String,
    },
    SettledAlready {
        by: String,
        answer: Answer,
        case: String,
    },
    BrokenRecord {
        finding: &'static str,
        line: usize,
        case: String,
    },
    NotARole,
    NoPeopleHere {
        case: String,
    },
    NoPupilHere {
        case: String,
    },
    NotAUpn {
        what: &'static str,
    },
    BornInFuture {
        day: NaiveDate,
    },
    NameMissing,
    RoleMissing,
    RoleIsNamed {
        role: Role,
        ids: Vec<String>,
        case: String,
    },
    NotClosed,
    ClosedAlready {
        case: String,
    },
    ClosedAsPupil {
        reason: CloseReason,
    },
    ReferredToNobody,
    NotAResult,
    AcceptedWithItems,
    ReturnedWithoutReason,
    BeforeOpening {
        day: NaiveDate,
        opened: NaiveDate,
    },
    ByCommand {
        what: &'static str,
        command: String,
    },
    NoSuchEntry {
        id: String,
        case: String,
    },
    TextGone,
    OtherKind {
        kind: &'static str,
    },
}

impl Fault {
    pub(super) fn unknown_item(checklist: &Checklist, id: &str) -> Self {
        let ids = checklist.items.iter().map(|item| item.id.as_str());
        let close = nearest(id, ids.clone()).is_some();
        Self::UnknownItem {
            // What fits nothing may be a child's name typed in the wrong place.
            shown: (close && is_kebab(id)).then(|| id.to_owned()),
            list: checklist.id.clone(),
            title: checklist.title.clone(),
            near: did_you_mean(id, ids),
        }
    }

    pub(super) fn unknown_point(item: &str, point: &str, known: &[&str]) -> Self {
        let close = nearest(point, known.iter().copied()).is_some();
        Self::UnknownPoint {
            item: item.to_owned(),
            shown: (close && is_kebab(point)).then(|| point.to_owned()),
            known: known.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    /// A name that is no field of a checklist.
    pub fn unknown_field(checklist: &Checklist, name: &str) -> Self {
        Self::UnknownField {
            field: is_kebab(name).then(|| name.to_owned()),
            near: did_you_mean(name, checklist.fields.keys().map(String::as_str)),
        }
    }

    /// A value that is none of a field's answers.
    pub fn not_an_answer(field: &str, value: &str, answers: &[String]) -> Self {
        let close = nearest(value, answers.iter().map(String::as_str)).is_some();
        Self::NotAnAnswer {
            field: field.to_owned(),
            shown: close.then(|| value.to_owned()),
            answers: answers.to_vec(),
        }
    }

    /// A name that is no fact of a checklist.
    pub fn unknown_fact(checklist: &Checklist, name: &str) -> Self {
        let names = checklist.facts.keys().map(String::as_str);
        Self::UnknownFact {
            shown: crate::checklist::vocabulary::is_snake(name).then(|| name.to_owned()),
            near: did_you_mean(name, names),
        }
    }

    pub(super) fn nobody(state: &CaseState<'_>, id: &str) -> Self {
        let ids = state.ever_named();
        Self::Nobody {
            shown: crate::case::id::is_person_id(id).then(|| id.to_owned()),
            ids: ids
                .into_iter()
                .map(|id| id.0)
                .filter(|id| id != "pupil")
                .collect(),
            case: state.case.id.to_string(),
        }
    }

    /// The key of the entry that it is about, as the file writes it.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::UnknownItem { .. }
            | Self::FollowsFromOthers { .. }
            | Self::OnlyLooksAt { .. }
            | Self::IsSignOff { .. }
            | Self::RecordedOnItem { .. } => Some("item"),
            Self::NoDay
            | Self::InFuture { .. }
            | Self::BeforeBirth { .. }
            | Self::LongAgo { .. }
            | Self::BeforeOpening { .. } => Some("date"),
            Self::ReasonMissing { .. }
            | Self::ReasonWithDone { .. }
            | Self::ClosedAsPupil { .. }
            | Self::ReturnedWithoutReason => Some("reason"),
            Self::Nobody { .. }
            | Self::SharedId { .. }
            | Self::ForWhom { .. }
            | Self::FactByPerson { .. }
            | Self::FactOfNobody { .. } => Some("for"),
            Self::UnknownField { field, .. } => field.as_deref(),
            Self::NotADay { field }
            | Self::NotAPeriod { field }
            | Self::NotAPercent { field }
            | Self::NotAnAnswer { field, .. } => Some(field),
            Self::NameInEntry { field, .. } => Some(field),
            Self::Reversed(reversed) => reversed
                .end_field
                .as_deref()
                .or(reversed.start_field.as_deref())
                .or(Some("date")),
            Self::WithoutNext { .. } | Self::NextMissing => Some("next"),
            Self::Blank { names, .. } => names.first().map(String::as_str),
            Self::NoOwner { .. } => Some("owner"),
            Self::UnknownPoint { .. } => Some("points"),
            Self::NotACopy { .. } | Self::Undocumented { .. } => Some("attach"),
            Self::UnknownFact { .. } | Self::WorkedOut { .. } => Some("fact"),
            Self::NotAnAnswerOfFact { .. } | Self::NotACase => Some("value"),
            Self::AnswerMissing | Self::SettlesNothing => Some("answer"),
            Self::DueMissing => Some("due"),
            Self::NoFollowUp { .. } | Self::SettledAlready { .. } => Some("settles"),
            Self::NotARole | Self::RoleMissing => Some("role"),
            Self::NameMissing => Some("name"),
            Self::NotAResult => Some("result"),
            Self::AcceptedWithItems => Some("items"),
            Self::NoChecklist { .. }
            | Self::AboutPupil { .. }
            | Self::AboutSchool { .. }
            | Self::Again { .. }
            | Self::BrokenRecord { .. }
            | Self::NoPeopleHere { .. }
            | Self::NoPupilHere { .. }
            | Self::NotAUpn { .. }
            | Self::BornInFuture { .. }
            | Self::RoleIsNamed { .. }
            | Self::NotClosed
            | Self::ClosedAlready { .. }
            | Self::ReferredToNobody
            | Self::ByCommand { .. }
            | Self::NoSuchEntry { .. }
            | Self::TextGone
            | Self::OtherKind { .. } => None,
        }
    }

    /// What was found, the same whichever way the entry came.
    #[expect(clippy::too_many_lines, reason = "one line for each fault")]
    pub fn message(&self) -> String {
        let quoted = |shown: &Option<String>| {
            shown
                .as_ref()
                .map_or_else(|| "that".to_owned(), |shown| format!("`{shown}`"))
        };
        match self {
            Self::NoChecklist { .. } => {
                "the checklist of the case is not here, so nothing can be checked against it".into()
            }
            Self::UnknownItem { shown, title, .. } => {
                format!("{} is not an item of {title}", quoted(shown))
            }
            Self::FollowsFromOthers { item, .. } => {
                format!("there is nothing to record on `{item}`: it follows from other items")
            }
            Self::OnlyLooksAt {
                item,
                first,
                others,
                ..
            } => {
                let all: Vec<String> = std::iter::once(first)
                    .chain(others)
                    .map(|item| format!("`{item}`"))
                    .collect();
                format!(
                    "`{item}` only looks at what is recorded on {}",
                    all.join(" and ")
                )
            }
            Self::IsSignOff { item, .. } => {
                format!("`{item}` is the sign-off of the whole record, and is signed")
            }
            Self::AboutPupil { what } => {
                format!("`{what}` is about a pupil, and this is the school's own record")
            }
            Self::AboutSchool { what, .. } => {
                format!("`{what}` is answered once, in the school's own record")
            }
            Self::NoDay => "the day it happened is missing".into(),
            Self::InFuture { day } | Self::BornInFuture { day } => {
                format!("{} is in the future", day::words(*day))
            }
            Self::BeforeBirth { day, .. } => {
                format!("{} is before the pupil's birth", day::words(*day))
            }
            Self::LongAgo { day } => {
                format!("{} is more than {YEARS_BACK} years ago", day::words(*day))
            }
            Self::ReasonMissing { answer } => {
                format!("the reason is missing: `{answer}` settles something only with its reason")
            }
            Self::ReasonWithDone { .. } => "a reason goes with an answer other than done".into(),
            Self::Nobody { shown, .. } => match shown {
                Some(id) => format!("there is no person `{id}` in the case"),
                None => "that is no id of a person in the case".into(),
            },
            Self::SharedId { person, .. } => {
                format!("several people were added as `{person}`, so it is not clear who is meant")
            }
            Self::ForWhom { item, role, ids } => {
                format!("`{item}` goes by {role}, and {} are named", ids.len())
            }
            Self::UnknownField { field, .. } => {
                format!("{} is not a field of this checklist", quoted(field))
            }
            Self::NotADay { field } => format!("`{field}` is not a day"),
            Self::NotAPeriod { field } => {
                format!("`{field}` is not a period from one day to a later one")
            }
            Self::NotAPercent { field } => format!("`{field}` is not a figure in percent"),
            Self::NotAnAnswer { field, shown, .. } => {
                format!("{} is not an answer of `{field}`", quoted(shown))
            }
            Self::NameInEntry { item, field } => format!(
                "`{item}` does not ask for `{field}`, and a name does not belong into an entry"
            ),
            Self::Blank { item, names, .. } => {
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                format!("`{item}` asks for {}", names.join(", "))
            }
            Self::Undocumented { item, names } => {
                let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                format!("`{item}` asks for a copy of {}", names.join(", "))
            }
            Self::Reversed(reversed) => reversed.to_string(),
            Self::WithoutNext { field } => {
                format!("`{field}` is given, and `next` does not say what is to be done")
            }
            Self::NoOwner { list } => {
                format!("`{list}` asks who will do each follow-up, and `owner` is blank")
            }
            Self::UnknownPoint { item, shown, .. } => {
                format!("{} is not a point of `{item}`", quoted(shown))
            }
            Self::NotACopy { name } => format!("`{name}` names no copy of this case"),
            Self::Again { entry } => format!("entry {entry} says the very same"),
            Self::UnknownFact { shown, .. } => format!("{} is not a fact", quoted(shown)),
            Self::NotAnAnswerOfFact { fact, near, .. } => {
                format!("{} is not an answer to `{fact}`", quoted(near))
            }
            Self::FactByPerson { fact, role } => {
                format!("`{fact}` is answered for each {role}")
            }
            Self::FactOfNobody { fact } => format!("`{fact}` does not go by person"),
            Self::WorkedOut { .. } => {
                "compulsory_school_age is worked out from the date of birth".into()
            }
            Self::NotACase => "that is no id of a case".into(),
            Self::AnswerMissing => "what became of the follow-up is missing".into(),
            Self::SettlesNothing => "it is not said which follow-up is settled".into(),
            Self::NextMissing => "what is to be done is missing".into(),
            Self::DueMissing => "the day by which it is to be done is missing".into(),
            Self::RecordedOnItem { item, .. } => {
                format!("what `{item}` asks for is recorded on it")
            }
            Self::NoFollowUp { entry, .. } => {
                format!("entry `{entry}` holds no follow-up and no review")
            }
            Self::SettledAlready { by, answer, .. } => {
                format!("that follow-up is settled already, by entry {by} ({answer})")
            }
            Self::BrokenRecord { finding, line, .. } => format!(
                "the record does not stand up ({finding}, line {line}), so it cannot be signed"
            ),
            Self::NotARole => "that is not written as a role".into(),
            Self::NoPeopleHere { case } => {
                format!("case `{case}` is about the school, so it names no parents and no children")
            }
            Self::NoPupilHere { case } => format!(
                "case `{case}` is about the school, so it has no name, UPN or date of birth"
            ),
            Self::NotAUpn { what } => (*what).to_owned(),
            Self::NameMissing => "the name of somebody new is missing".into(),
            Self::RoleMissing => "what somebody new is to the pupil is missing".into(),
            Self::RoleIsNamed { role, ids, .. } => {
                format!("the case names a {role}: {}", ids.join(", "))
            }
            Self::NotClosed => "the case is open".into(),
            Self::ClosedAlready { .. } => "the case is closed already".into(),
            Self::ClosedAsPupil { reason } => {
                format!("`{reason}` is said of a pupil, and this case is about the school")
            }
            Self::ReferredToNobody => {
                "this case is the school's own, and was referred to nobody".into()
            }
            Self::NotAResult => "that is not an answer of the council".into(),
            Self::AcceptedWithItems => "an answer that accepts names no items".into(),
            Self::ReturnedWithoutReason => "why the referral came back is missing".into(),
            Self::BeforeOpening { day, .. } => {
                format!("{} is before the case was opened", day::words(*day))
            }
            Self::ByCommand { what, command } => {
                let verb = command.split(' ').next().unwrap_or_default();
                format!("{what} with `attcheck {verb}`")
            }
            Self::NoSuchEntry { id, .. } => {
                format!("there is no entry `{}` in this case", short(id))
            }
            Self::TextGone => "the text of that entry was taken out".into(),
            Self::OtherKind { kind } => {
                format!("it corrects an entry of kind `{kind}`, and is of another")
            }
        }
    }

    /// What to do about it, in the terms of where the entry came from.
    #[expect(clippy::too_many_lines, reason = "one line for each fault")]
    pub fn hint(&self, source: Source) -> Option<String> {
        let by = |command: &str, table: &str, hand: &str| {
            Some(match source {
                Source::Command => command.to_owned(),
                Source::Table => table.to_owned(),
                Source::Hand | Source::Situation => hand.to_owned(),
            })
        };
        match self {
            Self::NoChecklist { case } => Some(format!(
                "`attcheck verify {case}` names it; put its file into `checklists`"
            )),
            Self::UnknownItem { list, near, .. } => near
                .clone()
                .or_else(|| Some(format!("`attcheck checklist show {list}` lists them"))),
            Self::FollowsFromOthers { case, .. } => {
                Some(format!("`attcheck gaps {case}` shows what is left"))
            }
            Self::OnlyLooksAt { first, case, .. } => {
                Some(format!("record it there: `attcheck record {case} {first}`"))
            }
            Self::IsSignOff { item, role, case } => {
                let role = role
                    .as_ref()
                    .map(|role| format!(" --role {role}"))
                    .unwrap_or_default();
                Some(format!("`attcheck sign {case} {item}{role}`"))
            }
            Self::AboutPupil { .. } => Some(
                "record it in the pupil's case; `attcheck list` shows the open ones".to_owned(),
            ),
            Self::AboutSchool { instead, there, .. } => Some(if *there {
                format!("record it there: `attcheck {instead}`")
            } else {
                format!("open it with `attcheck {instead}`")
            }),
            Self::NoDay => by(
                "add --on and the day, as in --on 14/9/2026",
                "write it as 14/9/2026",
                "add it as `date: 2026-09-14`",
            ),
            Self::InFuture { .. } => Some(
                "record what has happened; what is planned is a follow-up with its due day"
                    .to_owned(),
            ),
            Self::BeforeBirth { case, .. } => Some(format!(
                "put the day right, or the date of birth with `attcheck details {case} --born`"
            )),
            Self::LongAgo { .. } => Some("add --long-ago if that is right".to_owned()),
            Self::ReasonMissing { .. } => by(
                "add --reason and say why, or --incomplete to add it later",
                "fill the column in, or add --incomplete to add it later",
                "add it as `reason:`, or seal with --incomplete to add it later",
            ),
            Self::ReasonWithDone { accepts } if accepts.is_empty() => {
                Some("what was done has an outcome: put the text there".to_owned())
            }
            Self::ReasonWithDone { accepts } => {
                let accepts: Vec<&str> = accepts.iter().map(|answer| answer.as_str()).collect();
                Some(format!(
                    "what was done has an outcome: put the text there, or answer {}",
                    accepts.join(", ")
                ))
            }
            Self::Nobody { ids, case, .. } if ids.is_empty() => Some(format!(
                "nobody is named yet; add somebody with `attcheck person {case} add`"
            )),
            Self::Nobody { ids, case, .. } => Some(format!(
                "give an id: {}; `attcheck show {case}` tells who they are",
                ids.join(", ")
            )),
            Self::SharedId { separate, .. } => {
                Some(format!("tell them apart first: {separate}"))
            }
            Self::ForWhom { ids, .. } => {
                let ids = ids.join(", ");
                by(
                    &format!("add --for and one of {ids}, and again for another"),
                    &format!("give one of {ids}"),
                    &format!("add `for:` and one of {ids}"),
                )
            }
            Self::UnknownField { near, .. } => near
                .clone()
                .or_else(|| Some("`attcheck checklist facts --fields` lists them".into())),
            Self::NotADay { .. } => by(
                "write it as 14/9/2026",
                "write it as 14/9/2026",
                "write it as \"2026-09-14\", in quotes",
            ),
            Self::NotAPeriod { .. } => by(
                "write the first day first, as in `2/9/2026 to 20/11/2026`",
                "write the first day first, as in 2/9/2026 to 20/11/2026",
                "write the first day first, as in \"2026-09-02 to 2026-11-20\"",
            ),
            Self::NotAPercent { .. } => {
                Some("write a figure from 0 to 100, such as 92% or 92.5%".to_owned())
            }
            Self::NotAnAnswer { shown, answers, .. } => shown
                .as_ref()
                .and_then(|value| did_you_mean(value, answers.iter().map(String::as_str)))
                .or_else(|| Some(format!("answers: {}", answers.join(", ")))),
            Self::Undocumented { names, .. } => {
                let flags: Vec<String> = names
                    .iter()
                    .map(|name| format!("--attach {name}=FILE"))
                    .collect();
                by(
                    &format!(
                        "add {}, or --incomplete to attach it later with `attcheck correct`",
                        flags.join(", ")
                    ),
                    "add --incomplete, then attach it with `attcheck correct`",
                    "seal with --incomplete, then attach it with `attcheck correct`",
                )
            }
            Self::NameInEntry { .. } => by(
                "leave it out; who it was with is told by --for",
                "take the column away; `initials` says whose row it is",
                "take it out; who it was with is told by `for`",
            ),
            Self::Blank { names, asks, .. } => {
                let words: Vec<&str> = asks.iter().map(|(_, ask)| ask.as_str()).collect();
                let words = words.join("; ");
                let asks: Vec<String> = asks
                    .iter()
                    .map(|(name, ask)| format!("{name}: {ask}"))
                    .collect();
                let asks = asks.join("; ");
                let flags: Vec<String> = names.iter().map(|name| flag(name)).collect();
                by(
                    &format!(
                        "add {}; or --incomplete to add it later with `attcheck correct` ({asks})",
                        flags.join(", ")
                    ),
                    &words,
                    &format!("{asks}; or seal with --incomplete to add it later"),
                )
            }
            Self::Reversed(reversed) => {
                let key = |field: &Option<String>| field.clone().unwrap_or_else(|| "date".into());
                let option = |field: &Option<String>| match field {
                    Some(name) => flag(name),
                    None => "--on".to_owned(),
                };
                let (start, end) = (&reversed.start_field, &reversed.end_field);
                let keys = format!("put `{}` or `{}` right", key(start), key(end));
                by(
                    &format!(
                        "put one of the two right: {} or {}",
                        option(start),
                        option(end)
                    ),
                    &keys,
                    &keys,
                )
            }
            Self::WithoutNext { .. } => by(
                "add --next and say what is to be done, as in --next \"Ring again\"",
                "say what is to be done next, such as: Ring again",
                "add `next:` and say what is to be done",
            ),
            Self::NoOwner { .. } => by(
                "add --owner and say who will do it",
                "say who will do it",
                "add `owner:` and say who will do it",
            ),
            Self::UnknownPoint { item, shown, known } => {
                let known = || known.iter().map(String::as_str);
                shown
                    .as_ref()
                    .and_then(|point| did_you_mean(point, known()))
                    .or_else(|| did_you_mean("", known()))
                    .or_else(|| Some(format!("`{item}` has no points to cover")))
            }
            Self::NotACopy { .. } => {
                Some("attach the document with `attcheck correct` and --attach".to_owned())
            }
            Self::Again { .. } => Some(
                "nothing was recorded; add --again if it really happened once more".to_owned(),
            ),
            Self::UnknownFact { near, .. } => near
                .clone()
                .or_else(|| Some("`attcheck checklist facts` lists them".into())),
            Self::NotAnAnswerOfFact { allowed, .. } => {
                Some(format!("answers: {}", allowed.join(", ")))
            }
            Self::FactByPerson { .. } => by(
                "add --for and the person, such as --for p1",
                "give the person's id",
                "add `for:` and the person's id",
            ),
            Self::FactOfNobody { .. } => by(
                "leave --for out",
                "leave the person out",
                "take `for` out",
            ),
            Self::WorkedOut { case } => Some(format!(
                "`attcheck details {case} --born 14/9/2012` records it"
            )),
            Self::NotACase => {
                Some("`attcheck link` links the cases of brothers and sisters".to_owned())
            }
            Self::AnswerMissing => by(
                "say what became of it, as in --answer done; or give its --outcome",
                "say what became of it",
                "add `answer:`, such as `answer: done`",
            ),
            Self::SettlesNothing => Some(
                "name the entry that is settled: `attcheck follow-up` with the case and it"
                    .to_owned(),
            ),
            Self::NextMissing => by(
                "add --next and say what is to be done, by when and who will do it",
                "say what is to be done",
                "add `next:` and say what is to be done",
            ),
            Self::DueMissing => by(
                "add --due and the day, as in --due 14/9/2026",
                "give the day",
                "add it as `due: 2026-09-14`",
            ),
            Self::RecordedOnItem { item, case } => {
                Some(format!("`attcheck record {case} {item}`"))
            }
            Self::NoFollowUp { case, .. } => Some(format!(
                "`attcheck show {case}` lists what is to be done, each with its entry"
            )),
            Self::SettledAlready { by, case, .. } => Some(format!(
                "put that right with `attcheck correct {case} {by}`"
            )),
            Self::BrokenRecord { case, .. } => {
                Some(format!("`attcheck verify {case}` says what to do"))
            }
            Self::NotARole => Some(
                "write it in small letters with hyphens, such as chair-of-governors".to_owned(),
            ),
            Self::NoPeopleHere { .. } => Some(
                "who will do something is the --owner of a follow-up; people belong to a pupil's case"
                    .to_owned(),
            ),
            Self::NoPupilHere { .. } => Some(
                "give --school or --urn, or name a pupil's case; `attcheck list` shows the open ones"
                    .to_owned(),
            ),
            Self::NotAUpn { .. } => Some(
                "copy it from the school's system: a letter and 12 characters".to_owned(),
            ),
            Self::BornInFuture { .. } => Some("put the date of birth right".to_owned()),
            Self::NameMissing => by(
                "write it after `add`, in quotes",
                "give the name",
                "add it as `name:`",
            ),
            Self::RoleMissing => Some(format!("roles: {}", Role::WORDS.join(", "))),
            Self::RoleIsNamed { ids, case, .. } => {
                let first = ids.first().map_or("", String::as_str);
                Some(format!(
                    "who no longer belongs to the case: attcheck person {case} end {first}"
                ))
            }
            Self::NotClosed => Some("there is nothing to reopen".to_owned()),
            Self::ClosedAlready { case } => {
                Some(format!("`attcheck reopen {case}` opens it again"))
            }
            Self::ClosedAsPupil { .. } => {
                Some("give `other`, and say what happened in words".to_owned())
            }
            Self::ReferredToNobody => {
                Some("name the pupil's case the council answered to".to_owned())
            }
            Self::NotAResult => Some("write `accepted` or `returned`".to_owned()),
            Self::AcceptedWithItems => {
                Some("leave the items out, or record that it was returned".to_owned())
            }
            Self::ReturnedWithoutReason => by(
                "add --reason and what the council said, and --item for each item it named",
                "say what the council said",
                "add `reason:` and what the council said",
            ),
            Self::BeforeOpening { opened, .. } => {
                Some(format!("it was opened on {}", day::words(*opened)))
            }
            Self::ByCommand { command, .. } => {
                Some(format!("take the entry out, and use `attcheck {command}`"))
            }
            Self::NoSuchEntry { case, .. } => Some(format!(
                "give its whole id; `attcheck show {case} --log` lists the entries"
            )),
            Self::TextGone => Some("record anew what may be kept".to_owned()),
            Self::OtherKind { .. } => {
                Some("withdraw that entry, and record the other one anew".to_owned())
            }
        }
    }
}

fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

/// The flag that gives a field.
pub(super) fn flag(name: &str) -> String {
    match name {
        "outcome" | "next" | "due" | "owner" | "comments" => format!("--{name}"),
        _ => format!("--field {name}=…"),
    }
}

/// Every fault in one refusal: what was found, and what to do about each.
pub(super) fn refused(faults: &[Fault], source: Source) -> Refused {
    let message: Vec<String> = faults.iter().map(Fault::message).collect();
    let mut hints: Vec<String> = Vec::new();
    for hint in faults.iter().filter_map(|fault| fault.hint(source)) {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    Refused {
        message: message.join("; "),
        hint: (!hints.is_empty()).then(|| hints.join("; ")),
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        refused(&[fault], Source::Command)
    }
}

impl From<Fault> for anyhow::Error {
    fn from(fault: Fault) -> Self {
        Refused::from(fault).into()
    }
}
