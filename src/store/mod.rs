//! Where things lie on the disk: the folder, its settings, its checklists and its cases.
#![expect(clippy::disallowed_methods, reason = "the store owns the disk")]

pub mod bag;
pub mod beside;
pub mod builtin;
pub mod checklists;
pub mod edit;
pub mod erased;
pub mod file;
pub mod health;
pub mod links;
pub mod lookup;
pub mod migrate;
pub mod quick;
pub mod retention;
pub mod settings;
mod terms;
mod text;
pub mod yaml;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::case::{Case, CaseId, MOST_BYTES, MOST_ENTRIES, entry::EntryId, read, seal};
use crate::error::{BadFile, refuse};
use crate::problem::{Code, Problem, Problems};
use crate::tree::{Node, Place};
use file::{Draft, FolderLock};
use settings::Settings;
use text::read_text;
pub use text::{read_export, read_if_there, read_long_text};

/// Settings of a folder.
pub const SETTINGS: &str = "attcheck.toml";
/// The folder of the cases.
pub const CASES: &str = "cases";
/// The folder of the school's or council's own checklists.
pub const CHECKLISTS: &str = "checklists";
/// How large a checklist may be, in bytes.
const MOST_CHECKLIST_BYTES: u64 = 2 * 1024 * 1024;

/// A school's folder.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
    settings: Settings,
}

/// A case as it was read.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Its file.
    pub path: PathBuf,
    /// The text it was read from.
    pub text: String,
    /// The case.
    pub case: Case,
}

/// What a change of a case came to.
#[derive(Debug)]
pub struct Changed {
    /// The case as it is now.
    pub loaded: Loaded,
    /// Something to tell the user.
    pub notice: Option<String>,
}

impl Store {
    /// Finds the folder upwards from `from`, as git does, or takes the one named. Without settings and without cases
    /// anywhere above, `from` itself is the folder.
    ///
    /// # Errors
    /// If the folder named is not there, or its settings cannot be understood.
    pub fn find(named: Option<&Path>, from: &Path) -> anyhow::Result<Self> {
        let root = Self::root_from(named, from)?;
        let file = root.join(SETTINGS);
        let settings = match read_if_there(&file)? {
            Some(text) => Settings::read(&text, &file)?,
            None => Settings::default(),
        };
        Ok(Self { root, settings })
    }

    /// The folder that [`Self::find`] would find, whatever its settings are.
    ///
    /// # Errors
    /// If the folder named is not there.
    pub fn root_from(named: Option<&Path>, from: &Path) -> anyhow::Result<PathBuf> {
        match named {
            Some(dir) if dir.is_dir() => Ok(dir.to_owned()),
            Some(dir) => {
                let hint = "give the folder that holds `cases` and `attcheck.toml`";
                Err(refuse(format!("there is no folder `{}`", dir.display()), hint))
            }
            None => {
                let marked = |dir: &&Path| dir.join(SETTINGS).is_file() || dir.join(CASES).is_dir();
                Ok(from.ancestors().find(marked).unwrap_or(from).to_owned())
            }
        }
    }

    /// A folder without looking at its settings, such as a backup.
    pub fn at(root: PathBuf) -> Self {
        Self { root, settings: Settings::default() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder's settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The folder of the cases.
    pub fn cases(&self) -> PathBuf {
        self.root.join(CASES)
    }

    /// The file of a case.
    pub fn path_of(&self, id: &CaseId) -> PathBuf {
        self.cases().join(format!("{id}.yaml"))
    }

    /// The files of all cases, by name. What begins with a dot is ours and no case.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn case_files(&self) -> anyhow::Result<Vec<PathBuf>> {
        yaml_files(&self.cases())
    }

    /// The checklists of the folder, by name.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn checklist_files(&self) -> anyhow::Result<Vec<PathBuf>> {
        let mut files = self.checklist_and_sample_files()?;
        files.retain(|file| !checklists::is_samples(file));
        Ok(files)
    }

