//! Words for readers outside the school: what a line lacks and why one does not apply, without the names that files give to
//! items, facts, entries and persons.

use super::entries::{capital, plain};
use crate::checklist::{Checklist, Item};
use crate::condition::{Condition, HowMany, Leaf};
use crate::readiness::Because;
use crate::readiness::gap::{Gap, GapCode};

/// An item by its title, in quotes.
fn title(id: &str, checklist: &Checklist) -> String {
    let title = checklist
        .item(id)
        .map_or_else(|| capital(&plain(id)), |item| item.title.clone());
    format!("\u{201c}{title}\u{201d}")
}

/// A section by its title, in quotes.
fn section(id: &str, checklist: &Checklist) -> String {
    let title = checklist
        .sections
        .iter()
        .find(|section| section.id == id)
        .map_or_else(|| capital(&plain(id)), |section| section.title.clone());
    format!("\u{201c}{title}\u{201d}")
}

fn question(fact: &str, checklist: &Checklist) -> String {
    let def = checklist.facts.get(fact);
    def.map_or_else(|| capital(&fact.replace('_', " ")), |def| def.ask.clone())
}

/// Words of the files as people read them, with `or` between them.
fn either<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<String> = words.into_iter().map(plain).collect();
    words.join(" or ")
}

/// Why a line does not apply.
pub fn because(reasons: &[Because], checklist: &Checklist) -> String {
    let one = |reason: &Because| match reason {
        Because::Fact { fact, value } => {
            let ask = question(fact, checklist);
            match value {
                Some(value) => format!("{ask} {}", capital(&plain(value))),
                None => format!("{ask} Not known"),
            }
        }
        Because::Item { item, settled } => {
            let word = if *settled { "is" } else { "is not" };
            format!("{} {word} settled", title(item, checklist))
        }
        Because::Section {
            section: id,
            complete,
        } => {
            let word = if *complete { "is" } else { "is not" };
            format!("{} {word} complete", section(id, checklist))
        }
        Because::Answered {
            item,
            answers,
            is_so,
        } => {
            let word = if *is_so { "is" } else { "is not" };
            let answers = either(answers.iter().map(|answer| answer.as_str()));
            format!("{} {word} recorded as {answers}", title(item, checklist))
        }
        Because::Field {
            item,
            field,
            values,
            is_so,
        } => {
            let word = if *is_so { "is" } else { "is not" };
            format!(
                "{}: {} {word} {}",
                title(item, checklist),
                plain(field),
                either(values.iter().map(String::as_str))
            )
        }
        Because::Figure(says) => says.clone(),
        Because::Nobody(role) => format!("the case says that there is no {role}"),
    };
    reasons.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// What a line of an item lacks. `is_open` tells of an item whether anything is left to do or to find out about it.
pub fn lacks(
    gap: &Gap,
    item: &Item,
    checklist: &Checklist,
    is_open: &dyn Fn(&str) -> bool,
) -> String {
    let role = item.each.map_or("person", |role| role.as_str());
    let fixed = match gap.code {
        GapCode::FactUnknown => {
            return match &gap.fact {
                Some(fact) => format!("we need to know: {}", question(fact, checklist)),
                None => "we need to know more".to_owned(),
            };
        }
        GapCode::NobodyNamed => return format!("no {role} is named yet"),
        GapCode::ForWhom => return format!("an entry does not say for which {role} it is"),
        GapCode::PointsOpen => {
            let points: Vec<&str> = checklist
                .points_of(item)
                .into_iter()
                .map(|(_, words)| words.as_str())
                .collect();
            return format!(
                "not everything is covered yet (it asks for: {})",
                points.join("; ")
            );
        }
        GapCode::CopyMissing => {
            let documents = checklist.documents_of(item).into_iter().map(plain);
            let documents: Vec<String> = documents.collect();
            return format!(
                "a document is not attached yet (it asks for: {})",
                documents.join(", ")
            );
        }
        GapCode::Unsigned if !item.signed_by.is_empty() => {
            let roles: Vec<String> = item.signed_by.iter().map(|role| plain(role)).collect();
            return format!("not signed yet (it asks for: {})", roles.join(", "));
        }
        GapCode::NeedsItems => {
            let names = awaited(item, checklist, &|_| true);
            let how_many = item.needs.as_ref().map(Condition::how_many);
            let words = match how_many {
                Some(HowMany::One) => "one of these is needed",
                _ => "these are needed",
            };
            return format!("{words}: {}", names.join(", "));
        }
        GapCode::Waiting => {
            let names = awaited(item, checklist, is_open);
            return if names.is_empty() {
                "waits for other rows".to_owned()
            } else {
                format!("waits for {}", names.join(", "))
            };
        }
        // It counts sessions over some days, and names nothing else.
        GapCode::FigureNotMet => return gap.says.clone(),
        GapCode::Missing if item.signs_record() => "nobody has signed the record off yet",
        GapCode::Missing => "nothing recorded yet",
        GapCode::PersonUnknown => "we need to know whether this person has parental responsibility",
        GapCode::Unsealed => "an entry was typed by hand and is not confirmed yet",
        GapCode::Contested => {
            "something recorded here stands in two versions, and one has to be chosen"
        }
        GapCode::AnswerNotAccepted => "what is recorded does not settle it",
        GapCode::ReasonMissing => "the reason is not recorded yet",
        GapCode::NoDate => "an entry does not say on which day it happened",
        GapCode::NoOutcome => "the outcome is not recorded yet",
        GapCode::FieldMissing => "an entry does not answer all that is asked",
        GapCode::NotAsExpected => "what is recorded is not what is asked for",
        GapCode::CopyBroken => "a document is missing, or was changed",
        GapCode::CopyUnreadable => "a document could not be looked at",
        GapCode::Unsigned => "not signed yet",
        GapCode::SignOffStale => "the record has changed since it was signed off",
        GapCode::OutOfOrder => "the days are not in the order asked for",
        GapCode::TooClose => "there was less time between than is asked for",
        GapCode::TooLate => "it was done later than is asked for",
        GapCode::TooOld => "it was done too long before",
        GapCode::Lapsed => "it was done too long ago to count now",
        GapCode::EndsBeforeStart => "the period ends before it begins",
        GapCode::TooShort => "the period is shorter than is asked for",
        GapCode::TooLong => "the period is longer than is asked for",
        GapCode::NotCovered => "not all of the time asked for is covered",
        GapCode::TooFew => "it was done less often than is asked for",
        GapCode::TooMany => "it was done more often than is asked for",
        GapCode::OverdueReview => "it is due to be done again",
        GapCode::IntervalMissed => "there was too long a time without it",
        GapCode::NotSo => item
            .otherwise
            .as_deref()
            .unwrap_or("by what is recorded, this is not so"),
        GapCode::FieldUnknown => "something it depends on is not recorded yet",
        GapCode::NoRegister => "the attendance register does not reach far enough",
        GapCode::NoTermDates => "the term dates are needed",
    };
    fixed.to_owned()
}

/// What an item waits for, by title: each of the items and sections in its conditions that is open.
fn awaited(item: &Item, checklist: &Checklist, is_open: &dyn Fn(&str) -> bool) -> Vec<String> {
    let conditions = [&item.needs, &item.when, &item.must_when];
    let mut names: Vec<String> = Vec::new();
    for leaf in conditions.into_iter().flatten().flat_map(Condition::leaves) {
        let name = match leaf {
            Leaf::Item(id) | Leaf::Answered { item: id, .. } | Leaf::Field { item: id, .. }
                if is_open(id) =>
            {
                title(id, checklist)
            }
            Leaf::Section(id) => {
                let place = checklist.sections.iter().position(|one| one.id == *id);
                let open = place
                    .is_some_and(|place| checklist.items_of(place).any(|item| is_open(&item.id)));
                if !open {
                    continue;
                }
                section(id, checklist)
            }
            _ => continue,
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
