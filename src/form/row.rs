//! One row of the form: what it asks, whether that was done, when, and what came of it.

use super::Holds;
use super::entries::{Shown, Telling, answer_words, plain, told};
use super::fill::Fill;
use super::outside::because;
use super::pieces::Paragraph;
use crate::case::entry::Answer;
use crate::checklist::{Entries, Item};
use crate::day;
use crate::readiness::{Line, Question, State};

/// A row of the form with all that belongs to it.
pub(super) struct RowOf<'a> {
    pub(super) items: Vec<&'a Item>,
    pub(super) lines: Vec<&'a Line<'a>>,
    pub(super) entries: Vec<Shown<'a>>,
    /// Whether something on it stands in two versions.
    pub(super) contested: bool,
    /// The names of those of its people who share an id, one group in each.
    pub(super) mixed_up: Vec<String>,
    /// Whether the days of its entries stand in a column.
    pub(super) dated: bool,
}

impl<'a> RowOf<'a> {
    /// Whether it is known not to apply, and nothing was recorded on it.
    pub(super) fn idle(&self) -> bool {
        self.does_not_apply() && self.entries.is_empty()
    }

    fn does_not_apply(&self) -> bool {
        !self.lines.is_empty()
            && self
                .lines
                .iter()
                .all(|line| line.state == State::NotApplicable)
    }

    /// What stands in a column of it.
    pub(super) fn cell(&self, holds: Holds, form: &Fill<'_>) -> Vec<Paragraph> {
        match holds {
            Holds::Row => self.items[0]
                .source
                .first()
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
            Holds::Completed => self.completed(),
            Holds::Date => self.days().into_iter().map(Paragraph::plain).collect(),
            Holds::Outcome => self.outcome(form),
            Holds::Answer => {
                let mut all = Vec::new();
                let (done, days) = (self.completed(), self.days());
                if let Some(first) = done.first() {
                    let days = if days.is_empty() {
                        String::new()
                    } else {
                        format!(" ({})", days.join(", "))
                    };
                    let word = match first.text.as_str() {
                        "Y" => "Yes",
                        "N" => "No",
                        other => other,
                    };
                    all.push(Paragraph::strong(format!("{word}{days}")));
                }
                all.extend(self.outcome(form));
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
        item.uses.is_empty() || item.id == self.items[0].id
    }

    /// Whether anything was recorded for a line, and whether any of it was done.
    fn answered(&self, line: &Line<'_>) -> (bool, bool) {
        let alone = self
            .lines
            .iter()
            .filter(|other| other.item.id == line.item.id)
            .count()
            == 1;
        let theirs = |one: &&Shown<'_>| {
            let own =
                one.item.id == line.item.id || !self.asks(one.item) || !line.item.uses.is_empty();
            let named = &one.action.persons;
            own && line
                .person
                .as_ref()
                .is_none_or(|who| named.contains(who) || named.is_empty() && alone)
        };
        let mut entries = self.entries.iter().filter(theirs).peekable();
        (
            entries.peek().is_some(),
            entries.any(|one| one.action.answer == Answer::Done),
        )
    }

    /// Y if it was done; N with the word for it where it was only declined or the like; in words where only some of what the
    /// row asks for was done, or for some of those it goes by; blank where nothing is recorded.
    fn completed(&self) -> Vec<Paragraph> {
        let answers: Vec<(bool, bool)> = self.asking().map(|line| self.answered(line)).collect();
        if self.entries.is_empty() {
            if self.does_not_apply() {
                return vec![Paragraph::plain("Not applicable")];
            }
            let decided = self.items.iter().all(|item| item.entries == Entries::None);
            let met =
                !self.lines.is_empty() && self.lines.iter().all(|line| line.state == State::Met);
            return if decided && met {
                vec![Paragraph::plain("Y")]
            } else {
                Vec::new()
            };
        }
        let any_done = self
            .entries
            .iter()
            .any(|one| one.action.answer == Answer::Done);
        // For which of several people something was done is not known, so it is not known to be done for all.
        let all = answers.iter().all(|(any, _)| *any) && self.mixed_up.is_empty();
        let all_done = answers.iter().all(|(_, done)| *done);
        match (any_done, all, all_done) {
            (true, true, true) => vec![Paragraph::plain("Y")],
            (false, true, _) => {
                let latest = self
                    .entries
                    .last()
                    .and_then(|one| answer_words(one.action.answer));
                vec![
                    Paragraph::plain("N"),
                    Paragraph::plain(latest.unwrap_or_default()),
                ]
            }
            _ => vec![Paragraph::plain("In part")],
        }
    }

    fn days(&self) -> Vec<String> {
        let mut days: Vec<String> = Vec::new();
        for date in self
            .entries
            .iter()
            .filter_map(|one| one.action.date)
            .map(day::short)
        {
            if !days.contains(&date) {
                days.push(date);
            }
        }
        days
    }

    /// What came of it: each entry under its day, where there are several.
    fn outcome(&self, form: &Fill<'_>) -> Vec<Paragraph> {
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
            if !self.dated || self.days().len() > 1 {
                title.extend(one.action.date.map(day::short));
            }
            if self.items.iter().filter(|item| self.asks(item)).count() > 1 {
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
        said
    }
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
