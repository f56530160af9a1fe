//! What can be seen to be wrong with a record from its file alone, and what is told without being a fault.

use std::collections::HashSet;

use chrono::TimeDelta;

use super::Case;
use super::entry::{Content, Deed, Entry, EntryId, words};
use super::state::{CaseState, Standing};
use crate::tree::{Node, Place, Style, Value, needs_quotes};

/// How long after its own `at` a branch may first be followed before it is told as joined late.
const LATE_AFTER: TimeDelta = TimeDelta::days(1);

/// Characters that some YAML readers take for the end of a line.
const SEPARATORS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];

words! {
    /// What `verify` finds.
    Finding {
        /// An entry no longer says what it said when it was sealed.
        Changed => "changed",
        /// The file does not end where it was written to end.
        CutOff => "cut-off",
        /// An entry has no id: it was written by hand.
        Unsealed => "unsealed",
        /// An entry that another follows is not in the file.
        Missing => "missing",
        /// An entry stands before one that it follows.
        OutOfOrder => "out-of-order",
        /// One entry stands twice.
        Repeated => "repeated",
        /// A second entry follows nothing.
        SecondStart => "second-start",
        /// The header no longer says what it said when the case was opened.
        HeaderChanged => "header-changed",
        /// Two entries follow the same one.
        Forked => "forked",
        /// Two versions of one event stand side by side.
        Contested => "contested",
        /// The text of an entry was taken out.
        Struck => "struck",
        /// A branch was joined more than a day after it was written.
        JoinedLate => "joined-late",
        /// A bare text that another reader takes for something else.
        NeedsQuotes => "needs-quotes",
        /// A text that loses what stands after ` #`.
        LostTail => "lost-tail",
    }
}

impl Finding {
    /// Whether the record does not stand up with it.
    pub fn is_fault(self) -> bool {
        matches!(
            self,
            Self::Changed
                | Self::CutOff
                | Self::Unsealed
                | Self::Missing
                | Self::OutOfOrder
                | Self::Repeated
                | Self::SecondStart
                | Self::HeaderChanged
        )
    }
}

/// One thing found about a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it is.
    pub finding: Finding,
    /// The entry it is about.
    pub entry: Option<EntryId>,
    /// Where in the file.
    pub place: Place,
    /// In words, without any text of the case.
    pub says: String,
}

/// Checks a whole record. `text` is the file it was read from.
pub fn verify(case: &Case, text: &str) -> Vec<Found> {
    let mut found = faults(case);
    found.extend(told(case));
    found.extend(warnings(&case.file(), text));
    found.sort_by_key(|one| (!one.finding.is_fault(), one.place, one.finding));
    found
}

