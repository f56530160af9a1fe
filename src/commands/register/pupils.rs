//! Which case a pupil of the register has.

use std::collections::{BTreeMap, HashMap};

use crate::case::CaseId;
use crate::case::state::CaseState;
use crate::commands::Context;
use crate::fold::fold_name;
use crate::register::incoming::Pupil;
use crate::store::{lookup, quick};

/// The open cases of a folder, by what a register may call their pupils.
#[derive(Debug, Default)]
pub(super) struct Cases {
    ids: BTreeMap<String, CaseId>,
    upns: HashMap<String, Vec<CaseId>>,
    /// By name in small letters without accents; whether the case has a UPN of its own.
    names: HashMap<String, Vec<(CaseId, bool)>>,
    /// How many files could not be read: a pupil who is passed over may be theirs.
    pub(super) unread: usize,
}

/// Whose case it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Whose {
    /// That of this case.
    Case(CaseId),
    /// The pupil has no open case.
    Nobody,
    /// It cannot be told; why, and the column that is to blame.
    Unclear(&'static str, String),
}

impl Cases {
    /// Reads every case of the folder; those that cannot be read are named and left out.
    pub(super) fn read(cx: &Context) -> anyhow::Result<Self> {
        let mut found = Self::default();
        for file in cx.store.case_files()? {
            let loaded = match quick::load(&file).and_then(lookup::in_place) {
                Ok(loaded) => loaded,
                Err(error) => {
                    cx.say(crate::error::describe(&error).trim_end());
                    found.unread += 1;
                    continue;
                }
            };
            let state = CaseState::replay(&loaded.case, None);
            let about_pupil = loaded.case.subject == crate::case::entry::Subject::Pupil;
            if !about_pupil || state.closed_on(cx.today()).is_some() {
                continue;
            }
            let (id, details) = (&loaded.case.id, state.details());
            found.ids.insert(id.to_string(), id.clone());
            let has_upn = details.upn.is_some();
            if let Some(upn) = details.upn {
                found
                    .upns
                    .entry(upn.to_uppercase())
                    .or_default()
                    .push(id.clone());
            }
            if let Some(name) = details.name {
                found
                    .names
                    .entry(fold_name(&name))
                    .or_default()
                    .push((id.clone(), has_upn));
            }
        }
        Ok(found)
    }

    /// Every open case.
    pub(super) fn open(&self) -> impl Iterator<Item = &CaseId> {
        self.ids.values()
    }

    /// Whether a pupil is known to be that of a case, and not by name alone.
    pub(super) fn has(&self, pupil: &Pupil, case: &CaseId) -> bool {
        let by_upn = pupil
            .upn
            .as_ref()
            .and_then(|upn| self.upns.get(upn))
            .is_some_and(|ids| ids.contains(case));
        pupil.case.is_some() || by_upn
    }

    /// The case of a pupil.
    pub(super) fn of(&self, pupil: &Pupil) -> Whose {
        if let Some(case) = &pupil.case {
            let unknown = || Whose::Unclear("case", "there is no open case of that id".to_owned());
            return self
                .ids
                .get(case)
                .cloned()
                .map_or_else(unknown, Whose::Case);
        }
        if let Some(upn) = &pupil.upn {
            if let Some(what) = crate::case::upn::fault(upn) {
                return Whose::Unclear("upn", what.to_owned());
            }
            match self.upns.get(upn).map(Vec::as_slice) {
                Some([only]) => return Whose::Case(only.clone()),
                Some(several) => return Whose::Unclear("upn", ids("that UPN", several.iter())),
                None => {}
            }
        }
        let Some(name) = &pupil.name else {
            return Whose::Nobody;
        };
        // Somebody whose UPN is known to be another one is not meant.
        let named = self
            .names
            .get(&fold_name(name))
            .map(Vec::as_slice)
            .unwrap_or_default();
        let fitting: Vec<&CaseId> = named
            .iter()
            .filter(|(_, has_upn)| pupil.upn.is_none() || !has_upn)
            .map(|(id, _)| id)
            .collect();
        match fitting.as_slice() {
            [] => Whose::Nobody,
            [only] => Whose::Case((*only).clone()),
            several => Whose::Unclear("name", ids("that name", several.iter().copied())),
        }
    }
}

fn ids<'i>(what: &str, ids: impl Iterator<Item = &'i CaseId>) -> String {
    let ids: Vec<String> = ids.map(ToString::to_string).collect();
    format!(
        "{} cases have {what}: {}; give the UPN, or a column `case`",
        ids.len(),
        ids.join(", ")
    )
}
