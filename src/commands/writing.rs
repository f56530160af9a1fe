//! Adding entries to a case: held against the rules under the lock, sealed, written.

use std::rc::Rc;

use anyhow::Context as _;
use chrono::NaiveDate;

use super::Context;
use crate::case::Case;
use crate::case::compose;
use crate::case::entry::{Action, Content, Deed, Entry, EntryId, PersonEntry, PersonId};
use crate::case::state::{CaseState, Standing};
use crate::checklist::{Checklist, Item};
use crate::cli::Writing;
use crate::entry_rules::{self, Rules, Source, Waived};
use crate::error::{Refused, refuse};
use crate::store::{Changed, Loaded, Store, appended, check_expected, yaml};
use crate::tree::Node;

/// The rules for what is recorded on a case by a command.
pub(super) fn rules<'a>(
    cx: &'a Context,
    state: &'a CaseState<'a>,
    checklist: Option<&'a Checklist>,
    waived: Waived,
) -> Rules<'a> {
    Rules {
        checklist,
        state,
        new_people: &[],
        today: cx.today(),
        school_record: cx.store.settings().school_record.as_deref(),
        source: Source::Command,
        waived,
    }
}

/// What flags say is meant as it is.
pub(super) fn waived(writing: &Writing, incomplete: bool) -> Waived {
    Waived {
        incomplete,
        long_ago: writing.long_ago,
        again: writing.again,
    }
}

/// On a terminal: whether what is recorded already is to be recorded once more. The flags as they then are.
///
/// # Errors
/// If it is not; the case is then left as it is.
pub(super) fn ask_again(
    cx: &Context,
    rules: &Rules<'_>,
    content: &Content,
    writing: &Writing,
) -> anyhow::Result<Writing> {
    let mut writing = writing.clone();
    if writing.again || writing.dry_run || !cx.ask.is_there() {
        return Ok(writing);
    }
    if let Some(entry) = rules.recorded_already(content) {
        let question = format!("Entry {entry} says the very same. Record it once more?");
        if !cx.ask.confirm(&question, false)? {
            return Err(refuse(
                "nothing was recorded",
                "the entry that is there stands",
            ));
        }
        writing.again = true;
    }
    Ok(writing)
}

/// Adds entries to a case. `make` is given the case as it is once nobody else can write to it, and what it makes is held
/// against the rules there.
///
/// # Errors
/// Whatever `make` or the rules refuse, a case that has moved on from what was expected, and whatever keeps the file from
/// being written. The file is then as it was.
pub(super) fn append(
    cx: &mut Context,
    seen: &Loaded,
    writing: &Writing,
    make: impl FnOnce(&Loaded) -> anyhow::Result<Vec<Deed>>,
) -> anyhow::Result<Option<Loaded>> {
    append_as(cx, seen, writing, by_command(writing), make)
}

/// What a command's entries are held against.
pub(super) fn by_command(writing: &Writing) -> Held {
    Held {
        waived: waived(writing, false),
        source: Source::Command,
    }
}

/// What entries are held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    /// What is meant as it is.
    pub(super) waived: Waived,
    /// Where the entries come from.
    pub(super) source: Source,
}

/// As [`append`], saying where the entries come from and what is meant as it is.
///
/// # Errors
/// As [`append`].
pub(super) fn append_as(
    cx: &mut Context,
    seen: &Loaded,
    writing: &Writing,
    held: Held,
    make: impl FnOnce(&Loaded) -> anyhow::Result<Vec<Deed>>,
) -> anyhow::Result<Option<Loaded>> {
    let by = cx.who()?;
    let now = cx.now;
    let gate = Gate::new(cx, seen, held);
    let entries = |loaded: &Loaded| -> anyhow::Result<Vec<Node>> {
        check_expected(&loaded.case, writing.expect.as_deref())?;
        let deeds = make(loaded)?;
        gate.check(loaded, &deeds)?;
        let mut after = heads(loaded);
        let mut nodes = Vec::new();
        for deed in deeds {
            let node = compose::entry(&deed, &by, now, &after);
            after = node
                .text_at("id")
                .map(|id| EntryId(id.to_owned()))
                .into_iter()
                .collect();
            nodes.push(node);
        }
        Ok(nodes)
    };
    if writing.dry_run {
        let loaded = crate::store::load(&seen.path)?;
        let nodes = entries(&loaded)?;
        appended(&loaded, &nodes)?;
        for node in &nodes {
            write!(cx.out(), "{}", yaml::write(node)).context("cannot write the output")?;
        }
        cx.say("nothing was written (--dry-run)");
        return Ok(None);
    }
    let holder = cx.holder(&by);
    let mut behind = false;
    let changed = cx.store.change(&seen.path, &holder, |loaded| {
        let nodes = entries(loaded)?;
        let newest = loaded
            .case
            .entries
            .iter()
            .filter_map(|entry| entry.at)
            .max();
        behind = newest.is_some_and(|newest| newest > now);
        appended(loaded, &nodes)
    });
    let id = crate::store::lookup::stem(&seen.path);
    let changed = changed.with_context(|| format!("nothing was recorded on `{id}`"))?;
    if behind {
        cx.say("note: this computer's clock is behind the newest entry; the entry was recorded all the same");
    }
    notice(cx, &changed);
    let case = &changed.loaded.case;
    if let Some(fault) = crate::case::verify::faults(case).first() {
        cx.say(&format!(
            "note: the record does not stand up ({}, line {}): `attcheck verify {}` says what to do",
            fault.finding, fault.place.line, case.id
        ));
    }
    if let Some(why) = CaseState::replay(case, None).closed_on(cx.today())
        && case
            .entries
            .last()
            .is_some_and(|entry| entry.kind() != "close")
    {
        cx.say(&format!(
            "note: the case is closed ({why}); `attcheck reopen {}` opens it again",
            case.id
        ));
    }
    Ok(Some(changed.loaded))
}

