//! The record of a pack, with all that its verdict depends on: the same whether it is packed just now or came from outside,
//! so that what the school packs and what the council checks cannot differ.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::NaiveDate;

use crate::calendar::Calendar;
use crate::case::entry::Attachment;
use crate::case::exhibits::Exhibit;
use crate::case::seal::sha256_hex;
use crate::case::state::CaseState;
use crate::case::{Case, CaseId};
use crate::checklist::{Checklist, Gate};
use crate::error::{BadFile, refuse};
use crate::form::Layout;
use crate::readiness::{Copies, Copy, Question};
use crate::register::{self, Register};
use crate::store::bag::Payload;
use crate::store::settings::Settings;
use crate::store::{checklists, forms, parse_case};

/// Where the record lies in a pack.
pub(super) const RECORD: &str = "record";

/// What a pack is about.
#[derive(Debug, Clone)]
pub(super) struct About {
    pub(super) case: CaseId,
    pub(super) as_of: NaiveDate,
    pub(super) gate: String,
    pub(super) route: Option<String>,
}

/// The record of a pack.
pub(super) struct Held {
    pub(super) about: About,
    pub(super) case: Case,
    pub(super) checklist: Checklist,
    pub(super) layout: Layout,
    pub(super) school: Option<Case>,
    pub(super) register: Option<Register>,
    calendar: Calendar,
    /// The documents that are in the pack, each where it belongs, by their hashes.
    copies: InPack,
}

/// The copies in a pack.
#[derive(Debug)]
struct InPack(BTreeSet<String>);

impl Copies for InPack {
    fn state(&self, _: &CaseId, copy: &Attachment) -> Copy {
        match &copy.sha256 {
            None => Copy::Noted,
            Some(hash) if self.0.contains(hash) => Copy::Good,
            Some(_) => Copy::Gone,
        }
    }
}

/// That something is no pack, or cannot be read as one.
pub(super) fn not_a_pack(what: &str) -> anyhow::Error {
    refuse(
        format!("the file {what}"),
        "look whether it was made by `attcheck pack`, and ask the school",
    )
}

/// A file of a pack as text.
///
/// # Errors
/// If it is not there or not UTF-8.
pub(super) fn text<'p>(payload: &'p Payload, path: &str) -> anyhow::Result<&'p str> {
    let bytes = payload
        .get(path)
        .ok_or_else(|| not_a_pack(&format!("is no pack: `{path}` is not in it")))?;
    std::str::from_utf8(bytes)
        .map_err(|_| not_a_pack(&format!("holds `{path}`, which is not UTF-8")))
}

/// The paths of the record's own files, by what they are.
pub(super) mod path {
    use super::{CaseId, RECORD};

    pub(in super::super) fn case(id: &CaseId) -> String {
        format!("{RECORD}/cases/{id}.yaml")
    }

    pub(in super::super) fn register(id: &CaseId) -> String {
        format!("{RECORD}/registers/{id}.csv")
    }

    pub(in super::super) fn checklist() -> String {
        format!("{RECORD}/checklists/checklist.yaml")
    }

    pub(in super::super) fn layout() -> String {
        format!("{RECORD}/checklists/checklist.form.yaml")
    }

    pub(in super::super) fn settings() -> String {
        format!("{RECORD}/attcheck.toml")
    }

    /// A copy of the school's own record, by where it lies in the school's folder.
    pub(in super::super) fn copy(file: &str) -> String {
        format!("{RECORD}/{file}")
    }
}

/// The name of an exhibit's file: its number, its short name where the checklist knows it, the ending of the document.
/// What somebody called it could be a child's name.
pub(super) fn file_of(exhibit: &Exhibit<'_>, checklist: &Checklist) -> String {
    let known = checklist
        .items
        .iter()
        .flat_map(|item| &item.attach)
        .any(|name| *name == exhibit.copy.name);
    let name = if known {
        exhibit.copy.name.as_str()
    } else {
        "document"
    };
    let ending = exhibit
        .copy
        .file
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_lowercase());
    let plain =
        |ending: &String| ending.len() <= 5 && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    let ending = ending
        .filter(|_| exhibit.copy.sha256.is_some())
        .filter(plain);
    let ending = ending
        .map(|ending| format!(".{ending}"))
        .unwrap_or_default();
    format!("exhibits/exhibit-{:02}-{name}{ending}", exhibit.number)
}

