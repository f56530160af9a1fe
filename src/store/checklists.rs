//! Which checklists there are: those inside the program, and those of the folder, which take their place.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::{Store, builtin, case_lists, load_tree, lookup};
use crate::case::CaseId;
use crate::case::state::CaseState;
use crate::checklist::{Checklist, by_edition, read};
use crate::error::{BadFile, refuse};
use crate::problem::{Problems, did_you_mean};
use crate::samples::{self, Sample};

/// Where a checklist comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It travels inside the program.
    Program,
    /// A file of the folder.
    Folder {
        /// The file.
        file: PathBuf,
        /// Whether it takes the place of the same edition inside the program.
        replaces: bool,
    },
    /// A file that came with a case from another school, and counts for that case alone.
    OneCase {
        /// The case.
        case: CaseId,
        /// The file.
        file: PathBuf,
    },
}

/// A checklist that can be used, or what is wrong with its file.
#[derive(Debug)]
pub struct Offered {
    /// Its id; of a file that cannot be read, its name.
    pub id: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The checklist.
    pub checklist: anyhow::Result<Checklist>,
}

impl Offered {
    fn edition(&self) -> &str {
        self.checklist
            .as_ref()
            .map_or("", |checklist| checklist.edition.as_str())
    }
}

/// What ends the name of a file of samples.
pub const SAMPLES: &str = ".samples.yaml";

/// Whether a file's name is that of a file of samples, in any case of letters.
pub fn is_samples(file: &Path) -> bool {
    file.to_string_lossy().to_lowercase().ends_with(SAMPLES)
}

/// Reads a checklist file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn load(path: &Path) -> anyhow::Result<Checklist> {
    parse(&super::read_checklist_text(path)?, path)
}

/// Reads a checklist from the text of a file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(text: &str, path: &Path) -> anyhow::Result<Checklist> {
    let mut problems = Problems::new(path, Some(text));
    let found = super::yaml::read(text, &mut problems)
        .and_then(|node| read::checklist(&node, builtin::vocabulary(), &mut problems));
    found.ok_or_else(|| {
        BadFile {
            problems: problems.into_vec(),
        }
        .into()
    })
}

/// The folder's file of an edition, if it has one.
///
/// # Errors
/// If the folder of checklists cannot be read, or a file of that id is wrong.
pub fn file_of(store: &Store, id: &str, edition: &str) -> anyhow::Result<Option<PathBuf>> {
    let own = of_folder(store, id)?
        .into_iter()
        .find(|(own, _)| own.edition == edition);
    Ok(own.map(|(_, file)| file))
}

/// The file of the checklist a case is worked against: the folder's, or the one kept for this case alone. None where it is
/// the program's.
///
/// # Errors
/// As [`of_case`].
pub fn file_for_case(
    store: &Store,
    case: &CaseId,
    id: &str,
    edition: &str,
) -> anyhow::Result<Option<PathBuf>> {
    let own = file_of(store, id, edition)?;
    if own.is_some() || builtin::shipped(id, Some(edition)).is_some() {
        return Ok(own);
    }
    let kept = case_lists::find(store, case, id, edition)?;
    Ok(kept.map(|(_, file)| file))
}

/// Every checklist there is, each edition by itself, by id and edition. An edition of the folder takes the place of the
/// same one inside the program.
///
/// # Errors
/// If the folder of checklists cannot be read.
pub fn every(store: &Store) -> anyhow::Result<Vec<Offered>> {
    let mut found: Vec<Offered> = Vec::new();
    for file in store.checklist_files()? {
        let checklist = load(&file);
        let (id, edition) = match &checklist {
            Ok(checklist) => (checklist.id.clone(), Some(checklist.edition.as_str())),
            Err(_) => (lookup::stem(&file), None),
        };
        let replaces = builtin::shipped(&id, edition).is_some();
        found.push(Offered {
            id,
            origin: Origin::Folder { file, replaces },
            checklist,
        });
    }
    for one in builtin::CHECKLISTS {
        let stands = |offered: &Offered| {
            offered.id == one.id && (offered.checklist.is_err() || offered.edition() == one.edition)
        };
        if !found.iter().any(stands) {
            found.push(Offered {
                id: one.id.to_owned(),
                origin: Origin::Program,
                checklist: inside(one),
            });
        }
    }
    found.sort_by(|a, b| {
        a.id.cmp(&b.id)
            .then_with(|| by_edition(a.edition(), b.edition()))
    });
    Ok(found)
}