/// Holds what is to be recorded against the rules, on the case as it is under the lock.
pub(super) struct Gate<'s> {
    seen: &'s Loaded,
    /// The checklist and edition it was worked against when it was looked at.
    list: Option<(String, String)>,
    held: Held,
    checklist: Option<Rc<Checklist>>,
    store: Store,
    today: NaiveDate,
}

impl<'s> Gate<'s> {
    /// What entries are held against, for a case as somebody looked at it.
    pub(super) fn new(cx: &Context, seen: &'s Loaded, held: Held) -> Self {
        let list = list_of(&seen.case);
        // Read only where it is needed: a note goes by no list, and many may wait to write.
        let checklist = list
            .as_ref()
            .and_then(|(id, edition)| cx.checklist_read(&seen.case.id, id, edition));
        Self {
            seen,
            list,
            held,
            checklist,
            store: cx.store.clone(),
            today: cx.today(),
        }
    }

    /// Refuses what may not be recorded on the case as it is now.
    ///
    /// # Errors
    /// If another case has taken the place of the one that was looked at, if that one was moved to another checklist by
    /// which the entries would mean something else, or whatever the rules refuse.
    pub(super) fn check(&self, now: &Loaded, deeds: &[Deed]) -> anyhow::Result<()> {
        let id = &now.case.id;
        if now.case.id != self.seen.case.id || now.case.header_hash != self.seen.case.header_hash {
            let hint = format!("look at it with `attcheck show {id}`, then record again");
            return Err(refuse(
                "another case has taken the place of this file",
                hint,
            ));
        }
        let state = CaseState::replay(&now.case, None);
        let goes_by_list = |deed: &Deed| match deed {
            Deed::Record(content)
            | Deed::Correct {
                content: Some(content),
                ..
            } => names_of_the_list(content),
            _ => false,
        };
        let before = self.list.as_ref();
        let before = before.map(|(id, edition)| (id.as_str(), edition.as_str()));
        if state.checklist() != before && deeds.iter().any(goes_by_list) {
            let list = state
                .checklist()
                .map_or("another checklist".to_owned(), |(list, edition)| {
                    format!("{list}, edition {edition}")
                });
            let hint = format!("look at it with `attcheck gaps {id}`, then record again");
            return Err(refuse(
                format!("meanwhile the case was moved to {list}"),
                hint,
            ));
        }
        let new_people: Vec<PersonId> = deeds.iter().filter_map(added_person).collect();
        let checklist = if deeds.iter().any(goes_by_list) {
            self.read()?
        } else {
            self.checklist.clone()
        };
        let rules = self.rules(checklist.as_deref(), &state, &new_people);
        for deed in deeds {
            rules.check(deed)?;
        }
        Ok(())
    }

