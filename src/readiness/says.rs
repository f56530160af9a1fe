//! The sentence of each gap, and the command that would clear it. No name of a person stands in either.

use chrono::NaiveDate;

use super::count::{Counted, Missed, Whose};
use super::days::Trouble;
use super::gap::{Gap, GapCode, Run};
use super::{Assessor, Copy};
use crate::case::entry::{Content, EntryId, PersonId, Role};
use crate::checklist::{Anchor, Expect, Item};
use crate::day;

impl<'a> Assessor<'a> {
    fn case_id(&self, item: &Item) -> String {
        let state = self.record_of(item).unwrap_or(self.question.state);
        state.case.id.to_string()
    }

    /// The command that signs: the whole record for an item that takes a sign-off, or one entry.
    pub(super) fn sign(&self, item: &Item, what: &str, role: Option<&String>) -> Run {
        let mut argv = words(["attcheck", "sign", &self.case_id(item), what]);
        if let Some(role) = role {
            argv.extend(words(["--role", role]));
        }
        let fields = item
            .record
            .iter()
            .chain(item.expect.iter().map(|(field, _)| field));
        let mut needs = vec!["name".to_owned()];
        if what == item.id {
            needs.extend(
                fields
                    .filter(|field| !["name", "role"].contains(&field.as_str()))
                    .cloned(),
            );
            needs.dedup();
        }
        Run { argv, needs }
    }

    /// The command that signs the whole record off.
    fn sign_off(&self, item: &Item) -> Run {
        self.sign(item, &item.id, item.signed_by.first())
    }

    /// The command that records on an item, for a person where it needs one.
    pub(super) fn record(&self, item: &'a Item, whose: &Whose) -> Run {
        if item.signs_record() {
            return self.sign_off(item);
        }
        if self.record_of(item).is_none() {
            // It is answered in the school's own record, and there is none yet.
            let list = self.question.checklist.id.as_str();
            return Run {
                argv: words(["attcheck", "new", "--school", "--checklist", list]),
                needs: Vec::new(),
            };
        }
        // What looks at another item's entries is recorded there as long as nothing was done there.
        let looked_at = item.only_looks_at();
        let used = match item.uses.as_slice() {
            // Nothing can be recorded on the item itself: the first of those it looks at that applies.
            _ if !looked_at.is_empty() => {
                let list: &'a crate::checklist::Checklist = self.question.checklist;
                let items: Vec<&'a Item> =
                    looked_at.iter().filter_map(|id| list.item(id)).collect();
                let applies = items
                    .iter()
                    .copied()
                    .find(|item| !self.applies_at_all(item, None).is_no());
                applies.or(items.first().copied())
            }
            [only] if item.count.least <= 1 => self.question.checklist.item(only).filter(|used| {
                // What need not be done is not suggested in place of what must.
                used.level <= item.level
                    && item.points.is_empty()
                    && used.each.is_none()
                    && !self
                        .tally(used, &Whose::Everybody)
                        .counted
                        .iter()
                        .any(Counted::is_done)
            }),
            _ => None,
        };
        let on = used.map_or(&item.id, |used| &used.id);
        let mut argv = words(["attcheck", "record", &self.case_id(item), on]);
        if let Whose::Person { id, alone: false } = whose {
            argv.extend(words(["--for", &id.0]));
        }
        let mut needs = vec!["date".to_owned()];
        needs.extend(item.record.iter().cloned());
        needs.extend(
            item.expect
                .iter()
                .map(|(field, _)| field.clone())
                .filter(|field| !item.record.contains(field)),
        );
        if !item.points.is_empty() {
            needs.push("points".to_owned());
        }
        if !item.attach.is_empty() {
            needs.push("attach".to_owned());
        }
        Run { argv, needs }
    }

    pub(super) fn correct(&self, item: &Item, id: Option<&EntryId>, needs: &[&str]) -> Option<Run> {
        let state = self.record_of(item)?;
        let told = state
            .case
            .chain
            .place_of(id?)
            .and_then(|n| state.entry(n).content());
        if let Some(Content::Sign(sign)) = told {
            // A signature is not put right by somebody else: it is given anew.
            return Some(self.sign(item, &item.id, Some(&sign.role)));
        }
        let argv = words(["attcheck", "correct", &self.case_id(item), id?.short()]);
        Some(Run {
            argv,
            needs: needs
                .iter()
                .chain(&["why"])
                .map(|need| (*need).to_owned())
                .collect(),
        })
    }

