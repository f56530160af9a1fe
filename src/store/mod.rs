//! Where things lie on the disk: the folder, its settings, its checklists and its cases.
#![expect(clippy::disallowed_methods, reason = "the store owns the disk")]

pub mod bag;
pub mod belongings;
pub mod beside;
pub mod builtin;
pub mod case_lists;
pub mod checklists;
pub mod draft;
pub mod edit;
pub mod erased;
pub mod file;
pub mod forms;
pub mod health;
pub mod limits;
pub mod links;
mod lock;
pub mod lookup;
pub mod migrate;
pub mod own_path;
pub mod quick;
pub mod retention;
pub mod rights;
pub mod settings;
mod terms;
mod text;
pub mod unread;
mod write;
pub mod yaml;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::case::{Case, CaseId, read, seal};
use crate::error::{BadFile, refuse};
use crate::problem::{Code, Problem, Problems};
use crate::tree::{Node, Place};
use settings::Settings;
use text::read_text;
pub use text::{read_export, read_if_there, read_long_text, read_long_text_up_to};
pub use write::{Changed, appended, check_expected, fit};

/// Settings of a folder.
pub const SETTINGS: &str = "attcheck.toml";
/// The folder of the cases.
pub const CASES: &str = "cases";
/// The folder of the school's or council's own checklists.
pub const CHECKLISTS: &str = "checklists";

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

impl Store {
    /// Finds the folder upwards from `from`, as git does, or takes the one named. Without settings and without cases
    /// anywhere above, `from` itself is the folder.
    ///
    /// # Errors
    /// If the folder named is not there, or its settings cannot be understood.
    pub fn find(named: Option<&Path>, from: &Path) -> anyhow::Result<Self> {
        let root = Self::root_from(named, from)?;
        let file = root.join(SETTINGS);
        let settings = match text::read_if_there_up_to(&file, limits::SMALL)? {
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
                Err(refuse(
                    format!("there is no folder `{}`", dir.display()),
                    hint,
                ))
            }
            None => {
                let marked = |dir: &&Path| dir.join(SETTINGS).is_file() || dir.join(CASES).is_dir();
                Ok(from.ancestors().find(marked).unwrap_or(from).to_owned())
            }
        }
    }

    /// A folder without looking at its settings, such as a backup.
    pub fn at(root: PathBuf) -> Self {
        Self {
            root,
            settings: Settings::default(),
        }
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
        let mut files = self.checklist_and_beside_files()?;
        files.retain(|file| !checklists::is_samples(file) && !forms::is_form(file));
        Ok(files)
    }

    /// The checklists of the folder, with the situations and the layouts beside them.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn checklist_and_beside_files(&self) -> anyhow::Result<Vec<PathBuf>> {
        yaml_files(&self.root.join(CHECKLISTS))
    }

    /// Reads the case of an id.
    ///
    /// # Errors
    /// If there is none, or it cannot be read as a case.
    pub fn load(&self, id: &CaseId) -> anyhow::Result<Loaded> {
        load(&self.path_of(id))
    }
}

fn yaml_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let listed = file::listed(folder)?;
    // One that iCloud took off this computer is named like the others, and told by whoever tries to read it.
    let elsewhere = listed.iter().filter_map(|path| unread::placed_for(path));
    let elsewhere: Vec<PathBuf> = elsewhere.filter(|path| !listed.contains(path)).collect();
    let mut files = listed;
    files.extend(elsewhere);
    files.retain(|path| is_read_as_yaml(path));
    files.sort();
    Ok(files)
}

/// Whether a file is taken for a case or a checklist by its name: what begins with a dot is none.
fn is_read_as_yaml(path: &Path) -> bool {
    let hidden = path
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with('.'));
    is_yaml(path) && !hidden
}

/// Whether a file's name ends as a case's or a checklist's does, in any case of letters.
fn is_yaml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ext| ext.eq_ignore_ascii_case("yaml") || ext.eq_ignore_ascii_case("yml"))
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
    let text = read_text(path, limits::CASE)?;
    let case = parse_case(&text, path).map_err(|problems| BadFile { problems })?;
    Ok(Loaded {
        path: path.to_owned(),
        text,
        case,
    })
}

/// Reads a case from the text of a file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse_case(text: &str, path: &Path) -> Result<Case, Vec<Problem>> {
    // Without the text: an excerpt of a case could show a name.
    let mut problems = Problems::new(path, None);
    let ends_whole = text.ends_with('\n');
    let case = yaml::read(text, &mut problems)
        .and_then(|node| read::case(node, ends_whole, &mut problems));
    case.ok_or_else(|| {
        let found = problems.into_vec();
        let by_itself = found.iter().all(|problem| {
            !matches!(
                problem.code,
                Code::Empty | Code::ConflictMarks | Code::NewerFormat
            )
        });
        if ends_whole || !by_itself {
            return found;
        }
        // What else is wrong follows from that, and mending it would be making an entry up.
        let place = Some(Place {
            line: text.lines().count().max(1),
            column: 1,
        });
        let message = "the file does not end in a new line: it was cut off".to_owned();
        let hint = Some("put a whole copy (a backup, a colleague's) in its place".to_owned());
        vec![Problem {
            code: Code::CutOff,
            file: path.to_owned(),
            place,
            excerpt: None,
            message,
            hint,
        }]
    })
}

/// How many entries of a case of a later format carry the id that they amount to, and how many there are: the hash needs
/// no knowledge of the format. `None` for any other file.
pub fn ids_that_fit(path: &Path) -> Option<(usize, usize)> {
    let text = read_text(path, limits::CASE).ok()?;
    let mut problems = Problems::new(path, None);
    let file = yaml::read(&text, &mut problems)?;
    if read::format_of(&file, &mut problems)? != read::Format::Newer {
        return None;
    }
    let log = file.get("log").and_then(Node::as_list)?;
    let fits = |entry: &&Node| {
        entry
            .text_at("id")
            .is_some_and(|id| id == seal::entry_id(entry).0)
    };
    Some((log.iter().filter(fits).count(), log.len()))
}

/// Reads the tree of a checklist or of another file in which excerpts may be shown.
///
/// # Errors
/// If it cannot be read or is not plain YAML data.
pub fn load_tree(path: &Path) -> anyhow::Result<(String, Node)> {
    refuse_way_out(path)?;
    let text = read_text(path, limits::CHECKLIST)?;
    let mut problems = Problems::new(path, Some(&text));
    match yaml::read(&text, &mut problems) {
        Some(node) => Ok((text, node)),
        None => Err(BadFile {
            problems: problems.into_vec(),
        }
        .into()),
    }
}

/// The text of a checklist, of limited size.
fn read_checklist_text(path: &Path) -> anyhow::Result<String> {
    refuse_way_out(path)?;
    read_text(path, limits::CHECKLIST)
}

/// The bytes of a file from outside, which is not read if it is larger than any form.
///
/// # Errors
/// If it cannot be read, or is too large.
pub fn read_bounded(path: &Path) -> anyhow::Result<Vec<u8>> {
    let unfit = limits::unfit(path, limits::FORM);
    if unfit
        .with_context(|| format!("cannot read `{}`", path.display()))?
        .is_some()
    {
        let message = format!("`{}` is no file, or far too large", path.display());
        return Err(crate::error::refuse(message, "give the file itself"));
    }
    read_document(path)
}

/// The bytes of a copy of a document.
///
/// # Errors
/// If it cannot be read.
pub fn read_document(path: &Path) -> anyhow::Result<Vec<u8>> {
    limits::refuse_other(path, limits::DOCUMENT)?;
    fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))
}