fn case_in(payload: &Payload, id: &CaseId) -> anyhow::Result<Option<Case>> {
    let path = path::case(id);
    if !payload.contains_key(&path) {
        return Ok(None);
    }
    let case = parse_case(text(payload, &path)?, Path::new(&path))
        .map_err(|problems| BadFile { problems })?;
    if case.id != *id {
        return Err(not_a_pack("holds a record under another id than its own"));
    }
    Ok(Some(case))
}

impl Held {
    /// Reads the record of a pack.
    ///
    /// # Errors
    /// If something of it is not there or cannot be read.
    pub(super) fn of(payload: &Payload, about: About) -> anyhow::Result<Self> {
        let none = || not_a_pack("holds no record of the case it names");
        let case = case_in(payload, &about.case)?.ok_or_else(none)?;
        let at = path::checklist();
        let checklist = checklists::parse(text(payload, &at)?, Path::new(&at))?;
        let at = path::layout();
        let layout = forms::parse(text(payload, &at)?, Path::new(&at), &checklist)?;
        let at = path::settings();
        let settings = Settings::read(text(payload, &at)?, Path::new(&at))?;
        let school = settings
            .school_record
            .as_deref()
            .and_then(|id| CaseId::new(id).ok());
        let school = match school.filter(|id| *id != case.id) {
            Some(id) => case_in(payload, &id)?,
            None => None,
        };
        let at = path::register(&case.id);
        let marks = payload
            .contains_key(&at)
            .then(|| text(payload, &at))
            .transpose()?;
        let register = marks.map(register::read).transpose().map_err(|bad| {
            not_a_pack(&format!(
                "holds marks that cannot be read: row {}: {}",
                bad.row, bad.says
            ))
        })?;
        let calendar = Calendar::england().with_terms(settings.terms);
        let register = register.map(|register| register.of_school_days(&calendar));
        let copies = InPack(BTreeSet::new());
        let mut held = Self {
            about,
            case,
            checklist,
            layout,
            school,
            register,
            calendar,
            copies,
        };
        held.copies = InPack(held.documents(payload));
        Ok(held)
    }

    /// The hashes of the documents that lie where they belong.
    fn documents(&self, payload: &Payload) -> BTreeSet<String> {
        let is_there = |path: &str, hash: &str| {
            payload
                .get(path)
                .is_some_and(|bytes| sha256_hex(bytes) == hash)
        };
        let state = CaseState::replay(&self.case, None);
        let own = state.exhibits_on(self.about.as_of);
        let own = own.iter().filter_map(|one| {
            let hash = one.copy.sha256.as_deref()?;
            is_there(&file_of(one, &self.checklist), hash).then(|| hash.to_owned())
        });
        let school = self
            .school
            .as_ref()
            .map(|school| CaseState::replay(school, None));
        let theirs = school
            .as_ref()
            .map(|school| school.exhibits_on(self.about.as_of))
            .unwrap_or_default();
        let theirs = theirs.iter().filter_map(|one| {
            let hash = one.copy.sha256.as_deref()?;
            is_there(&path::copy(&one.copy.file), hash).then(|| hash.to_owned())
        });
        own.chain(theirs).collect()
    }

    /// Whether a document is in the pack.
    pub(super) fn has(&self, copy: &Attachment) -> bool {
        self.copies.state(&self.case.id, copy) == Copy::Good
    }

    /// The gate it is packed for.
    pub(super) fn gate(&self) -> Option<&Gate> {
        self.checklist.gate(&self.about.gate)
    }

    /// Works something out of the record as it is in the pack.
    pub(super) fn asked<T>(&self, work: impl FnOnce(&Question<'_>) -> T) -> T {
        let state = CaseState::replay(&self.case, None);
        let school = self
            .school
            .as_ref()
            .map(|school| CaseState::replay(school, None));
        work(&Question {
            checklist: &self.checklist,
            state: &state,
            school: school.as_ref(),
            as_of: self.about.as_of,
            route: self.about.route.as_deref(),
            calendar: &self.calendar,
            register: self.register.as_ref(),
            read_to: self.about.as_of,
            copies: &self.copies,
        })
    }
}