/// Checks a record for faults alone: with any of them it is not ready.
pub fn faults(case: &Case) -> Vec<Found> {
    let mut found = Vec::new();
    let mut add = |finding, entry: Option<&Entry>, says: String| {
        let place = entry.map_or(Place { line: 1, column: 1 }, Entry::place);
        found.push(Found {
            finding,
            entry: entry.and_then(|entry| entry.id.clone()),
            place,
            says,
        });
    };
    if !case.ends_whole {
        add(
            Finding::CutOff,
            case.entries.last(),
            "the file does not end in a new line: it was cut off".into(),
        );
    }
    match case.opening() {
        Some((entry, Content::Opened { header, .. })) if *header != case.header_hash => {
            add(
                Finding::HeaderChanged,
                Some(entry),
                "the lines before `log:` were changed after the opening".into(),
            );
        }
        Some(_) => {}
        None => add(
            Finding::Missing,
            None,
            "the entry that opened the case is not in the file".into(),
        ),
    }
    let strikes = Strikes::of(case);
    let mut seen: HashSet<&EntryId> = HashSet::new();
    let mut started = false;
    for entry in &case.entries {
        let Some(id) = &entry.id else {
            add(
                Finding::Unsealed,
                Some(entry),
                "written by hand and not sealed: it counts for nothing yet".into(),
            );
            continue;
        };
        if seen.contains(id) {
            add(
                Finding::Repeated,
                Some(entry),
                "this entry stands in the file twice".into(),
            );
            continue;
        }
        let changed = match entry.deed {
            Deed::Struck => match strikes.stands(entry) {
                Struck::Stands | Struck::Unsure => None,
                Struck::NobodySays => {
                    Some("its text was taken out, and no entry says who did it and why")
                }
                Struck::OutOfPlace => Some(
                    "its text was taken out, and it does not follow what its strike says it followed",
                ),
            },
            _ if *id == entry.computed => None,
            _ => Some("it no longer says what it said when it was recorded"),
        };
        if let Some(says) = changed {
            add(Finding::Changed, Some(entry), says.into());
        }
        for earlier in &entry.after {
            if case.chain.place_of(earlier).is_none() {
                add(
                    Finding::Missing,
                    Some(entry),
                    format!("it follows {}, which is not in the file", earlier.short()),
                );
            } else if !seen.contains(earlier) {
                add(
                    Finding::OutOfOrder,
                    Some(entry),
                    format!("it stands before {}, which it follows", earlier.short()),
                );
            }
        }
        if entry.after.is_empty() {
            if started {
                add(
                    Finding::SecondStart,
                    Some(entry),
                    "it follows nothing, and only the opening may".into(),
                );
            }
            started = true;
        }
        seen.insert(id);
    }
    found
}

/// The sealed strikes of a record: which entries they name, and what each says that its entry follows.
#[derive(Debug)]
pub(super) struct Strikes<'c>(Vec<(&'c EntryId, Option<&'c [EntryId]>)>);

/// How an entry whose text was taken out is borne out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Struck {
    /// A strike says who took it out, and that it follows what it follows here.
    Stands,
    /// A strike says who took it out. It was written by an older program and does not say what the entry followed, so that
    /// could have been changed since, and nothing in the file would show it.
    Unsure,
    /// No strike names it.
    NobodySays,
    /// It does not follow what a strike says that it followed.
    OutOfPlace,
}

impl<'c> Strikes<'c> {
    pub(super) fn of(case: &'c Case) -> Self {
        let sealed = |entry: &&Entry| entry.id.as_ref() == Some(&entry.computed);
        let strikes = case.entries.iter().filter(sealed);
        Self(
            strikes
                .filter_map(|entry| match &entry.deed {
                    Deed::Strike {
                        strikes, followed, ..
                    } => Some((strikes, followed.as_deref())),
                    _ => None,
                })
                .collect(),
        )
    }

    /// How a struck entry is borne out. Every strike that tells what it followed has to tell the same.
    pub(super) fn stands(&self, entry: &Entry) -> Struck {
        let about = |(id, _): &&(&EntryId, Option<&[EntryId]>)| entry.id.as_ref() == Some(*id);
        let mut found = Struck::NobodySays;
        for (_, followed) in self.0.iter().filter(about) {
            match followed {
                Some(followed) if is_same(followed, &entry.after) => found = Struck::Stands,
                Some(_) => return Struck::OutOfPlace,
                None if found == Struck::NobodySays => found = Struck::Unsure,
                None => {}
            }
        }
        found
    }
}

/// Whether two entries follow the same ones, in whatever order these stand.
pub fn is_same(a: &[EntryId], b: &[EntryId]) -> bool {
    let sorted = |ids: &[EntryId]| {
        let mut ids = ids.to_vec();
        ids.sort();
        ids
    };
    sorted(a) == sorted(b)
}

