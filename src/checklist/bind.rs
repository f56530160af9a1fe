//! Spans of a checklist, read and bound to its names.

use super::rules::Names;
use super::vocabulary::{FieldKind, field_kind};
use super::{Anchor, Clauses};

use crate::problem::{Code, Problems, did_you_mean};
use crate::register::Kind;
use crate::span::{AnchorWords, Clause, Cover, Figure, Interval, Length, NotASpan, Reach};
use crate::tree::{Node, Style};

/// Reads a span with one of the readers of [`crate::span`], noting where it went wrong.
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
            let at = word
                .as_ref()
                .and_then(|word| text.find(word.as_str()))
                .unwrap_or(0);
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
        "covers" => "`11 school weeks before referral`",
        figure if Kind::from_word(figure).is_some() => {
            "`below 90%`, `85% to 89%` or `at least 12 sessions`, and after it the days looked at, such as \
             `within 9 school weeks before referral`"
        }
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
    /// Where it stands.
    pub stands: Stands,
}

/// Where a span stands, which decides what it may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// In `dated`: it is about the entry's own day.
    Dated,
    /// It is about something else that an entry holds.
    Entry,
    /// In the window of a figure, where there is no entry.
    Window,
}

impl Binder<'_> {
    fn anchor(&self, words: AnchorWords, problems: &mut Problems<'_>) -> Option<Anchor> {
        let AnchorWords { first, name, field } = words;
        if field.is_none() && !first {
            if name == "today" || self.names.gates.contains(&name) {
                return Some(Anchor::Today);
            }
            if name == "date" && self.stands != Stands::Window {
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
            return Some(Anchor::Item {
                item: name,
                first,
                field,
            });
        }
        if field.is_none()
            && !first
            && self.names.fields.contains_key(&name)
            && self.stands != Stands::Window
        {
            self.day_field(&name, problems)?;
            return Some(Anchor::OwnField(name));
        }
        let mut known: Vec<&str> = self.names.items.iter().map(String::as_str).collect();
        known.push("today");
        known.extend(self.names.gates.iter().map(String::as_str));
        if self.stands != Stands::Window {
            // A figure has no entry of its own to take a day from.
            known.extend(["date", "last-change"]);
            let fields = self.names.fields.keys().map(String::as_str);
            known.extend(fields.filter(|field| field_kind(field) == FieldKind::Day));
        }
        let hint = did_you_mean(&name, known);
        let message = format!("`{name}` is nothing a day can be counted from");
        problems.node(self.node, Code::UnknownName, message, hint);
        None
    }

    fn day_field(&self, field: &str, problems: &mut Problems<'_>) -> Option<()> {
        let (code, message) = if !self.names.fields.contains_key(field) {
            (Code::UnknownField, format!("`{field}` is not a field"))
        } else if field_kind(field) != FieldKind::Day {
            (
                Code::BadSpan,
                format!("`{field}` does not hold a day: such a field's name ends in -on"),
            )
        } else {
            return Some(());
        };
        let days = self
            .names
            .fields
            .keys()
            .map(String::as_str)
            .filter(|f| field_kind(f) == FieldKind::Day);
        let days: Vec<&str> = days.collect();
        problems.node(self.node, code, message, did_you_mean(field, days));
        None
    }

    fn misplaced_last_change(&self, problems: &mut Problems<'_>) {
        let hint =
            "write `dated: after last-change`, on the item that takes the sign-off".to_owned();
        let message = "`last-change` is no day: it can stand only in `dated: after last-change`";
        problems.node(self.node, Code::BadSpan, message, Some(hint));
    }

    /// Binds clauses.
    pub fn clauses(
        &self,
        found: Vec<Clause<AnchorWords>>,
        problems: &mut Problems<'_>,
    ) -> Option<Clauses> {
        let bound: Vec<_> = found
            .into_iter()
            .map(|clause| self.clause(clause, problems))
            .collect();
        bound.into_iter().collect()
    }

    fn clause(
        &self,
        clause: Clause<AnchorWords>,
        problems: &mut Problems<'_>,
    ) -> Option<Clause<Anchor>> {
        let Clause { reach, anchor } = clause;
        let anchor = self.anchor(anchor, problems)?;
        let after = matches!(reach, Reach::After { .. });
        if anchor == Anchor::LastChange && !(self.stands == Stands::Dated && after) {
            self.misplaced_last_change(problems);
            return None;
        }
        Some(Clause { reach, anchor })
    }

    /// Binds what a figure of the register must come to.
    pub fn figure(
        &self,
        found: Figure<AnchorWords>,
        problems: &mut Problems<'_>,
    ) -> Option<Figure<Anchor>> {
        let bound: Vec<_> = found
            .window
            .into_iter()
            .map(|clause| self.clause(clause, problems))
            .collect();
        Some(Figure {
            test: found.test,
            of_school_age: found.of_school_age,
            window: bound.into_iter().collect::<Option<_>>()?,
        })
    }

    /// Binds how far back a period must reach.
    pub fn cover(
        &self,
        found: Cover<AnchorWords>,
        problems: &mut Problems<'_>,
    ) -> Option<Cover<Anchor>> {
        let anchor = self.end(Some(found.anchor), problems).ok()??;
        Some(Cover {
            count: found.count,
            unit: found.unit,
            anchor,
        })
    }

    /// Binds an end of a period; `Err` if it is named and cannot be bound.
    fn end(
        &self,
        end: Option<AnchorWords>,
        problems: &mut Problems<'_>,
    ) -> Result<Option<Anchor>, ()> {
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
        found: Length<AnchorWords>,
        problems: &mut Problems<'_>,
    ) -> Option<Length<Anchor>> {
        let (from, to) = (self.end(found.from, problems), self.end(found.to, problems));
        Some(Length {
            from: from.ok()?,
            to: to.ok()?,
            least: found.least,
            most: found.most,
            unit: found.unit,
        })
    }

    /// Binds an interval.
    pub fn interval(
        &self,
        found: Interval<AnchorWords>,
        problems: &mut Problems<'_>,
    ) -> Option<Interval<Anchor>> {
        let (from, to) = (self.end(found.from, problems), self.end(found.to, problems));
        Some(Interval {
            from: from.ok()?,
            to: to.ok()?,
            every: found.every,
            unit: found.unit,
        })
    }
}
