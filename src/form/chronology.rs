//! What happened in a case, day by day, in words: everything that stands, and nothing that was taken back.

use chrono::NaiveDate;

use super::entries::{Telling, answer_words, capital, fact_words, name_of, plain, told};
use super::pieces::Paragraph;
use crate::case::entry::{Content, EntryId, Fact, PersonEntry, Plan};
use crate::case::exhibits::Exhibit;
use crate::case::state::{CaseState, Standing};
use crate::checklist::Checklist;
use crate::day;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// The day it happened; where none is given, the day it was recorded.
    pub day: Option<NaiveDate>,
    /// In a few words.
    pub title: String,
    /// In more words.
    pub said: Vec<Paragraph>,
    /// Who recorded it.
    pub by: String,
    /// The day it was recorded.
    pub recorded: Option<NaiveDate>,
    /// The entry, shortened.
    pub entry: String,
}

/// Everything that stands, up to a day, in the order of the days.
pub fn chronology(
    state: &CaseState<'_>,
    checklist: &Checklist,
    as_of: NaiveDate,
    exhibits: &[Exhibit<'_>],
) -> Vec<Happening> {
    let how = Telling {
        checklist,
        as_of,
        exhibits,
    };
    let mut found = Vec::new();
    for event in state.events() {
        // Of what stands in two versions both are told: neither counts until it is put right.
        let (versions, apart) = match &event.standing {
            Standing::Current { entry, .. } => (vec![*entry], ""),
            Standing::Contested(versions) => {
                (versions.clone(), " (one of two versions, not settled)")
            }
            Standing::Withdrawn(_) | Standing::Struck => continue,
        };
        for n in versions {
            let entry = state.entry(n);
            let Some(content) = entry.content() else {
                continue;
            };
            let recorded = entry.at.map(|at| day::uk_day(&at));
            let day = content.date().or(recorded);
            if day.is_some_and(|day| day > as_of) {
                continue;
            }
            let (title, said) = words(state, n, content, &how);
            let happening = Happening {
                day,
                title: format!("{title}{apart}"),
                said,
                by: entry
                    .by
                    .clone()
                    .unwrap_or_else(|| "nobody known".to_owned()),
                recorded,
                entry: entry
                    .id
                    .as_ref()
                    .map(EntryId::short)
                    .unwrap_or_default()
                    .to_owned(),
            };
            found.push((day, state.moment(event.first), happening));
        }
    }
    found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    found
        .into_iter()
        .map(|(_, _, happening)| happening)
        .collect()
}

fn words(
    state: &CaseState<'_>,
    n: usize,
    content: &Content,
    how: &Telling<'_>,
) -> (String, Vec<Paragraph>) {
    let one = |text: String| vec![Paragraph::plain(text)];
    let some = |text: Option<&String>| text.map(Paragraph::plain).into_iter().collect();
    match content {
        Content::Opened {
            checklist, edition, ..
        } => {
            // A case that moved was opened with another list.
            let is_this = *checklist == how.checklist.id;
            let list = if is_this {
                how.checklist.title.clone()
            } else {
                form_of(checklist)
            };
            (
                "Case opened".to_owned(),
                one(format!("{list}, edition {edition}")),
            )
        }
        Content::Action(action) => {
            let items = state.items_of(n, action);
            let item = items.iter().find_map(|id| how.checklist.item(id));
            let title =
                item.map_or_else(|| capital(&plain(&action.item)), |item| item.title.clone());
            (title, told(state, n, action, item, how))
        }
        Content::Fact(fact) => learned(state, fact, how),
        Content::Details(details) => {
            let given = [
                &details.name,
                &details.upn,
                &details.year_group,
                &details.school,
                &details.urn,
            ];
            let born = details.born.map(day::short);
            let given: Vec<&str> = given
                .into_iter()
                .flatten()
                .map(String::as_str)
                .chain(born.as_deref())
                .collect();
            ("Details corrected".to_owned(), one(given.join(", ")))
        }
        Content::Person(person) => people(state, person, how),
        Content::Plan(plan) => follow_up(plan),
        Content::Note { text, .. } => ("Note".to_owned(), one(text.clone())),
        Content::Sign(sign) => (
            "Signed".to_owned(),
            one(format!("{}, {}", sign.name, plain(&sign.role))),
        ),
        Content::Checklist {
            checklist, edition, ..
        } => (
            "Moved to another checklist".to_owned(),
            one(format!("{}, edition {edition}", form_of(checklist))),
        ),
        Content::Close { reason, text, .. } => (
            format!("Case closed: {}", plain(reason.as_str())),
            some(text.as_ref()),
        ),
        Content::Reopen { reason, .. } => ("Case opened again".to_owned(), one(reason.clone())),
        Content::Outcome {
            result,
            reason,
            items,
            ..
        } => {
            let titles: Vec<String> = items
                .iter()
                .map(|id| {
                    how.checklist
                        .item(id)
                        .map_or_else(|| plain(id), |item| item.title.clone())
                })
                .collect();
            let mut said: Vec<Paragraph> = some(reason.as_ref());
            if !titles.is_empty() {
                said.push(Paragraph::plain(format!("Named: {}", titles.join("; "))));
            }
            (
                format!("The council's answer: {}", plain(result.as_str())),
                said,
            )
        }
        Content::Joined { text } => (
            "Copies of the record joined".to_owned(),
            some(text.as_ref()),
        ),
    }
}

/// A checklist of which only the id is known, as people read it.
fn form_of(id: &str) -> String {
    format!("checklist \u{201c}{}\u{201d}", capital(&plain(id)))
}

/// What is known from now on, with since when.
fn learned(state: &CaseState<'_>, fact: &Fact, how: &Telling<'_>) -> (String, Vec<Paragraph>) {
    let def = how.checklist.facts.get(&fact.fact);
    let ask = def.map_or_else(|| fact.fact.replace('_', " "), |def| def.ask.clone());
    let since = fact
        .since
        .map(|since| format!(", since {}", day::words(since)))
        .unwrap_or_default();
    let names: Vec<String> = fact
        .persons
        .iter()
        .map(|person| name_of(state, person, [Some(how.as_of), fact.since]))
        .collect();
    let whom = if names.is_empty() {
        String::new()
    } else {
        format!(" ({})", names.join(", "))
    };
    (
        "Known since".to_owned(),
        vec![Paragraph::plain(format!(
            "{ask}{whom} {}{since}",
            fact_words(&fact.fact, &fact.value, how.checklist)
        ))],
    )
}

fn people(
    state: &CaseState<'_>,
    person: &PersonEntry,
    how: &Telling<'_>,
) -> (String, Vec<Paragraph>) {
    match person {
        PersonEntry::None { role, .. } => (
            "People of the case".to_owned(),
            vec![Paragraph::plain(format!("There is no {role}."))],
        ),
        PersonEntry::Named {
            person,
            name,
            role,
            responsibility,
            until,
            ..
        } => {
            let name = name
                .clone()
                .unwrap_or_else(|| name_of(state, person, [Some(how.as_of), *until]));
            let more = [
                role.map(|role| role.to_string()),
                responsibility.map(|said| format!("parental responsibility: {said}")),
                until.map(|until| format!("until {}", day::words(until))),
            ];
            let more: Vec<String> = more.into_iter().flatten().collect();
            let said = if more.is_empty() {
                name
            } else {
                format!("{name} ({})", more.join(", "))
            };
            (
                "People of the case".to_owned(),
                vec![Paragraph::plain(said)],
            )
        }
    }
}

fn follow_up(plan: &Plan) -> (String, Vec<Paragraph>) {
    let mut said: Vec<Paragraph> = Vec::new();
    let due = plan.due.map(|due| format!("by {}", day::words(due)));
    let agreed: Vec<&str> = [plan.next.as_deref(), due.as_deref(), plan.owner.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    if !agreed.is_empty() {
        said.push(Paragraph::plain(agreed.join(", ")));
    }
    let answer = plan
        .answer
        .map(|answer| capital(answer_words(answer).unwrap_or("done")));
    for text in [
        answer.as_ref(),
        plan.outcome.as_ref(),
        plan.reason.as_ref(),
        plan.comments.as_ref(),
    ] {
        said.extend(text.map(Paragraph::plain));
    }
    let title = if plan.settles.is_some() {
        "Follow-up settled"
    } else {
        "Follow-up"
    };
    (title.to_owned(), said)
}
