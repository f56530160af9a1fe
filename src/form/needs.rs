//! Why a row is settled on which nothing was recorded: by entries of other rows, by facts, or by the register.

use super::entries::{fact_words, plain, shown, value_words};
use super::fill::Fill;
use super::pieces::Paragraph;
use super::{Holds, Lines, Shows};
use crate::checklist::{Entries, Item, Level};
use crate::condition::{Condition, Leaf};
use crate::day;
use crate::readiness::{Line, State};

/// Other rows to look at, each with the days of what stands there.
#[derive(Debug, Default)]
pub(super) struct References {
    found: Vec<(String, Vec<String>)>,
}

impl References {
    /// Adds a place, and a day of something that stands there.
    pub(super) fn add(&mut self, place: String, day: Option<String>) {
        let known = self.found.iter().position(|(known, _)| *known == place);
        let at = known.unwrap_or_else(|| {
            self.found.push((place, Vec::new()));
            self.found.len() - 1
        });
        if let (Some(day), Some((_, days))) = (day, self.found.get_mut(at))
            && !days.contains(&day)
        {
            days.push(day);
        }
    }

    /// As in "See row 1 (11 Sep 2026)".
    pub(super) fn told(&self, also: bool) -> Option<Paragraph> {
        let one = |(place, days): &(String, Vec<String>)| {
            if days.is_empty() {
                place.clone()
            } else {
                format!("{place} ({})", days.join(", "))
            }
        };
        let all: Vec<String> = self.found.iter().map(one).collect();
        let see = if also { "See also" } else { "See" };
        (!all.is_empty()).then(|| Paragraph::plain(format!("{see} {}", all.join("; "))))
    }
}

/// Whether an item could be taken for one that says "must not": its being met is no Y to the question of the row.
pub(super) fn is_must_not(item: &Item) -> bool {
    let decided = item.entries == Entries::None;
    item.count.most.is_some()
        || item
            .needs
            .as_ref()
            .is_some_and(|needs| denies(needs, decided))
}

fn denies(condition: &Condition, decided: bool) -> bool {
    match condition {
        Condition::Not(_) => true,
        Condition::Leaf(Leaf::Figure { figure, .. }) => figure.test.is_bound_above(),
        // Where nothing is recorded on the row, the answer to a question is the answer of the row.
        Condition::Leaf(Leaf::Fact { .. } | Leaf::Field { .. }) => decided,
        Condition::Leaf(_) => false,
        Condition::All(list) | Condition::Any(list) | Condition::AtLeast(_, list) => {
            list.iter().any(|one| denies(one, decided))
        }
    }
}

/// The items of an either-or row: those out of which an item without entries of its own asks for some.
pub(super) fn alternatives(item: &Item) -> Vec<&str> {
    let Some(choice @ (Condition::Any(_) | Condition::AtLeast(..))) = &item.needs else {
        return Vec::new();
    };
    choice
        .leaves()
        .into_iter()
        .filter_map(|leaf| match leaf {
            Leaf::Item(id) | Leaf::Answered { item: id, .. } => Some(id.as_str()),
            _ => None,
        })
        .collect()
}

impl<'a> Fill<'a> {
    /// How the form names the row of an item: by its number where numbers are printed, otherwise by its title.
    pub(super) fn place_of(&self, item: &'a Item) -> String {
        let checklist = self.question.checklist;
        let part = self
            .layout
            .parts
            .iter()
            .find(|part| part.section == item.section);
        let by_row = part.is_none_or(|part| part.lines == Lines::Rows);
        let source = item.source.first();
        let numbered = part.is_some_and(|part| {
            let mut columns = self.layout.columns_of(part).iter();
            columns.any(|column| column.holds == Holds::Row && column.shows.is_none())
        });
        if let (true, true, Some(source)) = (by_row, numbered, source) {
            return format!("row {source}");
        }
        let mut printed = item;
        if by_row {
            let mut row = checklist
                .items_of(item.section)
                .filter(|one| one.source.first() == source);
            // Of others in a row that only count its entries no title is printed.
            if let Some(first) = row.next().filter(|_| !item.uses.is_empty()) {
                printed = first;
            }
            let told = source.and_then(|source| self.layout.shown_for(source, Holds::Action));
            if let Some(Shows::Item(id)) = told {
                printed = checklist.item(id).unwrap_or(printed);
            }
        }
        format!("\u{201c}{}\u{201d}", printed.title)
    }