    /// The checklist; nothing if it is not here: a case whose list is missing can still be put right.
    fn read(&self) -> anyhow::Result<Option<Rc<Checklist>>> {
        if self.checklist.is_some() {
            return Ok(self.checklist.clone());
        }
        let Some((id, edition)) = &self.list else {
            return Ok(None);
        };
        match crate::store::checklists::of_case(&self.store, &self.seen.case.id, id, edition) {
            Ok(checklist) => Ok(Some(Rc::new(checklist))),
            Err(error) if crate::error::is_of_bad_file(&error) => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// Refuses entries written by hand that no command would have recorded.
    ///
    /// # Errors
    /// As [`Self::check`], with the line of the entry.
    pub(super) fn check_unsealed(&self, now: &Loaded) -> anyhow::Result<()> {
        let by_hand: Vec<_> = now.case.entries.iter().filter(|e| e.id.is_none()).collect();
        let deeds: Vec<Deed> = by_hand.iter().map(|entry| entry.deed.clone()).collect();
        self.check(now, &[])?;
        let state = CaseState::replay(&now.case, None);
        let new_people: Vec<PersonId> = deeds.iter().filter_map(added_person).collect();
        let checklist = self.read()?;
        let rules = self.rules(checklist.as_deref(), &state, &new_people);
        for (n, (entry, deed)) in by_hand.iter().zip(&deeds).enumerate() {
            let place = |refused: Refused| {
                let at = entry.place().line;
                let hint = refused.hint.unwrap_or_default();
                Refused {
                    message: format!("line {at}: {}", refused.message),
                    hint: Some(format!("{hint}; put it right, then seal again")),
                }
            };
            rules.check(deed).map_err(place)?;
            let before = deeds[..n].iter().any(|other| tells_the_same(other, deed));
            if before && !self.held.waived.again {
                let at = by_hand[n].place().line;
                let hint =
                    "take one of the two out, or add --again if it really happened once more";
                return Err(refuse(
                    format!(
                        "line {at}: an entry above it that is not sealed yet says the very same"
                    ),
                    hint,
                ));
            }
        }
        Ok(())
    }

    fn rules<'a>(
        &'a self,
        checklist: Option<&'a Checklist>,
        state: &'a CaseState<'a>,
        new_people: &'a [PersonId],
    ) -> Rules<'a> {
        Rules {
            new_people,
            checklist,
            state,
            today: self.today,
            school_record: self.store.settings().school_record.as_deref(),
            source: self.held.source,
            waived: self.held.waived,
        }
    }
}

fn tells_the_same(one: &Deed, other: &Deed) -> bool {
    match (one, other) {
        (Deed::Record(one), Deed::Record(other)) => entry_rules::tells_the_same(one, other),
        _ => false,
    }
}

/// Who is added by an entry: what follows it may be about them.
fn added_person(deed: &Deed) -> Option<PersonId> {
    match deed {
        Deed::Record(Content::Person(PersonEntry::Named { person, .. }))
        | Deed::Correct {
            content: Some(Content::Person(PersonEntry::Named { person, .. })),
            ..
        } => Some(person.clone()),
        _ => None,
    }
}

/// The checklist and edition of a case. Most were never moved, and are not replayed for it: many may wait to write.
fn list_of(case: &Case) -> Option<(String, String)> {
    let moved = |entry: &Entry| matches!(entry.content(), Some(Content::Checklist { .. }));
    if !case.entries.iter().any(moved)
        && let Some((
            _,
            Content::Opened {
                checklist, edition, ..
            },
        )) = case.opening()
    {
        return Some((checklist.clone(), edition.clone()));
    }
    let state = CaseState::replay(case, None);
    state
        .checklist()
        .map(|(id, edition)| (id.to_owned(), edition.to_owned()))
}

/// Whether an entry says something by names of a checklist, which another list may not have or may mean otherwise.
fn names_of_the_list(content: &Content) -> bool {
    match content {
        Content::Action(_) | Content::Fact(_) => true,
        Content::Plan(plan) => plan.item.is_some(),
        Content::Sign(sign) => sign.item.is_some(),
        Content::Outcome { items, .. } => !items.is_empty(),
        _ => false,
    }
}

/// Adds entries to a case as [`append`] does; where `make` gives none the file stays as it is.
///
/// # Errors
/// As [`append`].
pub(super) fn append_any(
    cx: &mut Context,
    seen: &Loaded,
    writing: &Writing,
    held: Held,
    make: impl FnOnce(&Loaded) -> anyhow::Result<Vec<Deed>>,
) -> anyhow::Result<()> {
    let ended = append_as(cx, seen, writing, held, |loaded| {
        let deeds = make(loaded)?;
        if deeds.is_empty() {
            Err(NothingNew.into())
        } else {
            Ok(deeds)
        }
    });
    match ended {
        Err(error) if error.chain().any(<dyn std::error::Error>::is::<NothingNew>) => Ok(()),
        ended => ended.map(|_| ()),
    }
}

/// Every entry is there already: a reason to leave the file alone, and no failure.
#[derive(Debug)]
struct NothingNew;

impl std::fmt::Display for NothingNew {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("every entry is there already")
    }
}

impl std::error::Error for NothingNew {}

/// Refuses a record that does not stand up: nothing is made of it for others.
///
/// # Errors
/// Names the first fault.
pub(super) fn sound(case: &crate::case::Case) -> anyhow::Result<()> {
    match crate::case::verify::faults(case).first() {
        None => Ok(()),
        Some(fault) => {
            let message = format!(
                "the record does not stand up ({}, line {})",
                fault.finding, fault.place.line
            );
            Err(refuse(
                message,
                format!("`attcheck verify {}` says what to do first", case.id),
            ))
        }
    }
}