/// The files of the folder that have one edition of a list between them: which of them counts nobody could say, so none does.
pub fn twice(offered: &[Offered]) -> Vec<(String, String, Vec<PathBuf>)> {
    let mut found: Vec<(String, String, Vec<PathBuf>)> = Vec::new();
    for one in offered {
        let (Ok(checklist), Origin::Folder { file, .. }) = (&one.checklist, &one.origin) else {
            continue;
        };
        let same = found
            .iter_mut()
            .find(|(id, edition, _)| (id, edition) == (&checklist.id, &checklist.edition));
        match same {
            Some((_, _, files)) => files.push(file.clone()),
            None => found.push((
                checklist.id.clone(),
                checklist.edition.clone(),
                vec![file.clone()],
            )),
        }
    }
    found.retain(|(_, _, files)| files.len() > 1);
    found
}

/// The checklist of an id, for a new case: its newest edition, in the folder or in the program. Of one edition in both the
/// folder's is taken.
///
/// # Errors
/// If there is none, its file is wrong, or two files of the folder have one edition of it.
pub fn of_id(store: &Store, id: &str) -> anyhow::Result<Checklist> {
    let own = of_folder(store, id)?.pop().map(|(own, _)| own);
    match (own, builtin::shipped(id, None)) {
        (Some(own), Some(shipped)) if by_edition(&own.edition, shipped.edition).is_lt() => {
            inside(shipped)
        }
        (Some(own), _) => Ok(own),
        (None, Some(shipped)) => inside(shipped),
        (None, None) => Err(unknown(store, id)),
    }
}

/// The checklist of an id and edition, of the folder or of the program.
///
/// # Errors
/// If there is none of that id and edition, its file is wrong, or two files of the folder have it.
pub fn of_edition(store: &Store, id: &str, edition: &str) -> anyhow::Result<Checklist> {
    if_here(store, id, edition)?.map_err(|editions| not_here(store, id, edition, editions))
}

/// The checklist a case is worked against: that of its edition in the folder or the program, or else the one that came with
/// this case from another school.
///
/// # Errors
/// As [`of_edition`]; if the one that came with the case was changed since.
pub fn of_case(store: &Store, case: &CaseId, id: &str, edition: &str) -> anyhow::Result<Checklist> {
    find_for_case(store, case, id, edition).map(|(checklist, _)| checklist)
}

/// The checklist a case is worked against, and whether it is kept for this case alone.
fn find_for_case(
    store: &Store,
    case: &CaseId,
    id: &str,
    edition: &str,
) -> anyhow::Result<(Checklist, bool)> {
    match if_here(store, id, edition)? {
        Ok(checklist) => Ok((checklist, false)),
        Err(editions) => case_lists::find(store, case, id, edition)?
            .map(|(checklist, _)| (checklist, true))
            .ok_or_else(|| not_here(store, id, edition, editions)),
    }
}

/// The checklist of an id and edition, of the folder or of the program; if it is not here, the folder's editions of that id.
fn if_here(
    store: &Store,
    id: &str,
    edition: &str,
) -> anyhow::Result<Result<Checklist, Vec<String>>> {
    let own = of_folder(store, id)?;
    let known: Vec<String> = own.iter().map(|(own, _)| own.edition.clone()).collect();
    if let Some((own, _)) = own.into_iter().find(|(own, _)| own.edition == edition) {
        return Ok(Ok(own));
    }
    match builtin::shipped(id, Some(edition)) {
        Some(shipped) => inside(shipped).map(Ok),
        None => Ok(Err(known)),
    }
}

/// Says which editions there are, where another is needed.
fn not_here(store: &Store, id: &str, edition: &str, mut known: Vec<String>) -> anyhow::Error {
    known.extend(
        builtin::CHECKLISTS
            .iter()
            .filter(|one| one.id == id)
            .map(|one| one.edition.to_owned()),
    );
    known.sort_by(|a, b| by_edition(a, b));
    known.dedup();
    if known.is_empty() {
        return unknown(store, id);
    }
    let message = format!(
        "edition {edition} of `{id}` is asked for, and only {} is here",
        known.join(", ")
    );
    refuse(
        message,
        format!("put the file of that edition into `{}`", super::CHECKLISTS),
    )
}