    /// What settles lines on which nothing is recorded, where that stands elsewhere.
    pub(super) fn because(&self, items: &[&'a Item], lines: &[&Line<'a>]) -> Vec<Paragraph> {
        let mut see = References::default();
        let mut said: Vec<Paragraph> = Vec::new();
        let mut complete: Vec<&str> = Vec::new();
        let decided = lines
            .iter()
            .filter(|line| line.state == State::Met && line.item.entries == Entries::None);
        for line in decided {
            let mut leaves = Vec::new();
            if let Some(needs) = &line.item.needs {
                self.holding(needs, &mut leaves);
            }
            for leaf in leaves {
                match leaf {
                    Leaf::Item(id) | Leaf::Answered { item: id, .. } => {
                        self.see(id, items, &mut see);
                    }
                    Leaf::Field {
                        item: id, field, ..
                    } => {
                        self.see(id, items, &mut see);
                        let elsewhere = !items.iter().any(|item| item.id == *id);
                        if let Some(value) = self.latest(id, field).filter(|_| elsewhere) {
                            let label = super::capital(&plain(field));
                            let value = value_words(field, value, self.question.checklist);
                            add(&mut said, format!("{label}: {value}"));
                        }
                    }
                    Leaf::Section(id) => {
                        let mut sections = self.question.checklist.sections.iter();
                        let title = sections
                            .find(|section| section.id == *id)
                            .map(|section| section.title.as_str());
                        complete.extend(title.filter(|title| !complete.contains(title)));
                    }
                    Leaf::Fact { fact, .. } => {
                        for told in self.fact_told(fact) {
                            add(&mut said, told);
                        }
                    }
                    Leaf::Figure { .. } => add(&mut said, "The register shows it.".to_owned()),
                }
            }
        }
        if !complete.is_empty() {
            add(&mut said, format!("Complete: {}", complete.join("; ")));
        }
        said.extend(see.told(false));
        said
    }

    /// The leaves that make a condition hold which is known to hold as a whole.
    fn holding<'c>(&self, condition: &'c Condition, found: &mut Vec<&'c Leaf>) {
        match condition {
            Condition::Leaf(leaf) => found.push(leaf),
            Condition::Not(inner) => found.extend(inner.leaves()),
            Condition::All(list) => list.iter().for_each(|one| self.holding(one, found)),
            Condition::Any(list) | Condition::AtLeast(_, list) => list
                .iter()
                .filter(|one| self.holds(one))
                .for_each(|one| self.holding(one, found)),
        }
    }

    fn holds(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Leaf(leaf) => self.leaf_holds(leaf),
            Condition::Not(inner) => !self.holds(inner),
            Condition::All(list) => list.iter().all(|one| self.holds(one)),
            Condition::Any(list) => list.iter().any(|one| self.holds(one)),
            Condition::AtLeast(wanted, list) => {
                list.iter().filter(|one| self.holds(one)).count() >= *wanted
            }
        }
    }

    fn leaf_holds(&self, leaf: &Leaf) -> bool {
        match leaf {
            Leaf::Item(id) => {
                let mut lines = self
                    .lines
                    .iter()
                    .filter(|line| line.item.id == *id && line.state != State::NotApplicable)
                    .peekable();
                lines.peek().is_some() && lines.all(|line| line.state == State::Met)
            }
            Leaf::Section(id) => {
                let checklist = self.question.checklist;
                let lines = self.lines.iter().filter(|line| {
                    checklist.sections[line.item.section].id == *id && line.level == Level::Must
                });
                lines
                    .into_iter()
                    .all(|line| matches!(line.state, State::Met | State::NotApplicable))
            }
            Leaf::Fact { fact, answers } => self
                .fact(fact)
                .iter()
                .any(|(_, value)| answers.contains(value)),
            Leaf::Answered { item, answers } => self
                .entries_of(item)
                .last()
                .is_some_and(|one| answers.contains(&one.action.answer)),
            Leaf::Field {
                item,
                field,
                values,
            } => self
                .latest(item, field)
                .is_some_and(|value| values.contains(value)),
            Leaf::Figure { .. } => true,
        }
    }

    /// Refers to the row of an item, unless it is the row itself.
    fn see(&self, id: &str, items: &[&Item], see: &mut References) {
        let here = items.iter().any(|item| item.id == id);
        let Some(item) = self.question.checklist.item(id).filter(|_| !here) else {
            return;
        };
        let applies = self
            .lines
            .iter()
            .any(|line| line.item.id == id && line.state != State::NotApplicable);
        if !applies {
            return;
        }
        let place = self.place_of(item);
        let entries = self.entries_of(id);
        if entries.is_empty() {
            see.add(place.clone(), None);
        }
        for one in entries {
            see.add(place.clone(), one.action.date.map(day::short));
        }
    }

    fn entries_of(&self, id: &str) -> Vec<super::entries::Shown<'a>> {
        let items: Vec<&Item> = self.question.checklist.item(id).into_iter().collect();
        shown(&items, |item| self.record(item), self.question.as_of).0
    }

    /// What the latest entry of an item says in a field.
    fn latest(&self, item: &str, field: &str) -> Option<&'a String> {
        self.entries_of(item)
            .last()
            .and_then(|one| one.action.fields.get(field))
    }

    /// A fact as its question with the answer, for each person it goes by.
    fn fact_told(&self, fact: &str) -> Vec<String> {
        let checklist = self.question.checklist;
        let ask = checklist
            .facts
            .get(fact)
            .map(|def| def.ask.as_str())
            .unwrap_or_default();
        let told = |(who, value): &(Option<String>, String)| {
            let value = fact_words(fact, value, checklist);
            let who = who
                .as_ref()
                .map(|who| format!(" ({who})"))
                .unwrap_or_default();
            format!("{ask}{who} {value}")
        };
        self.fact(fact).iter().map(told).collect()
    }
}

fn add(said: &mut Vec<Paragraph>, text: String) {
    if !said.iter().any(|known| known.text == text) {
        said.push(Paragraph::plain(text));
    }
}