/// What is told without being called a fault.
fn told(case: &Case) -> Vec<Found> {
    let mut found = Vec::new();
    let mut add = |finding, n: usize, says: String| {
        let entry = &case.entries[n];
        found.push(Found {
            finding,
            entry: entry.id.clone(),
            place: entry.place(),
            says,
        });
    };
    let mut followers = vec![Vec::new(); case.entries.len()];
    for &n in case.chain.order() {
        for &parent in case.chain.parents(n) {
            followers[parent].push(n);
        }
    }
    let strikes = Strikes::of(case);
    for (n, entry) in case.entries.iter().enumerate() {
        if followers[n].len() > 1 {
            add(
                Finding::Forked,
                n,
                format!("{} entries follow it, made apart", followers[n].len()),
            );
        }
        if matches!(entry.deed, Deed::Struck) {
            let mut says =
                "its text was taken out; a later entry says who did it and why".to_owned();
            if strikes.stands(entry) == Struck::Unsure {
                says.push_str(
                    ", but not what it followed, so only a receipt or an earlier backup could show a change there",
                );
            }
            add(Finding::Struck, n, says);
        }
        let Some(own) = entry.at else { continue };
        // The end of a branch is first followed by an entry with several parents.
        let joined = followers[n]
            .iter()
            .filter(|f| case.chain.parents(**f).len() > 1);
        let first = joined.filter_map(|f| case.entries[*f].at).min();
        if followers[n].len() == 1
            && first.is_some_and(|at| at.signed_duration_since(own) > LATE_AFTER)
        {
            add(
                Finding::JoinedLate,
                n,
                "it was made apart, and joined more than a day later".into(),
            );
        }
    }
    let state = CaseState::replay(case, None);
    for event in state.events() {
        if let Standing::Contested(versions) = &event.standing {
            let ids: Vec<&str> = versions
                .iter()
                .filter_map(|n| Some(case.entries[*n].id.as_ref()?.short()))
                .collect();
            add(
                Finding::Contested,
                event.first,
                format!("it has two versions made apart: {}", ids.join(" and ")),
            );
        }
    }
    for (id, apart) in state.people_sharing_ids() {
        let first = apart.first().copied().unwrap_or_default();
        let twice = state.added_twice(id).map(|last| {
            let short = last.short();
            format!(
                " (if they are one person: attcheck withdraw {} {short})",
                case.id
            )
        });
        let says = format!(
            "{} people were added apart as `{id}`: {}{}",
            apart.len(),
            id.separate(&case.id),
            twice.unwrap_or_default()
        );
        add(Finding::Contested, first, says);
    }
    found
}

/// Bare texts that other readers take for something else, and texts that lose their tail.
pub fn warnings(node: &Node, text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    collect_warnings(node, text, &mut found);
    found
}

fn collect_warnings(node: &Node, text: &str, found: &mut Vec<Found>) {
    let mut add = |finding, place, says: &str| {
        found.push(Found {
            finding,
            entry: None,
            place,
            says: says.to_owned(),
        });
    };
    match &node.value {
        // Some readers take these for the end of a line, others cannot read them at all.
        Value::Text(_)
            if text
                .get(node.span.clone())
                .is_some_and(|raw| raw.contains(SEPARATORS)) =>
        {
            add(
                Finding::NeedsQuotes,
                node.place,
                "an invisible line separator stands in the text: take it out",
            );
        }
        Value::Text(value) if node.style == Style::Plain => {
            if needs_quotes(value) {
                add(
                    Finding::NeedsQuotes,
                    node.place,
                    "another program would not read this as text: put it in quotes",
                );
            }
            let line = text
                .get(node.span.end..)
                .and_then(|rest| rest.lines().next())
                .unwrap_or_default();
            if value.contains(' ') && line.trim_start_matches(' ').starts_with('#') {
                add(
                    Finding::LostTail,
                    node.place,
                    "what stands after ` #` is not part of the text: use quotes",
                );
            }
        }
        Value::Text(_) => {}
        Value::List(list) => list
            .iter()
            .for_each(|node| collect_warnings(node, text, found)),
        Value::Map(pairs) => pairs
            .iter()
            .for_each(|(_, node)| collect_warnings(node, text, found)),
    }
}
