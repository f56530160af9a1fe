//! What is demanded of entries: of each by itself, and of all together.

use super::Assessor;
use super::count::{Counted, Tallied, Whose};
use super::days::theirs;
use super::gap::{Gap, GapCode};
use crate::case::entry::PersonId;
use crate::checklist::circles::anchors;
use crate::checklist::vocabulary::says_one_of;
use crate::checklist::{Anchor, Entries, Expect, Item};
use crate::day;
use crate::truth::Truth;

/// One entry as the demands on it came out.
struct Judged<'a> {
    entry: Counted<'a>,
    gaps: Vec<Gap>,
}

impl Judged<'_> {
    fn truth(&self) -> Truth {
        if self.gaps.iter().any(|gap| gap.definite) {
            Truth::No
        } else if self.gaps.is_empty() {
            Truth::Yes
        } else {
            Truth::Unknown
        }
    }
}

impl<'a> Assessor<'a> {
    /// Judges everything demanded of what was recorded for a line.
    pub(super) fn demands(&self, item: &'a Item, whose: &Whose) -> (Truth, Vec<Gap>) {
        let tallied = self.tally(item, whose);
        let who = match whose {
            Whose::Person { id, .. } => Some(id),
            Whose::Everybody | Whose::Nobody => None,
        };
        let mut looked = tallied.looked_at();
        if item.entries == Entries::Latest {
            looked = looked.pop().into_iter().collect();
        }
        let judged: Vec<Judged<'a>> = looked
            .into_iter()
            .map(|entry| Judged {
                entry,
                gaps: self.of_entry(item, whose, who, &entry),
            })
            .collect();
        let (mut truth, mut gaps) = self.together(item, whose, &tallied, &judged);
        let (points, points_gap) = self.points_of_any(item, whose, &tallied, &judged, truth);
        truth = truth.and(points);
        gaps.extend(points_gap);
        let (again, again_gap) = self.again(item, whose, who, &judged);
        truth = truth.and(again);
        gaps.extend(again_gap);
        if truth == Truth::Unknown {
            let named = anchors(item).filter_map(|id| self.question.checklist.item(id));
            gaps.extend(
                named.filter_map(|other| self.who_is_meant(other, theirs(other, item, who))),
            );
        }
        if !truth.is_yes() {
            gaps.extend(
                tallied
                    .unsealed
                    .first()
                    .map(|line| self.unsealed(item, *line)),
            );
        }
        (truth, gaps)
    }