    /// The checklists of the folder, with the situations beside them.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn checklist_and_sample_files(&self) -> anyhow::Result<Vec<PathBuf>> {
        yaml_files(&self.root.join(CHECKLISTS))
    }

    /// Reads the case of an id.
    ///
    /// # Errors
    /// If there is none, or it cannot be read as a case.
    pub fn load(&self, id: &CaseId) -> anyhow::Result<Loaded> {
        load(&self.path_of(id))
    }

    /// Changes a case behind both bolts: it is read, `make` turns it into its new text, and that takes its place.
    ///
    /// # Errors
    /// Whatever `make` refuses, and whatever keeps the file from being written. The file is then as it was.
    pub fn change(
        &self,
        path: &Path,
        holder: &str,
        make: impl FnOnce(&Loaded) -> anyhow::Result<String>,
    ) -> anyhow::Result<Changed> {
        links::refuse_links(path)?;
        let _lock = FolderLock::acquire(path.parent().unwrap_or(Path::new(".")), holder)?;
        let cleared = self.clear_left_overs(path);
        let draft = Draft::create(path)?;
        // Read only now: what was read before both bolts held may have moved on.
        let current = load(path)?;
        let text = make(&current)?;
        let case = fit(&text, path)?;
        let notice = draft.publish(text.as_bytes())?.or(cleared);
        Ok(Changed { loaded: Loaded { path: path.to_owned(), text, case }, notice })
    }

    /// Clears what interrupted writes left of a case in its other places: beside its marks and its copies of documents.
    fn clear_left_overs(&self, path: &Path) -> Option<String> {
        let stem = lookup::stem(path);
        let own = |name: &str| name.starts_with(&format!(".{stem}."));
        let cleared = [
            file::clear_drafts(&self.cases(), |name| own(name) && name.contains(".old-")),
            file::clear_drafts(&self.root.join(beside::REGISTERS), own),
            file::clear_drafts(&self.root.join(beside::EVIDENCE).join(&stem), |_| true),
        ];
        (cleared.iter().sum::<usize>() > 0).then(|| file::CLEARED.to_owned())
    }

    /// Changes the text of a case file without reading it as a case: for one of another format.
    ///
    /// # Errors
    /// Whatever `make` refuses, if the case is a link, or its folder cannot be written. The file is then as it was.
    pub fn rewrite(
        &self,
        path: &Path,
        holder: &str,
        make: impl FnOnce(&str) -> anyhow::Result<String>,
    ) -> anyhow::Result<()> {
        links::refuse_links(path)?;
        let _lock = FolderLock::acquire(path.parent().unwrap_or(Path::new(".")), holder)?;
        let draft = Draft::create(path)?;
        let text = make(&read_text(path, MOST_BYTES)?)?;
        draft.publish(text.as_bytes()).map(|_| ())
    }

    /// Writes a new case.
    ///
    /// # Errors
    /// If a file of that name exists, in any case of letters, or the folder cannot be written.
    pub fn create(&self, id: &CaseId, holder: &str, text: &str) -> anyhow::Result<Changed> {
        let path = self.path_of(id);
        file::make_folder(&self.cases())?;
        let _lock = FolderLock::acquire(&self.cases(), holder)?;
        let draft = Draft::create(&path)?;
        if self.is_taken(id)? {
            return Err(refuse(
                format!("there is a case `{id}` already"),
                format!("look at it with `attcheck show {id}`, or choose another --id"),
            ));
        }
        let case = fit(text, &path)?;
        let notice = draft.publish(text.as_bytes())?;
        Ok(Changed { loaded: Loaded { path, text: text.to_owned(), case }, notice })
    }

    /// Whether a file of that name exists in any case of letters: on another computer it may be the same file.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn is_taken(&self, id: &CaseId) -> anyhow::Result<bool> {
        let same =
            |file: &PathBuf| file.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case(id.as_str()));
        Ok(self.case_files()?.iter().any(same))
    }
}

/// The case in a text that is to be written: within the limits that reading has.
///
/// # Errors
/// If it is too large, or cannot be read as a case.
pub fn fit(text: &str, path: &Path) -> anyhow::Result<Case> {
    let hint = "keep long documents beside the case and name them in it; close this case and open another";
    if text.len() as u64 > MOST_BYTES {
        return Err(refuse(format!("the case would be larger than {} MB", MOST_BYTES / 1024 / 1024), hint));
    }
    let case = parse_case(text, path).map_err(|problems| {
        let full = problems.iter().any(|problem| problem.code == Code::TooLarge);
        if full {
            refuse(format!("the case holds {MOST_ENTRIES} entries, and can hold no more"), hint)
        } else {
            BadFile { problems }.into()
        }
    })?;
    Ok(case)
}

