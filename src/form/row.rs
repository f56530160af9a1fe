//! One row of the form: what it asks, whether that was done, when, and what came of it.

use super::entries::{Shown, Telling, answer_words, capital, fact_words, plain, told, value_words};
use super::fill::Fill;
use super::needs::{alternatives, is_must_not};
use super::outside::because;
use super::pieces::Paragraph;
use super::shows::Shows;
use super::{Column, Holds};
use crate::case::entry::Answer;
use crate::checklist::{Entries, Expect, Item, Level};
use crate::day;
use crate::readiness::{Line, Question, State};

/// An entry of another row that counts for an item of this one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lent<'a> {
    /// The entry, with the item it was recorded on.
    pub(super) shown: Shown<'a>,
    /// The item of this row for which it counts.
    pub(super) to: &'a Item,
}

/// A row of the form with all that belongs to it.
pub(super) struct RowOf<'a> {
    pub(super) items: Vec<&'a Item>,
    pub(super) lines: Vec<&'a Line<'a>>,
    pub(super) entries: Vec<Shown<'a>>,
    /// Entries of other rows that count here.
    pub(super) lent: Vec<Lent<'a>>,
    /// What settles it where nothing was recorded on it.
    pub(super) because: Vec<Paragraph>,
    /// Whether something on it stands in two versions.
    pub(super) contested: bool,
    /// The names of those of its people who share an id, one group in each.
    pub(super) mixed_up: Vec<String>,
    /// Whether the days of its entries stand in a column.
    pub(super) dated: bool,
    /// Whether the layout says what it shows, so that Y is what is meant.
    pub(super) is_told: bool,
}

impl<'a> RowOf<'a> {
    /// A row without items, for what stands outside the rows.
    pub(super) fn empty() -> Self {
        Self {
            items: Vec::new(),
            lines: Vec::new(),
            entries: Vec::new(),
            lent: Vec::new(),
            because: Vec::new(),
            mixed_up: Vec::new(),
            contested: false,
            dated: false,
            is_told: true,
        }
    }

    /// Whether it is known not to apply, and nothing was recorded on it.
    pub(super) fn idle(&self) -> bool {
        self.does_not_apply() && self.entries.is_empty()
    }

    /// Its title, with its number, as people name it.
    pub(super) fn name(&self, form: &Fill<'a>) -> String {
        let first = self.items.first();
        let source = first.and_then(|item| item.source.first());
        let printed = self.cell_of(Holds::Title, form);
        let title = printed.first().map(|one| one.text.clone());
        let title = title.unwrap_or_default();
        match source {
            Some(source) => format!("{title} ({source})"),
            None => title,
        }
    }

    fn does_not_apply(&self) -> bool {
        !self.lines.is_empty()
            && self
                .lines
                .iter()
                .all(|line| line.state == State::NotApplicable)
    }

