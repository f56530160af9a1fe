//! Spans of a checklist, read and bound to its names.

use super::rules::{Names, not_yet};
use super::vocabulary::{FieldKind, field_kind};
use super::{Anchor, Clauses};
use crate::calendar::Unit;
use crate::problem::{Code, Problems, did_you_mean};
use crate::span::{self, AnchorWords, Clause, Interval, Length, NotASpan, Reach};
use crate::tree::{Key, Node, Style};

/// Reads a span with one of the readers of [`span`], noting where it went wrong.
pub fn span_of<T>(
    node: &Node,
    key: &str,
    read: impl Fn(&str) -> Result<T, NotASpan>,
    problems: &mut Problems<'_>,
) -> Option<T> {
    let text = crate::fields::text_of(node, key, problems)?;
    match read(&text) {
        Ok(found) => Some(found),
        Err(NotASpan { message, word }) => {
            let mut place = node.place;
            let at = word.as_ref().and_then(|word| text.find(word.as_str())).unwrap_or(0);
            place.column += text[..at].chars().count() + usize::from(node.style == Style::Quoted);
            let width = word.map_or(text.chars().count(), |word| word.chars().count());
            problems.at(place, width, Code::BadSpan, message, Some(forms(key)));
            None
        }
    }
}

/// The forms a span can take, as a hint: whoever writes a checklist may have no page at hand.
fn forms(key: &str) -> String {
    let forms = match key {
        "lasts" => {
            "`at least 6 weeks`, `at most 10 days` or `5 to 6 weeks`, with `from` and `to` after it if need be"
        }
        "repeat" => "`every 12 months`, with `from` and `to` after it if need be",
        "count" => "`at least 2`, `at most 1`, `exactly 1` or `2 to 3`",
        _ => {
            "`after ITEM`, `on or before ITEM`, `on ITEM`, `within 3 weeks before ITEM`, `at least 5 days after ITEM` \
             or `1 to 2 weeks after ITEM`, joined by `and`; ITEM is its id"
        }
    };
    format!("write {forms}; numbers in figures")
}

/// Binds what spans name to the things of a checklist.
pub struct Binder<'a> {
    /// The names there are.
    pub names: &'a Names,
    /// The value the span stands in.
    pub node: &'a Node,
    /// Whether it is about the entry's own day (`dated`).
    pub own_day: bool,
}

impl Binder<'_> {
    fn unit(&self, unit: span::Unit, problems: &mut Problems<'_>) -> Option<Unit> {
        match unit {
            span::Unit::Plain(unit) => Some(unit),
            span::Unit::School(words) => {
                let key = Key { name: words.into(), place: self.node.place, ..Key::default() };
                not_yet(&key, &format!("spans in {words}"), problems);
                None
            }
        }
    }

    fn anchor(&self, words: AnchorWords, problems: &mut Problems<'_>) -> Option<Anchor> {
        let AnchorWords { first, name, field } = words;
        if field.is_none() && !first {
            if name == "today" || self.names.gates.contains(&name) {
                return Some(Anchor::Today);
            }
            if name == "date" {
                return Some(Anchor::OwnDay);
            }
            if name == "last-change" {
                return Some(Anchor::LastChange);
            }
        }
        if self.names.has_item(&name) {
            if let Some(field) = &field {
                self.day_field(field, problems)?;
            }
            return Some(Anchor::Item { item: name, first, field });
        }
        if field.is_none() && !first && self.names.fields.contains_key(&name) {
            self.day_field(&name, problems)?;
            return Some(Anchor::OwnField(name));
        }
        let mut known: Vec<&str> = self.names.items.iter().map(String::as_str).collect();
        known.extend(["today", "date", "last-change"]);
        known.extend(self.names.gates.iter().map(String::as_str));
        known
            .extend(self.names.fields.keys().map(String::as_str).filter(|f| field_kind(f) == FieldKind::Day));
        let hint = did_you_mean(&name, known);
        let message = format!("`{name}` is nothing a day can be counted from");
        problems.node(self.node, Code::UnknownName, message, hint);
        None
    }

    fn day_field(&self, field: &str, problems: &mut Problems<'_>) -> Option<()> {
        let (code, message) = if !self.names.fields.contains_key(field) {
            (Code::UnknownField, format!("`{field}` is not a field"))
        } else if field_kind(field) != FieldKind::Day {
            (Code::BadSpan, format!("`{field}` does not hold a day: such a field's name ends in -on"))
        } else {
            return Some(());
        };
        let days = self.names.fields.keys().map(String::as_str).filter(|f| field_kind(f) == FieldKind::Day);
        let days: Vec<&str> = days.collect();
        problems.node(self.node, code, message, did_you_mean(field, days));
        None
    }

    fn misplaced_last_change(&self, problems: &mut Problems<'_>) {
        let hint = "write `dated: after last-change`, on the item that takes the sign-off".to_owned();
        let message = "`last-change` is no day: it can stand only in `dated: after last-change`";
        problems.node(self.node, Code::BadSpan, message, Some(hint));
    }

    /// Binds clauses.
    pub fn clauses(
        &self,
        found: Vec<Clause<span::Unit, AnchorWords>>,
        problems: &mut Problems<'_>,
    ) -> Option<Clauses> {
        let bound: Vec<_> = found.into_iter().map(|clause| self.clause(clause, problems)).collect();
        bound.into_iter().collect()
    }

    fn clause(
        &self,
        clause: Clause<span::Unit, AnchorWords>,
        problems: &mut Problems<'_>,
    ) -> Option<Clause<Unit, Anchor>> {
        let reach = match clause.reach {
            Reach::Before { or_on } => Some(Reach::Before { or_on }),
            Reach::After { or_on } => Some(Reach::After { or_on }),
            Reach::On => Some(Reach::On),
            Reach::Apart { least, most, unit, after } => {
                self.unit(unit, problems).map(|unit| Reach::Apart { least, most, unit, after })
            }
        };
        let anchor = self.anchor(clause.anchor, problems)?;
        let after = matches!(reach, Some(Reach::After { .. }));
        if anchor == Anchor::LastChange && reach.is_some() && !(self.own_day && after) {
            self.misplaced_last_change(problems);
            return None;
        }
        Some(Clause { reach: reach?, anchor })
    }

    /// Binds an end of a period; `Err` if it is named and cannot be bound.
    fn end(&self, end: Option<AnchorWords>, problems: &mut Problems<'_>) -> Result<Option<Anchor>, ()> {
        let Some(words) = end else { return Ok(None) };
        match self.anchor(words, problems) {
            Some(Anchor::LastChange) => {
                self.misplaced_last_change(problems);
                Err(())
            }
            found => found.map(Some).ok_or(()),
        }
    }

    /// Binds the length of a period.
    pub fn length(
        &self,
        found: Length<span::Unit, AnchorWords>,
        problems: &mut Problems<'_>,
    ) -> Option<Length<Unit, Anchor>> {
        let unit = self.unit(found.unit, problems);
        let (from, to) = (self.end(found.from, problems), self.end(found.to, problems));
        Some(Length { least: found.least, most: found.most, unit: unit?, from: from.ok()?, to: to.ok()? })
    }

    /// Binds an interval.
    pub fn interval(
        &self,
        found: Interval<span::Unit, AnchorWords>,
        problems: &mut Problems<'_>,
    ) -> Option<Interval<Unit, Anchor>> {
        let unit = self.unit(found.unit, problems);
        let (from, to) = (self.end(found.from, problems), self.end(found.to, problems));
        Some(Interval { every: found.every, unit: unit?, from: from.ok()?, to: to.ok()? })
    }
}