    /// Nothing is recorded.
    pub(super) fn missing(&self, item: &'a Item, whose: &Whose) -> Gap {
        let says = match whose {
            _ if item.signs_record() => "nobody has signed the record off".to_owned(),
            Whose::Person { id, alone: false } => format!("nothing is recorded for {id}"),
            _ => "nothing is recorded".to_owned(),
        };
        Gap {
            code: GapCode::Missing,
            definite: true,
            says,
            fact: None,
            run: Some(self.record(item, whose)),
        }
    }

    /// Something is recorded that does not count.
    pub(super) fn missed(&self, item: &'a Item, whose: &Whose, missed: &Missed<'_>) -> Gap {
        let Missed { code, action, id } = *missed;
        let when = when(action.date);
        let (says, run) = match code {
            GapCode::AnswerNotAccepted => {
                let accepted = std::iter::once("done")
                    .chain(item.accepts.iter().map(|answer| answer.as_str()));
                let accepted = accepted.collect::<Vec<_>>().join(", ");
                let says = format!(
                    "recorded{when} as `{}`, which does not settle it (accepted: {accepted})",
                    action.answer
                );
                (says, Some(self.record(item, whose)))
            }
            GapCode::ReasonMissing => (
                format!("recorded{when} as `{}` without the reason", action.answer),
                self.correct(item, id, &["reason"]),
            ),
            GapCode::NoDate => {
                let at = id.map(EntryId::short).unwrap_or_default();
                (
                    format!("entry {at} does not say on which day it happened"),
                    self.correct(item, id, &["date"]),
                )
            }
            _ => {
                let role = item.each.map_or("person", Role::as_str);
                (
                    format!("the entry{when} does not say for which {role}"),
                    self.correct(item, id, &["for"]),
                )
            }
        };
        Gap {
            code,
            definite: true,
            says,
            fact: None,
            run,
        }
    }

    /// A field of an entry is blank.
    pub(super) fn blank(&self, item: &Item, entry: &Counted<'_>, field: &str) -> Gap {
        let when = when(Some(entry.day));
        let (code, says) = if field == "outcome" {
            (
                GapCode::NoOutcome,
                format!("the entry{when} has no outcome"),
            )
        } else {
            let ask = self
                .question
                .checklist
                .fields
                .get(field)
                .map_or(field, |def| def.ask.as_str());
            (
                GapCode::FieldMissing,
                format!("the entry{when} does not answer: {ask} ({field})"),
            )
        };
        Gap {
            code,
            definite: true,
            says,
            fact: None,
            run: self.correct(item, entry.id, &[field]),
        }
    }

    /// A field of an entry says something else than it must.
    pub(super) fn otherwise(
        &self,
        item: &'a Item,
        entry: &Counted<'_>,
        field: &str,
        expect: &Expect,
    ) -> Gap {
        let value = entry.action.fields.get(field).map_or("", String::as_str);
        let wanted = match expect {
            Expect::OneOf(values) => values.join(" or "),
            Expect::Day(_) => "a day".to_owned(),
            Expect::Covers(_) => "a period, such as 2026-09-02 to 2026-11-20".to_owned(),
        };
        let when = when(Some(entry.day));
        // A free text may hold anything, so only words out of a fixed set are repeated.
        let fixed = self
            .question
            .checklist
            .fields
            .get(field)
            .is_some_and(|def| def.answers.iter().any(|a| a == value));
        let found = if fixed {
            format!("says {value}")
        } else {
            "says something else".to_owned()
        };
        let says = format!("`{field}` of the entry{when} {found}; it must be {wanted}");
        let run = if matches!(expect, Expect::Day(_) | Expect::Covers(_)) {
            self.correct(item, entry.id, &[field])
        } else {
            Some(self.record(item, &Whose::Everybody))
        };
        Gap {
            code: GapCode::NotAsExpected,
            definite: true,
            says,
            fact: None,
            run,
        }
    }