    /// The entries of a line that lack nothing, in order.
    pub(super) fn good_entries(&self, item: &'a Item, whose: &Whose) -> Vec<Counted<'a>> {
        let who = match whose {
            Whose::Person { id, .. } => Some(id),
            Whose::Everybody | Whose::Nobody => None,
        };
        let mut looked = self.tally(item, whose).looked_at();
        looked.retain(|entry| self.of_entry(item, whose, who, entry).is_empty());
        looked
    }

    /// What one entry lacks.
    fn of_entry(
        &self,
        item: &'a Item,
        whose: &Whose,
        who: Option<&PersonId>,
        entry: &Counted<'a>,
    ) -> Vec<Gap> {
        let mut gaps = Vec::new();
        let what = "the entry";
        for clause in &item.dated {
            let trouble = match clause.anchor {
                Anchor::LastChange => self.moved_on(item, entry),
                _ => self.clause(clause, entry.day, what, item, who, entry),
            };
            gaps.extend(trouble.map(|trouble| self.trouble(item, whose, entry.id, trouble)));
        }
        if !entry.is_done() {
            // A refusal owes no field, point, copy or signature, but its day is judged all the same.
            return gaps;
        }
        let value = |field: &String| {
            entry
                .action
                .fields
                .get(field)
                .filter(|text| !text.trim().is_empty())
        };
        for field in item.record.iter().filter(|field| value(field).is_none()) {
            gaps.push(self.blank(item, entry, field));
        }
        for (field, expect) in &item.expect {
            match (value(field), expect) {
                (None, _) if item.record.contains(field) => {}
                (None, _) => gaps.push(self.blank(item, entry, field)),
                (Some(text), Expect::OneOf(values)) => {
                    if !says_one_of(field, text, values) {
                        gaps.push(self.otherwise(item, entry, field, expect));
                    }
                }
                (Some(text), Expect::Covers(cover)) => match day::period(text) {
                    None => gaps.push(self.otherwise(item, entry, field, expect)),
                    Some(period) => {
                        let trouble = self.covers(cover, period, item, who, entry);
                        gaps.extend(
                            trouble.map(|trouble| self.trouble(item, whose, entry.id, trouble)),
                        );
                    }
                },
                (Some(text), Expect::Day(clauses)) => match day::stored(text) {
                    None => gaps.push(self.otherwise(item, entry, field, expect)),
                    Some(on) => {
                        for clause in clauses {
                            let trouble =
                                self.clause(clause, on, &format!("`{field}`"), item, who, entry);
                            gaps.extend(
                                trouble.map(|trouble| self.trouble(item, whose, entry.id, trouble)),
                            );
                        }
                    }
                },
            }
        }
        if item.entries != Entries::Any {
            let open = open_points(
                item,
                &entry
                    .action
                    .points
                    .iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>(),
            );
            if !open.is_empty() {
                gaps.push(self.points_of(item, entry, &open));
            }
        }
        gaps.extend(
            item.attach
                .iter()
                .filter_map(|name| self.copy_of(item, entry, name)),
        );
        gaps.extend(self.unsigned(item, entry));
        if let Some(length) = &item.lasts {
            let trouble = self.length(length, item, who, entry);
            gaps.extend(trouble.map(|trouble| self.trouble(item, whose, entry.id, trouble)));
        }
        gaps
    }

    /// How many are good, as `entries` and `count` ask.
    fn together(
        &self,
        item: &'a Item,
        whose: &Whose,
        tallied: &Tallied<'a>,
        judged: &[Judged<'a>],
    ) -> (Truth, Vec<Gap>) {
        let contested = || {
            tallied
                .contested
                .iter()
                .map(|one| self.contested(item, one.id))
                .collect::<Vec<_>>()
        };
        match item.entries {
            Entries::None => (Truth::Yes, Vec::new()),
            Entries::Latest => {
                let newest = judged.last().map(|one| one.entry.day);
                // A version of a contested event may be later than the latest that counts.
                if tallied
                    .contested
                    .iter()
                    .any(|one| newest.is_none_or(|day| one.day.is_none_or(|d| d >= day)))
                {
                    return (Truth::Unknown, contested());
                }
                match judged.last() {
                    Some(one) => (one.truth(), one.gaps.clone()),
                    None => (Truth::No, self.nothing(item, whose, tallied)),
                }
            }
            Entries::Every | Entries::Any => {
                self.counted_out(item, whose, tallied, judged, contested())
            }
        }
    }

    fn counted_out(
        &self,
        item: &'a Item,
        whose: &Whose,
        tallied: &Tallied<'a>,
        judged: &[Judged<'a>],
        contested: Vec<Gap>,
    ) -> (Truth, Vec<Gap>) {
        let good = judged.iter().filter(|one| one.truth().is_yes()).count();
        let open = judged
            .iter()
            .filter(|one| one.truth() == Truth::Unknown)
            .count()
            + contested.len();
        let wanted = item.count;
        let every = item.entries == Entries::Every;
        let mut gaps = Vec::new();
        let mut truth = if good >= wanted.least {
            Truth::Yes
        } else if good + open >= wanted.least {
            Truth::Unknown
        } else {
            Truth::No
        };
        if every {
            truth = judged.iter().fold(truth, |all, one| all.and(one.truth()));
            if !contested.is_empty() {
                truth = truth.and(Truth::Unknown);
            }
            gaps.extend(judged.iter().flat_map(|one| one.gaps.iter().cloned()));
        }
        if !truth.is_yes() {
            if judged.is_empty() && contested.is_empty() && good < wanted.least {
                gaps.extend(self.nothing(item, whose, tallied));
            } else if !every {
                gaps.extend(best(judged, truth));
            }
            if good < wanted.least && wanted.least > 1 && !judged.is_empty() {
                gaps.push(self.number(item, whose, GapCode::TooFew, good, truth.is_no()));
            }
            gaps.extend(contested);
        }
        if let Some(most) = wanted.most {
            if good > most {
                gaps.push(self.number(item, whose, GapCode::TooMany, good, true));
                truth = Truth::No;
            } else if good + open > most {
                gaps.push(self.number(item, whose, GapCode::TooMany, good + open, false));
                truth = truth.and(Truth::Unknown);
            }
        }
        (truth, gaps)
    }

    /// Nothing counts: the latest that was recorded tells why, or nothing was recorded at all.
    fn nothing(&self, item: &'a Item, whose: &Whose, tallied: &Tallied<'a>) -> Vec<Gap> {
        match tallied.missed.last() {
            Some(missed) => vec![self.missed(item, whose, missed)],
            None if !tallied.unsealed.is_empty() => Vec::new(),
            None => vec![self.missing(item, whose)],
        }
    }

    /// Points under `any` are covered together by the good entries; no refusal owes them.
    fn points_of_any(
        &self,
        item: &'a Item,
        whose: &Whose,
        tallied: &Tallied<'a>,
        judged: &[Judged<'a>],
        count: Truth,
    ) -> (Truth, Option<Gap>) {
        if item.points.is_empty() || item.entries != Entries::Any {
            return (Truth::Yes, None);
        }
        let refused = judged
            .iter()
            .any(|one| !one.entry.is_done() && one.truth().is_yes());
        let nothing_owed = judged.is_empty() && item.count.least == 0;
        if refused || nothing_owed || judged.is_empty() && tallied.contested.is_empty() {
            return (Truth::Yes, None);
        }
        let covered = |wanted: &dyn Fn(Truth) -> bool| -> Vec<&'a str> {
            let entries = judged
                .iter()
                .filter(|one| one.entry.is_done() && wanted(one.truth()));
            entries
                .flat_map(|one| one.entry.action.points.iter().map(String::as_str))
                .collect()
        };
        let surely = open_points(item, &covered(&|truth| truth.is_yes()));
        if surely.is_empty() {
            return (Truth::Yes, None);
        }
        let mut perhaps = covered(&|truth| !truth.is_no());
        perhaps.extend(
            tallied
                .contested
                .iter()
                .flat_map(|one| one.points.iter().copied()),
        );
        if open_points(item, &perhaps).is_empty() {
            return (
                Truth::Unknown,
                Some(self.points(item, whose, &surely, false)),
            );
        }
        // While an entry itself is lacking, only what no entry covers is certain to stay open.
        let shown = if count.is_yes() {
            surely
        } else {
            open_points(item, &covered(&|_| true))
        };
        let gap = (!shown.is_empty()).then(|| self.points(item, whose, &shown, true));
        (Truth::No, gap)
    }

    /// Whether it was done again often enough; what is not known to be good may save it.
    fn again(
        &self,
        item: &'a Item,
        whose: &Whose,
        who: Option<&PersonId>,
        judged: &[Judged<'a>],
    ) -> (Truth, Option<Gap>) {
        let Some(interval) = &item.repeat else {
            return (Truth::Yes, None);
        };
        let entries = |wanted: &dyn Fn(Truth) -> bool| -> Vec<Counted<'a>> {
            judged
                .iter()
                .filter(|one| wanted(one.truth()))
                .map(|one| one.entry)
                .collect()
        };
        let good = entries(&|truth| truth.is_yes());
        let Some(trouble) = self.interval(interval, item, who, &good) else {
            return (Truth::Yes, None);
        };
        let perhaps = entries(&|truth| !truth.is_no());
        let saved =
            perhaps.len() > good.len() && self.interval(interval, item, who, &perhaps).is_none();
        let trouble = super::days::Trouble {
            definite: trouble.definite && !saved,
            ..trouble
        };
        let truth = if trouble.definite {
            Truth::No
        } else {
            Truth::Unknown
        };
        (truth, Some(self.trouble(item, whose, None, trouble)))
    }
}

/// Points of an item that are not among those covered.
fn open_points<'a>(item: &'a Item, covered: &[&str]) -> Vec<&'a str> {
    item.points
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| !covered.contains(name))
        .collect()
}

/// The gaps of the entry with the fewest; of several, of the latest. Where it may still come right, only entries that
/// may come right are looked at.
fn best(judged: &[Judged<'_>], truth: Truth) -> Vec<Gap> {
    let fits = |one: &&Judged<'_>| match truth {
        Truth::Unknown => one.truth() == Truth::Unknown,
        _ => !one.truth().is_yes(),
    };
    let failing = judged.iter().rev().filter(fits);
    failing
        .min_by_key(|one| one.gaps.len())
        .map(|one| one.gaps.clone())
        .unwrap_or_default()
}