fn yaml_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read the folder `{}`", folder.display()));
        }
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.with_context(|| format!("cannot read the folder `{}`", folder.display()))?.path();
        let yaml = path
            .extension()
            .is_some_and(|ext| ext.eq_ignore_ascii_case("yaml") || ext.eq_ignore_ascii_case("yml"));
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if yaml && !hidden {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A case or a checklist that is a link is read where it leads to another file of the same folder or of the one around it.
fn refuse_way_out(path: &Path) -> anyhow::Result<()> {
    let around = path.parent().map(|cases| cases.join(".."));
    links::refuse_way_out(path, &around.unwrap_or_else(|| PathBuf::from("..")))
}

/// Reads a case file, whatever its name.
///
/// # Errors
/// If it is not there, too large, not UTF-8, or cannot be read as a case.
pub fn load(path: &Path) -> anyhow::Result<Loaded> {
    refuse_way_out(path)?;
    let text = read_text(path, MOST_BYTES)?;
    let case = parse_case(&text, path).map_err(|problems| BadFile { problems })?;
    Ok(Loaded { path: path.to_owned(), text, case })
}

/// Reads a case from the text of a file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_case(text: &str, path: &Path) -> Result<Case, Vec<Problem>> {
    // Without the text: an excerpt of a case could show a name.
    let mut problems = Problems::new(path, None);
    let ends_whole = text.ends_with('\n');
    let case = yaml::read(text, &mut problems).and_then(|node| read::case(node, ends_whole, &mut problems));
    case.ok_or_else(|| {
        let found = problems.into_vec();
        let by_itself = found
            .iter()
            .all(|problem| !matches!(problem.code, Code::Empty | Code::ConflictMarks | Code::NewerFormat));
        if ends_whole || !by_itself {
            return found;
        }
        // What else is wrong follows from that, and mending it would be making an entry up.
        let place = Some(Place { line: text.lines().count().max(1), column: 1 });
        let message = "the file does not end in a new line: it was cut off".to_owned();
        let hint = Some("put a whole copy (a backup, a colleague's) in its place".to_owned());
        vec![Problem { code: Code::CutOff, file: path.to_owned(), place, excerpt: None, message, hint }]
    })
}

/// How many entries of a case of a later format carry the id that they amount to, and how many there are: the hash needs
/// no knowledge of the format. `None` for any other file.
pub fn ids_that_fit(path: &Path) -> Option<(usize, usize)> {
    let text = read_text(path, MOST_BYTES).ok()?;
    let mut problems = Problems::new(path, None);
    let file = yaml::read(&text, &mut problems)?;
    if read::format_of(&file, &mut problems)? != read::Format::Newer {
        return None;
    }
    let log = file.get("log").and_then(Node::as_list)?;
    let fits = |entry: &&Node| entry.text_at("id").is_some_and(|id| id == seal::entry_id(entry).0);
    Some((log.iter().filter(fits).count(), log.len()))
}

/// Reads the tree of a checklist or of another file in which excerpts may be shown.
///
/// # Errors
/// If it cannot be read or is not plain YAML data.
pub fn load_tree(path: &Path) -> anyhow::Result<(String, Node)> {
    refuse_way_out(path)?;
    let text = read_text(path, MOST_CHECKLIST_BYTES)?;
    let mut problems = Problems::new(path, Some(&text));
    match yaml::read(&text, &mut problems) {
        Some(node) => Ok((text, node)),
        None => Err(BadFile { problems: problems.into_vec() }.into()),
    }
}

/// The text of a checklist, of limited size.
fn read_checklist_text(path: &Path) -> anyhow::Result<String> {
    refuse_way_out(path)?;
    read_text(path, MOST_CHECKLIST_BYTES)
}

/// The bytes of a copy of a document.
///
/// # Errors
/// If it cannot be read.
pub fn read_document(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// Adds entries to a case's text: the text, and the case with them.
///
/// # Errors
/// If the file is laid out so that nothing can be added safely.
pub fn appended(loaded: &Loaded, entries: &[Node]) -> anyhow::Result<String> {
    if loaded.case.entries.len() + entries.len() > MOST_ENTRIES {
        let hint = "close this case and open another";
        return Err(refuse(
            format!("the case holds {} entries, and may hold {MOST_ENTRIES}", loaded.case.entries.len()),
            hint,
        ));
    }
    edit::append(&loaded.text, &loaded.case, entries).map_err(|cannot| refuse(cannot.message, cannot.hint))
}

/// Refuses if a case has moved on since somebody last looked at it. `expect` is the start of a head's id, or the
/// number of entries.
///
/// # Errors
/// Says how many entries there are now.
pub fn check_expected(case: &Case, expect: Option<&str>) -> anyhow::Result<()> {
    let Some(expect) = expect else { return Ok(()) };
    let heads: Vec<&EntryId> =
        case.chain.heads().iter().filter_map(|n| case.entries[*n].id.as_ref()).collect();
    let is_head = expect.len() >= 6 && heads.len() == 1 && heads[0].0.starts_with(expect);
    let is_count = expect.parse::<usize>().is_ok_and(|count| count == case.entries.len());
    if is_head || is_count {
        return Ok(());
    }
    let version = format!(
        "{} entries, newest {}",
        case.entries.len(),
        heads.iter().map(|id| id.short()).collect::<Vec<_>>().join(" ")
    );
    Err(refuse(
        format!("case `{}` has moved on since you looked at it (now: {version})", case.id),
        format!("look at it again with `attcheck show {}`, then record again", case.id),
    ))
}