    /// A day, a period or an interval is not as it must be.
    pub(super) fn trouble(
        &self,
        item: &'a Item,
        whose: &Whose,
        id: Option<&EntryId>,
        trouble: Trouble,
    ) -> Gap {
        let Trouble {
            code,
            definite,
            says,
            year,
        } = trouble;
        let run = match code {
            GapCode::FieldMissing | GapCode::FieldUnknown => self.correct(item, id, &[]),
            GapCode::NoTermDates => year.map(term_dates),
            GapCode::Waiting => None,
            GapCode::SignOffStale => Some(self.sign_off(item)),
            GapCode::EndsBeforeStart => {
                match item.repeat.as_ref().and_then(|repeat| repeat.to.as_ref()) {
                    // The stretch ends with another step, which has to be done again.
                    Some(Anchor::Item { item: last, .. }) if id.is_none() => self
                        .question
                        .checklist
                        .item(last)
                        .map(|last| self.record(last, whose)),
                    _ => self.correct(item, id, &[]),
                }
            }
            _ => Some(self.record(item, whose)),
        };
        Gap {
            code,
            definite,
            says,
            fact: None,
            run,
        }
    }

    /// Points that nobody has covered.
    pub(super) fn points(
        &self,
        item: &'a Item,
        whose: &Whose,
        open: &[&str],
        definite: bool,
    ) -> Gap {
        let words: Vec<String> = item
            .points
            .iter()
            .filter(|(name, _)| open.contains(&name.as_str()))
            .map(|(name, words)| format!("{words} ({name})"))
            .collect();
        let says = format!("not covered yet: {}", words.join("; "));
        let mut run = self.record(item, whose);
        for point in open {
            run.argv.extend(self::words(["--point", point]));
        }
        run.needs.retain(|need| need != "points");
        Gap {
            code: GapCode::PointsOpen,
            definite,
            says,
            fact: None,
            run: Some(run),
        }
    }

    /// Points that one entry has to cover by itself: it is corrected, or recorded anew with all of them.
    pub(super) fn points_of(&self, item: &'a Item, entry: &Counted<'_>, open: &[&str]) -> Gap {
        let mut gap = self.points(item, &Whose::Everybody, open, true);
        gap.run = self.correct(item, entry.id, &[]).map(|mut run| {
            for point in open {
                run.argv.extend(words(["--point", point]));
            }
            run
        });
        gap
    }

    /// A document that must be with an entry and is not, or not as it was.
    pub(super) fn copy_of(&self, item: &'a Item, entry: &Counted<'_>, name: &str) -> Option<Gap> {
        let case = &self.record_of(item).unwrap_or(self.question.state).case.id;
        let named = entry.action.attach.iter().filter(|copy| copy.name == name);
        let states: Vec<Copy> = named
            .map(|copy| self.question.copies.state(case, copy))
            .collect();
        if states.contains(&Copy::Good) {
            return None;
        }
        let of = day::short(entry.day);
        if states.contains(&Copy::Unreadable) {
            let says = format!(
                "the copy `{name}` of the entry of {of} cannot be read just now: look whether the drive it lies on is there, and try again"
            );
            return Some(Gap {
                code: GapCode::CopyUnreadable,
                definite: false,
                says,
                fact: None,
                run: None,
            });
        }
        let (code, says) = match states.last() {
            Some(Copy::Changed) => (
                GapCode::CopyBroken,
                format!("the copy `{name}` of the entry of {of} is not what was attached"),
            ),
            Some(Copy::Gone) => (
                GapCode::CopyBroken,
                format!("the copy `{name}` of the entry of {of} is not there any more"),
            ),
            Some(Copy::Noted) => (
                GapCode::CopyMissing,
                format!(
                    "of `{name}` the entry of {of} only notes where it lies; a copy is asked for"
                ),
            ),
            Some(Copy::Good | Copy::Unreadable) | None => (
                GapCode::CopyMissing,
                format!("the entry of {of} has no copy of `{name}`"),
            ),
        };
        let run = self.correct(item, entry.id, &["attach"]);
        Some(Gap {
            code,
            definite: true,
            says,
            fact: None,
            run,
        })
    }