    fn source(&self) -> &'a str {
        let source = self.items.first().and_then(|item| item.source.first());
        source.map_or("", String::as_str)
    }

    /// What the layout says of the cell in a column, where it does.
    fn shows_in<'f>(&self, column: &'f Column, form: &Fill<'f>) -> Option<&'f Shows> {
        let source = self.source();
        let by_word = || {
            let own = column.shows.is_none();
            own.then(|| form.layout.shown_for(source, column.holds))?
        };
        form.layout
            .shown_under(source, &column.label)
            .or_else(by_word)
            .or(column.shows.as_ref())
    }

    /// What stands in a column of it.
    pub(super) fn cell(&self, column: &Column, form: &Fill<'a>) -> Vec<Paragraph> {
        match self.shows_in(column, form) {
            Some(shows) => self.shows(shows, column.holds, form),
            None => self.plain(column.holds, form),
        }
    }

    /// What stands there by the word for it, whatever the heading.
    fn cell_of(&self, holds: Holds, form: &Fill<'a>) -> Vec<Paragraph> {
        match form.layout.shown_for(self.source(), holds) {
            Some(shows) => self.shows(shows, holds, form),
            None => self.plain(holds, form),
        }
    }

    /// Whether a cell of it is left to a person, although something stands on the row.
    pub(super) fn is_left(&self, column: &Column, form: &Fill<'a>) -> bool {
        let applies = !self.does_not_apply();
        let settled = !self.entries.is_empty() || !self.lent.is_empty() || !self.because.is_empty();
        let left = match self.shows_in(column, form) {
            // A column that is blank in every row, such as one for the council's office, waits for nobody here.
            Some(shows) => *shows == Shows::Nothing && column.shows.as_ref() != Some(shows),
            None => column.holds == Holds::Completed && self.is_question(form),
        };
        applies && settled && left
    }

    /// What the layout says that a cell shows.
    pub(super) fn shows(&self, shows: &Shows, holds: Holds, form: &Fill<'a>) -> Vec<Paragraph> {
        match shows {
            Shows::Nothing if self.idle() && holds == Holds::Completed => {
                vec![Paragraph::plain("Not applicable")]
            }
            Shows::Nothing => Vec::new(),
            Shows::Item(id) => form
                .alone(id, self.dated)
                .map(|row| row.plain(holds, form))
                .unwrap_or_default(),
            Shows::Answered { item: None, yes_if } => self.completed(yes_if, true, form),
            Shows::Answered {
                item: Some(id),
                yes_if,
            } => form
                .alone(id, self.dated)
                .map(|row| row.completed(yes_if, true, form))
                .unwrap_or_default(),
            Shows::Field {
                item,
                field,
                yes_if,
            } => match item.as_ref().and_then(|id| form.alone(id, self.dated)) {
                Some(row) => row.field(field, yes_if, holds, form),
                None => self.field(field, yes_if, holds, form),
            },
            Shows::Fact { fact, yes_if } => {
                let checklist = form.question.checklist;
                let known = form.fact(fact);
                let several = known.len() > 1;
                let yes_no = checklist
                    .facts
                    .get(fact)
                    .is_some_and(|def| def.answers.is_empty() && !def.is_day);
                let mut said = Vec::new();
                for (who, value) in known {
                    if let Some(who) = who.filter(|_| several) {
                        said.push(Paragraph::plain(who));
                    }
                    let yes = if yes_if.is_empty() {
                        yes_no.then(|| value == "yes")
                    } else {
                        Some(yes_if.contains(&value))
                    };
                    let words = (!yes_no).then(|| fact_words(fact, &value, checklist));
                    said.extend(answer(yes, words, holds));
                }
                said
            }
            Shows::State(id) => {
                let mut states = form.states_of(id);
                states.retain(|state| *state != State::NotApplicable);
                if states.is_empty() {
                    return vec![Paragraph::plain("Not applicable")];
                }
                if states.contains(&State::Undecided) {
                    return Vec::new();
                }
                let met = states.iter().filter(|state| **state == State::Met).count();
                if met > 0 && met < states.len() {
                    return vec![Paragraph::plain("In part")];
                }
                answer(Some(met > 0), None, holds)
            }
        }
    }

    /// What the latest entry says in a field.
    fn field(
        &self,
        name: &str,
        yes_if: &[String],
        holds: Holds,
        form: &Fill<'a>,
    ) -> Vec<Paragraph> {
        if self.idle() {
            return vec![Paragraph::plain("Not applicable")];
        }
        if name == "date" {
            let latest = self.entries.iter().rev().find_map(|one| one.action.date);
            return latest
                .map(|day| Paragraph::plain(day::short(day)))
                .into_iter()
                .collect();
        }
        let latest = self
            .entries
            .iter()
            .rev()
            .find_map(|one| one.action.fields.get(name));
        let Some(value) = latest else {
            return Vec::new();
        };
        let words = capital(&value_words(name, value, form.question.checklist));
        let yes = (!yes_if.is_empty()).then(|| yes_if.contains(value));
        answer(yes, Some(words), holds)
    }

    /// What a column holds by its word.
    fn plain(&self, holds: Holds, form: &Fill<'a>) -> Vec<Paragraph> {
        match holds {
            Holds::Row => self
                .items
                .first()
                .and_then(|item| item.source.first())
                .into_iter()
                .map(Paragraph::plain)
                .collect(),
            Holds::Action => self.asked(true),
            Holds::Title => self.asked(false),
            Holds::References => {
                let mut seen: Vec<&str> = Vec::new();
                for see in self.items.iter().flat_map(|item| &item.see) {
                    if !seen.contains(&see.as_str()) {
                        seen.push(see);
                    }
                }
                seen.into_iter().map(Paragraph::plain).collect()
            }
            Holds::Completed => self.completed(&[Answer::Done], self.is_told, form),
            Holds::Date => self.days().into_iter().map(Paragraph::plain).collect(),
            Holds::Outcome => self.outcome(form),
            Holds::Answer => {
                let mut all = Vec::new();
                let done = self.cell_of(Holds::Completed, form);
                let days = self.cell_of(Holds::Date, form);
                let days: Vec<&str> = days.iter().map(|one| one.text.as_str()).collect();
                let word = done.first().map(|first| match first.text.as_str() {
                    "Y" => "Yes",
                    "N" => "No",
                    other => other,
                });
                let first = match (word, days.is_empty()) {
                    (Some(word), true) => Some(word.to_owned()),
                    (Some(word), false) => Some(format!("{word} ({})", days.join(", "))),
                    (None, true) => None,
                    (None, false) => Some(days.join(", ")),
                };
                all.extend(first.map(Paragraph::strong));
                all.extend(self.cell_of(Holds::Outcome, form));
                all
            }
            // Said of follow-ups only, which the reader of layouts sees to.
            Holds::Number | Holds::Next | Holds::Due | Holds::Owner | Holds::Comments => Vec::new(),
        }
    }

    fn asked(&self, with_ask: bool) -> Vec<Paragraph> {
        let mut said = Vec::new();
        // Others of a row that only look at the same entries ask for nothing, and their titles would read as if it were so.
        for (n, item) in self.items.iter().filter(|item| self.asks(item)).enumerate() {
            said.push(if n == 0 {
                Paragraph::strong(&item.title)
            } else {
                Paragraph::plain(&item.title)
            });
            if let (0, true, Some(ask)) = (n, with_ask, &item.ask) {
                said.push(Paragraph::plain(ask));
            }
        }
        said
    }

    /// The lines that ask for something of their own: others of a row only look at the same entries.
    fn asking(&self) -> impl Iterator<Item = &'a Line<'a>> {
        self.lines
            .iter()
            .copied()
            .filter(|line| line.state != State::NotApplicable && self.asks(line.item))
    }

    fn asks(&self, item: &Item) -> bool {
        item.uses.is_empty()
            || self.items.first().is_some_and(|first| item.id == first.id)
            || !item
                .uses
                .iter()
                .any(|id| self.items.iter().any(|here| here.id == *id))
    }

    /// Whether the row asks what no Y of ours answers: something must not be so, or an entry holds an answer of its own that
    /// nothing calls the right one.
    fn is_question(&self, form: &Fill<'_>) -> bool {
        let applies = |item: &Item| {
            self.lines
                .iter()
                .any(|line| line.item.id == item.id && line.state != State::NotApplicable)
        };
        if self
            .items
            .iter()
            .any(|item| applies(item) && is_must_not(item))
        {
            return true;
        }
        let latest_of = |item: &Item| {
            let mut done = self
                .entries
                .iter()
                .rev()
                .filter(|one| one.item.id == item.id)
                .filter(|one| one.action.answer == Answer::Done && !one.signed);
            let all: Vec<&Shown<'_>> = done.by_ref().collect();
            let many = if item.each.is_some() { all.len() } else { 1 };
            all.into_iter().take(many).collect::<Vec<_>>()
        };
        self.items
            .iter()
            .flat_map(|item| latest_of(item))
            .any(|one| self.holds_open_answer(one, form))
    }

    /// Whether an entry answers a question of its item in a way that nothing of the row expects.
    fn holds_open_answer(&self, one: &Shown<'_>, form: &Fill<'_>) -> bool {
        let asked = one
            .item
            .record
            .iter()
            .chain(one.item.expect.iter().map(|(field, _)| field));
        let mut chosen = asked.filter(|field| {
            let def = form.question.checklist.fields.get(*field);
            def.is_some_and(|def| !def.answers.is_empty())
        });
        chosen.any(|field| {
            let value = one.action.fields.get(field);
            let expected = self
                .lines
                .iter()
                .filter(|line| line.state != State::NotApplicable)
                .filter(|line| line.item.id == one.item.id || line.item.uses.contains(&one.item.id))
                .flat_map(|line| &line.item.expect)
                .filter(|(name, _)| name == field);
            let mut right = expected.filter_map(|(_, expect)| match expect {
                Expect::OneOf(values) => Some(values),
                Expect::Day(_) | Expect::Covers(_) => None,
            });
            !right.any(|values| value.is_some_and(|value| values.contains(value)))
        })
    }

    /// Whether anything was recorded for a line, and whether any of it has one of the answers that give Y.
    fn answered(&self, line: &Line<'_>, yes: &[Answer]) -> (bool, bool) {
        let alone = self
            .lines
            .iter()
            .filter(|other| other.item.id == line.item.id)
            .count()
            == 1;
        let theirs = |one: &&Shown<'_>| {
            let own = one.item.id == line.item.id
                || line.item.uses.contains(&one.item.id)
                || !self.asks(one.item);
            let named = &one.action.persons;
            own && line
                .person
                .as_ref()
                .is_none_or(|who| named.contains(who) || named.is_empty() && alone)
        };
        let mut entries = self.entries.iter().filter(theirs).peekable();
        let any = entries.peek().is_some();
        let good = entries.any(|one| yes.contains(&one.action.answer));
        // What was recorded elsewhere is looked at by the verdict alone.
        let lent = self.lent.iter().any(|one| one.to.id == line.item.id);
        (any || lent, good || lent && line.state == State::Met)
    }

    /// Y if it was done; N with the word for it where it was only declined or the like; in words where only some of what the
    /// row asks for was done, or for some of those it goes by; blank where nothing is recorded, and where the row asks what
    /// no Y of ours answers.
    fn completed(&self, yes: &[Answer], is_told: bool, form: &Fill<'a>) -> Vec<Paragraph> {
        let said = |word: &str| vec![Paragraph::plain(word)];
        if self.idle() {
            return said("Not applicable");
        }
        if !is_told && self.is_question(form) {
            return Vec::new();
        }
        let mut lines: Vec<&Line<'_>> = self.asking().collect();
        // Of an either-or row what was not chosen is not lacking.
        let chosen: Vec<&str> = lines
            .iter()
            .filter(|line| line.item.entries == Entries::None && line.state == State::Met)
            .flat_map(|line| alternatives(line.item))
            .collect();
        lines.retain(|line| !chosen.contains(&line.item.id.as_str()));
        // Nor is what is open to the school and was not used, beside something that is asked for.
        if lines.iter().any(|line| line.level != Level::May) {
            lines.retain(|line| line.level != Level::May || self.answered(line, yes).0);
        }
        if self.entries.is_empty() && self.lent.is_empty() {
            let decided = self.items.iter().all(|item| item.entries == Entries::None);
            let met = !lines.is_empty() && lines.iter().all(|line| line.state == State::Met);
            return if decided && met {
                said("Y")
            } else {
                Vec::new()
            };
        }
        let answers: Vec<(bool, bool)> = lines
            .iter()
            .map(|line| match line.item.entries {
                Entries::None => (true, line.state == State::Met),
                _ => self.answered(line, yes),
            })
            .collect();
        let any_yes = answers.iter().any(|(_, good)| *good)
            || self
                .entries
                .iter()
                .any(|one| yes.contains(&one.action.answer));
        // For which of several people something was done is not known, so it is not known to be done for all.
        let all = answers.iter().all(|(any, _)| *any) && self.mixed_up.is_empty();
        let all_yes = answers.iter().all(|(_, good)| *good);
        match (any_yes, all, all_yes) {
            (true, true, true) => said("Y"),
            // Nothing here but what does not yet count.
            (false, true, _) if self.entries.is_empty() => Vec::new(),
            (false, true, _) => {
                let latest = self
                    .entries
                    .last()
                    .and_then(|one| answer_words(one.action.answer));
                let mut both = said("N");
                both.extend(latest.map(Paragraph::plain));
                both
            }
            _ => said("In part"),
        }
    }

    fn days(&self) -> Vec<String> {
        let lent = self.lent.iter().map(|one| &one.shown);
        let from: Vec<&Shown<'_>> = if self.entries.is_empty() {
            lent.collect()
        } else {
            self.entries.iter().collect()
        };
        let mut days: Vec<String> = Vec::new();
        for date in from
            .into_iter()
            .filter_map(|one| one.action.date)
            .map(day::short)
        {
            if !days.contains(&date) {
                days.push(date);
            }
        }
        days
    }

    /// Whether an item has a line that applies, or of which that is not known.
    fn may_apply(&self, item: &Item) -> bool {
        self.lines
            .iter()
            .any(|line| line.item.id == item.id && line.state != State::NotApplicable)
    }

    /// Whether the day of an entry stands in a column: not where the layout says that another day does.
    fn is_dated(&self, one: &Shown<'_>, form: &Fill<'_>) -> bool {
        self.dated
            && match form.layout.shown_for(self.source(), Holds::Date) {
                Some(Shows::Item(id)) => one.item.id == *id,
                Some(_) => false,
                None => true,
            }
    }

    /// What came of it: each entry under its day, where there are several; then where else to look.
    fn outcome(&self, form: &Fill<'a>) -> Vec<Paragraph> {
        let Question {
            checklist, as_of, ..
        } = form.question;
        let how = Telling {
            checklist,
            as_of: *as_of,
            exhibits: form.exhibits,
        };
        let mut said = Vec::new();
        for one in &self.entries {
            let mut title: Vec<String> = Vec::new();
            // Of a single day the column of days tells.
            if !self.is_dated(one, form) || self.days().len() > 1 {
                title.extend(one.action.date.map(day::short));
            }
            // One of several things that the row asks for here is named; where the others do not apply, it is clear.
            let asked = |item: &&&Item| self.asks(item) && self.may_apply(item);
            if self.items.iter().filter(asked).count() > 1 {
                title.push(one.item.title.clone());
            }
            if !title.is_empty() {
                said.push(Paragraph::strong(title.join(", ")));
            }
            if one.signed {
                said.push(Paragraph::plain(signature(one)));
                continue;
            }
            said.extend(told(one.state, one.entry, one.action, Some(one.item), &how));
        }
        for names in &self.mixed_up {
            said.push(Paragraph::plain(format!(
                "{names} were entered as if they were one person, so nothing recorded for either counts until they are told \
                 apart.",
            )));
        }
        // What has to happen again and did needs nothing from elsewhere.
        let lent = self
            .lent
            .iter()
            .filter(|one| self.entries.is_empty() || one.to.repeat.is_none());
        said.extend(form.references(lent).told(!self.entries.is_empty()));
        said.extend(self.because.iter().cloned());
        if self.contested {
            said.push(Paragraph::plain(
                "Something recorded here stands in two versions, and counts for nothing until it is put right.",
            ));
        }
        let mut reasons: Vec<String> = Vec::new();
        for line in self.lines.iter().filter(|_| self.idle()) {
            let words = because(&line.reasons, checklist);
            if !words.is_empty() && !reasons.contains(&words) {
                reasons.push(words);
            }
        }
        said.extend(reasons.into_iter().map(Paragraph::plain));
        let met = self.lines.iter().any(|line| line.state == State::Met);
        if said.is_empty() && self.entries.is_empty() && met {
            said.push(Paragraph::plain("None recorded; none is required."));
        }
        said
    }
}