/// Checklists that were read already.
#[derive(Debug, Default)]
pub struct KnownChecklists(Vec<KnownChecklist>);

#[derive(Debug)]
struct KnownChecklist {
    id: String,
    edition: String,
    /// The one case that it is kept for, where it is no checklist of the folder or the program.
    only_for: Option<CaseId>,
    checklist: Rc<Checklist>,
}

impl KnownChecklists {
    /// The checklist to judge a case by: the one it was worked against as far as was known, or before that was known the one
    /// it has now. Of a case whose opening is gone it is one that asks nothing.
    ///
    /// # Errors
    /// As [`of_edition`].
    pub fn to_judge(
        &mut self,
        store: &Store,
        state: &CaseState<'_>,
    ) -> anyhow::Result<Rc<Checklist>> {
        let whole;
        let named = match state.checklist() {
            Some(named) => Some(named),
            None => {
                whole = CaseState::replay(state.case, None);
                whole.checklist()
            }
        };
        match named {
            Some((id, edition)) => self.of_case(store, &state.case.id, id, edition),
            None => Ok(Rc::new(Checklist::unknown(state.case.subject))),
        }
    }

    /// The checklist of a case, read once.
    ///
    /// # Errors
    /// As [`of_case`].
    pub fn of_case(
        &mut self,
        store: &Store,
        case: &CaseId,
        id: &str,
        edition: &str,
    ) -> anyhow::Result<Rc<Checklist>> {
        if let Some(known) = self.read_before(case, id, edition) {
            return Ok(known);
        }
        let (checklist, for_this_case) = find_for_case(store, case, id, edition)?;
        let checklist = Rc::new(checklist);
        self.0.push(KnownChecklist {
            id: id.to_owned(),
            edition: edition.to_owned(),
            only_for: for_this_case.then(|| case.clone()),
            checklist: Rc::clone(&checklist),
        });
        Ok(checklist)
    }

    /// The checklist of a case, if it was read before.
    pub fn read_before(&self, case: &CaseId, id: &str, edition: &str) -> Option<Rc<Checklist>> {
        let meant = |known: &&KnownChecklist| {
            known.id == id
                && known.edition == edition
                && known.only_for.as_ref().is_none_or(|only| only == case)
        };
        let known = self.0.iter().find(meant)?;
        Some(Rc::clone(&known.checklist))
    }
}

/// The checklist somebody means: `ID`, `ID@EDITION`, or the path of a file.
///
/// # Errors
/// As [`of_id`] and [`of_edition`]; everything that is wrong with a file.
pub fn called(store: &Store, named: &str) -> anyhow::Result<Checklist> {
    if is_file(named) {
        return load(Path::new(named));
    }
    match named.split_once('@') {
        Some((id, edition)) => of_edition(store, id, edition),
        None => of_id(store, named),
    }
}

/// Whether a path is meant, and no id.
pub fn is_file(named: &str) -> bool {
    let path = Path::new(named);
    let yaml = path
        .extension()
        .is_some_and(|ext| ext.eq_ignore_ascii_case("yaml") || ext.eq_ignore_ascii_case("yml"));
    yaml || named.contains(['/', '\\'])
}

/// The editions of an id in the folder, the newest last. A file is told by the id in it, not by its name.
fn of_folder(store: &Store, id: &str) -> anyhow::Result<Vec<(Checklist, PathBuf)>> {
    let mut found: Vec<(Checklist, PathBuf)> = Vec::new();
    for file in store.checklist_files()? {
        let checklist = match load(&file) {
            Ok(checklist) if checklist.id == id => checklist,
            // An edition that cannot be read must not give way to an older one in silence.
            Err(error) if is_meant(&file, id) => return Err(error),
            // Another file that is wrong is `checklist list`'s to tell.
            Ok(_) | Err(_) => continue,
        };
        if let Some((_, first)) = found
            .iter()
            .find(|(one, _)| one.edition == checklist.edition)
        {
            let message = format!(
                "two files have edition {} of the checklist `{id}`: {} and {}",
                checklist.edition,
                first.display(),
                file.display()
            );
            return Err(refuse(
                message,
                "keep one of them; a copy left by a sync program can be deleted",
            ));
        }
        found.push((checklist, file));
    }
    found.sort_by(|(a, _), (b, _)| by_edition(&a.edition, &b.edition));
    Ok(found)
}