    /// A number of entries is not as it must be.
    pub(super) fn number(
        &self,
        item: &'a Item,
        whose: &Whose,
        code: GapCode,
        good: usize,
        definite: bool,
    ) -> Gap {
        let says = match (code, item.count.most) {
            (GapCode::TooMany, Some(most)) => {
                format!("{good} entries count, and there may be {most}")
            }
            _ => format!("{good} of at least {} are there", item.count.least),
        };
        let run = (code == GapCode::TooFew).then(|| self.record(item, whose));
        Gap {
            code,
            definite,
            says,
            fact: None,
            run,
        }
    }

    /// An entry was written by hand and not sealed.
    pub(super) fn unsealed(&self, item: &Item, line: usize) -> Gap {
        let says = format!(
            "the entry written by hand in line {line} is not sealed, so it counts for nothing"
        );
        let run = Run {
            argv: words(["attcheck", "seal", &self.case_id(item)]),
            needs: Vec::new(),
        };
        Gap {
            code: GapCode::Unsealed,
            definite: true,
            says,
            fact: None,
            run: Some(run),
        }
    }

    /// An event has two versions.
    pub(super) fn contested(&self, item: &Item, id: Option<&EntryId>) -> Gap {
        let short = id.map(EntryId::short).unwrap_or_default();
        let says =
            format!("entry {short} was changed in two ways apart; one more correction settles it");
        let run = self.correct(item, id, &[]);
        Gap {
            code: GapCode::Contested,
            definite: false,
            says,
            fact: None,
            run,
        }
    }

    /// Whether a person counts is not known.
    pub(super) fn person_unknown(&self, who: &PersonId, apart: &[EntryId]) -> Gap {
        let case = self.question.state.case.id.to_string();
        if let Some(first) = apart.first() {
            let (says, run) = if self.question.state.is_shared(who) {
                let twice = self
                    .question
                    .state
                    .added_twice(who)
                    .map(|last| format!("; if they are one person, withdraw {}", last.short()));
                let says = format!(
                    "{} people were added as `{who}` in copies that were joined since, so it is not known who is meant{}",
                    apart.len(),
                    twice.unwrap_or_default()
                );
                let argv = words(["attcheck", "person", &case, "separate", &who.0]);
                let needs = Vec::new();
                (says, Run { argv, needs })
            } else {
                let says = format!(
                    "who `{who}` is was changed in two ways apart; one more correction settles it"
                );
                let argv = words(["attcheck", "correct", &case, first.short()]);
                let needs = vec!["why".into()];
                (says, Run { argv, needs })
            };
            return Gap {
                code: GapCode::Contested,
                definite: false,
                says,
                fact: None,
                run: Some(run),
            };
        }
        let says = format!(
            "it is not known whether {who} has parental responsibility, and so counts as a parent"
        );
        let argv = words([
            "attcheck",
            "person",
            &case,
            "change",
            &who.0,
            "--parental-responsibility",
        ]);
        let run = Run {
            argv,
            needs: vec!["parental-responsibility".into()],
        };
        Gap {
            code: GapCode::PersonUnknown,
            definite: false,
            says,
            fact: None,
            run: Some(run),
        }
    }

    /// Nobody of a role is named.
    pub(super) fn nobody_named(&self, role: Role) -> Gap {
        let case = self.question.state.case.id.to_string();
        let says = format!(
            "no {role} is named in the case; name one, or say that there is none (attcheck person {case} none --role {role})"
        );
        let argv = words(["attcheck", "person", &case, "add", "--role", role.as_str()]);
        let run = Run {
            argv,
            needs: vec!["name".into()],
        };
        Gap {
            code: GapCode::NobodyNamed,
            definite: false,
            says,
            fact: None,
            run: Some(run),
        }
    }
}

fn when(day: Option<NaiveDate>) -> String {
    day.map_or(String::new(), |day| format!(" of {}", day::short(day)))
}

/// The command that shows which term dates of a year are there, with the lines of attcheck.toml that lack.
pub(super) fn term_dates(year: i32) -> Run {
    Run {
        argv: words(["attcheck", "calendar", "--year", &year.to_string()]),
        needs: vec!["[[term]] in attcheck.toml".to_owned()],
    }
}

pub(super) fn words<'w>(list: impl IntoIterator<Item = &'w str>) -> Vec<String> {
    list.into_iter().map(str::to_owned).collect()
}