/// An answer in a cell: Y or N where that is known, with the words for anything but Y.
fn answer(yes: Option<bool>, words: Option<String>, holds: Holds) -> Vec<Paragraph> {
    let short = matches!(holds, Holds::Completed | Holds::Answer);
    let word = match (yes, short) {
        (Some(true), true) => Some("Y"),
        (Some(true), false) => Some("Yes"),
        (Some(false), true) => Some("N"),
        (Some(false), false) => Some("No"),
        (None, _) => None,
    };
    let words = words.filter(|_| yes != Some(true));
    word.map(Paragraph::plain)
        .into_iter()
        .chain(words.map(Paragraph::plain))
        .collect()
}

/// Who signed, as what, and what they put down with it.
fn signature(one: &Shown<'_>) -> String {
    let field = |name: &str| {
        one.action
            .fields
            .get(name)
            .map(String::as_str)
            .unwrap_or_default()
    };
    let more = one
        .action
        .fields
        .iter()
        .filter(|(name, _)| !["name", "role"].contains(&name.as_str()));
    let more: Vec<String> = more
        .map(|(name, value)| format!("; {}: {value}", plain(name)))
        .collect();
    format!(
        "Signed by {} as {}{}",
        field("name"),
        plain(field("role")),
        more.concat()
    )
}