/// Whether a file that cannot be used is one of an id, by what it says or else by its name.
fn is_meant(file: &Path, id: &str) -> bool {
    match load_tree(file) {
        Ok((_, tree)) => tree
            .text_at("id")
            .map_or_else(|| lookup::stem(file) == id, |found| found == id),
        // Not even YAML: the line that gives the id still tells.
        Err(_) => {
            let text = super::read_if_there(file)
                .ok()
                .flatten()
                .unwrap_or_default();
            let says = |line: &str| {
                line.strip_prefix("id:")
                    .is_some_and(|rest| rest.trim().trim_matches(['"', '\'']) == id)
            };
            lookup::stem(file) == id || text.lines().any(says)
        }
    }
}

/// A checklist of the program.
fn inside(shipped: &builtin::Shipped) -> anyhow::Result<Checklist> {
    builtin::parse_checklist(shipped.text, Path::new(shipped.id))
        .map_err(|problems| BadFile { problems }.into())
}

fn unknown(store: &Store, id: &str) -> anyhow::Error {
    let mut found = every(store).unwrap_or_default();
    found.dedup_by(|later, earlier| later.id == earlier.id);
    let hint = did_you_mean(id, found.iter().map(|offered| offered.id.as_str()));
    refuse(
        format!("there is no checklist `{id}`"),
        hint.unwrap_or_else(|| "`attcheck checklist list` shows them".into()),
    )
}

/// A checklist with the situations beside it.
#[derive(Debug)]
pub struct Proven {
    /// The checklist.
    pub checklist: Checklist,
    /// The file of the situations, or where in the program they lie.
    pub file: PathBuf,
    /// The situations.
    pub samples: Vec<Sample>,
}

/// The checklist somebody means, with its situations; none if no file of them stands beside it.
///
/// # Errors
/// As [`called`]; everything that is wrong with the situations.
pub fn proven(store: &Store, named: &str) -> anyhow::Result<Option<Proven>> {
    if let Some(stem) = named.strip_suffix(SAMPLES) {
        let beside = ["yaml", "yml"].map(|ext| PathBuf::from(format!("{stem}.{ext}")));
        if let Some(file) = beside.iter().find(|file| file.is_file()) {
            return beside_file(file);
        }
    } else if is_file(named) {
        return beside_file(Path::new(named));
    }
    let id = named.split('@').next().unwrap_or(named);
    let checklist = called(store, named)?;
    let own = of_folder(store, id)?
        .into_iter()
        .find(|(own, _)| own.edition == checklist.edition);
    if let Some((_, file)) = own {
        return beside_file(&file);
    }
    let Some(shipped) = builtin::shipped(id, Some(&checklist.edition)) else {
        return Ok(None);
    };
    let file = PathBuf::from(format!("{id}{SAMPLES}"));
    let mut problems = Problems::new(&file, Some(shipped.samples));
    let tree = super::yaml::read(shipped.samples, &mut problems);
    let found = tree.and_then(|tree| samples::read::samples(&tree, &checklist, &mut problems));
    match found {
        Some(samples) => Ok(Some(Proven {
            checklist,
            file,
            samples,
        })),
        None => Err(BadFile {
            problems: problems.into_vec(),
        }
        .into()),
    }
}

fn beside_file(checklist: &Path) -> anyhow::Result<Option<Proven>> {
    let file = checklist.with_extension(&SAMPLES[1..]);
    let checklist = load(checklist)?;
    if !file.is_file() {
        return Ok(None);
    }
    let (text, tree) = load_tree(&file)?;
    let mut problems = Problems::new(&file, Some(&text));
    match samples::read::samples(&tree, &checklist, &mut problems) {
        Some(samples) => Ok(Some(Proven {
            checklist,
            file,
            samples,
        })),
        None => Err(BadFile {
            problems: problems.into_vec(),
        }
        .into()),
    }
}