/// Refuses while copies of a case lie about under other names: what only they hold would be left out.
///
/// # Errors
/// Names the first, and the command that joins it.
pub(super) fn no_stray_copies(cx: &Context, case: &crate::case::CaseId) -> anyhow::Result<()> {
    match crate::store::belongings::stray_copies(&cx.store, case)?.first() {
        None => Ok(()),
        Some(copy) => {
            let copy = super::context::from_here(copy);
            let hint = format!("join it with the case, then delete it: attcheck join \"{copy}\"");
            Err(refuse(
                format!("`{copy}` is a copy of the case, and may hold more"),
                hint,
            ))
        }
    }
}

/// Passes on what a write had to clear away first.
pub(super) fn notice(cx: &Context, changed: &Changed) {
    if let Some(notice) = &changed.notice {
        cx.say(&format!("note: {notice}"));
    }
}

/// The entries that no other follows, which a new one will follow.
pub(super) fn heads(loaded: &Loaded) -> Vec<EntryId> {
    let case = &loaded.case;
    let mut heads: Vec<EntryId> = case
        .chain
        .heads()
        .iter()
        .filter_map(|n| case.entries[*n].id.clone())
        .collect();
    heads.sort();
    heads
}

/// Finds an entry by its id or any unique start of it, six characters or more.
///
/// # Errors
/// If none fits, or more than one does.
pub(super) fn entry_called(loaded: &Loaded, called: &str) -> anyhow::Result<usize> {
    let hint = format!("`attcheck show {} --log` lists the entries", loaded.case.id);
    if called.len() < 6 {
        return Err(refuse(
            format!("`{called}` is too short for an entry: give 6 characters or more"),
            hint,
        ));
    }
    let fits = |n: &usize| {
        loaded.case.entries[*n]
            .id
            .as_ref()
            .is_some_and(|id| id.0.starts_with(called))
    };
    let found: Vec<usize> = (0..loaded.case.entries.len()).filter(fits).collect();
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(refuse(
            format!("case `{}` has no entry `{called}`", loaded.case.id),
            hint,
        )),
        _ => Err(refuse(
            format!("more than one entry begins with `{called}`"),
            hint,
        )),
    }
}

/// The first version of what an entry tells, and its content as it stands now.
///
/// # Errors
/// If it cannot be corrected: it says who struck something, or its text is gone.
pub(super) fn event_called(
    loaded: &Loaded,
    called: &str,
) -> anyhow::Result<(EntryId, Option<Content>)> {
    let n = entry_called(loaded, called)?;
    let state = CaseState::replay(&loaded.case, None);
    let event = state
        .event_of(n)
        .with_context(|| format!("entry `{called}` takes no part in the record"))?;
    let first = &loaded.case.entries[event.first];
    if matches!(first.deed, Deed::Strike { .. }) {
        return Err(refuse(
            "an entry that says what was struck stays as it is",
            "record a note beside it",
        ));
    }
    let content = match &event.standing {
        Standing::Current { content, .. } => Some((*content).clone()),
        Standing::Contested(versions) => versions
            .iter()
            .rev()
            .find_map(|n| loaded.case.entries[*n].content())
            .cloned(),
        // What was withdrawn is brought back by a correction, from its latest content.
        Standing::Withdrawn(_) => event
            .versions
            .iter()
            .rev()
            .find_map(|n| loaded.case.entries[*n].content())
            .cloned(),
        Standing::Struck => None,
    };
    let id = first.id.clone().context("the entry is not sealed")?;
    Ok((id, content))
}

/// The items of a checklist that an action counts for, as it stands in a case; of a new one, the item it names.
pub(super) fn items_of<'c>(
    state: &CaseState<'_>,
    checklist: &'c Checklist,
    action: &Action,
) -> Vec<&'c Item> {
    let held = state
        .current()
        .find(|(_, content)| matches!(content, Content::Action(one) if one == action));
    let items = held.map_or_else(
        || vec![action.item.clone()],
        |(entry, _)| state.items_of(entry, action),
    );
    items.iter().filter_map(|id| checklist.item(id)).collect()
}

/// Says what was recorded: the newest entry's id, the case, and in a few words what.
pub(super) fn done(cx: &mut Context, loaded: &Loaded, what: &str) -> anyhow::Result<()> {
    let ids: Vec<String> = heads(loaded)
        .iter()
        .map(|id| id.short().to_owned())
        .collect();
    if !cx.quiet {
        let told = writeln!(
            cx.out(),
            "recorded {} on case {}: {what}",
            ids.join(" "),
            loaded.case.id
        );
        // It is written: whatever is asked next, this is said now.
        let told = told.and_then(|()| cx.out().flush());
        told.with_context(|| {
            format!(
                "recorded {} on case {}, but this cannot be said",
                ids.join(" "),
                loaded.case.id
            )
        })?;
    }
    Ok(())
}
