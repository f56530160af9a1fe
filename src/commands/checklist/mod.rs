//! `attcheck checklist`

mod diff;
mod starter;
mod test;

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};

use super::context::from_here;
use super::{Context, Outcome};
use crate::checklist::{Checklist, Remark};
use crate::cli::Plain;
use crate::error::{BadFile, problem_text, refuse};
use crate::number::counted;
use crate::render::checklist as render;
use crate::render::table;
use crate::store::builtin;
use crate::store::case_lists;
use crate::store::checklists::{self, Offered, Origin};
use crate::store::forms;

/// Write, show, check, test and compare checklists, and list the facts they share
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Write a commented checklist to start from, with situations that prove it
    New {
        /// The id of the new checklist, such as northshire
        id: String,
    },
    /// List the checklists there are, and where each comes from
    List {
        /// For people or for programs
        #[arg(long, value_enum, default_value_t)]
        format: Plain,
    },
    /// Show a checklist: every item with what it asks
    Show {
        /// The checklist: its id, `ID@EDITION`, or a file
        id: String,
        /// For people or for programs
        #[arg(long, value_enum, default_value_t)]
        format: Plain,
    },
    /// Report everything that is wrong with checklist files and the situations beside them
    Check {
        /// The files; those of the folder's `checklists` if left out
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Run the sample situations of checklists, as tests are run
    ///
    /// The situations lie beside the checklist, in a file whose name ends in `.samples.yaml`. Without a name the
    /// folder's own are tried; the program's if it has none.
    Test {
        /// Checklists, by id or by file
        #[arg(value_name = "CHECKLIST")]
        checklists: Vec<String>,
        /// For people or for test reports
        #[arg(long, value_enum, default_value_t)]
        format: TestFormat,
    },
    /// Show how one checklist or edition differs from another
    Diff {
        /// The earlier one: its id, `ID@EDITION`, or a file
        #[arg(value_name = "FROM")]
        from: String,
        /// The later one
        #[arg(value_name = "TO")]
        to: String,
        /// The open cases under the earlier one, too
        #[arg(long)]
        cases: bool,
        /// For people or for programs
        #[arg(long, value_enum, default_value_t)]
        format: Plain,
    },
    /// List the shared facts with their questions and answers
    Facts {
        /// The facts of one checklist, its own among them
        checklist: Option<String>,
        /// The shared fields instead
        #[arg(long, conflicts_with = "practices")]
        fields: bool,
        /// The shared practices instead
        #[arg(long)]
        practices: bool,
    },
}

/// The forms of a test report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum TestFormat {
    /// For people
    #[default]
    Table,
    /// For test reports: a situation is a test case
    Junit,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    match &args.what {
        What::New { id } => starter::write(id, cx),
        What::List { format } => list(*format, cx),
        What::Show { id, format } => {
            let checklist = checklists::called(&cx.store, id)?;
            match format {
                Plain::Table => render::table(&checklist, cx.out())?,
                Plain::Json => render::json(&checklist, cx.out())?,
            }
            Ok(Outcome::Success)
        }
        What::Diff {
            from,
            to,
            cases,
            format,
        } => diff::diff(from, to, *cases, *format, cx),
        What::Test { checklists, format } => test::test(checklists, *format, cx),
        What::Check { files } => check(files, cx),
        What::Facts {
            checklist,
            fields,
            practices,
        } => words(checklist.as_deref(), *fields, *practices, cx),
    }
}

fn list(format: Plain, cx: &mut Context) -> anyhow::Result<Outcome> {
    let mut offered = checklists::every(&cx.store)?;
    offered.extend(case_lists::every(&cx.store)?);
    let origin = |origin: &Origin| match origin {
        Origin::Program => "in the program".to_owned(),
        Origin::Folder {
            file,
            replaces: true,
        } => {
            format!("{}, in place of the program's own", from_here(file))
        }
        Origin::Folder {
            file,
            replaces: false,
        } => from_here(file),
        Origin::OneCase { case, .. } => format!("came with case {case}, and counts for it alone"),
    };
    let mut broken = false;
    let mut rows = Vec::new();
    let mut listed = Vec::new();
    for one in &offered {
        match &one.checklist {
            Ok(Checklist {
                id,
                edition,
                authority,
                title,
                items,
                ..
            }) => {
                let count = items.len().to_string();
                rows.push(vec![
                    id.clone(),
                    edition.clone(),
                    authority.clone(),
                    title.clone(),
                    count,
                    origin(&one.origin),
                ]);
                listed.push(serde_json::json!({
                    "id": id, "edition": edition, "authority": authority, "title": title,
                    "items": items.len(), "from": origin(&one.origin),
                }));
            }
            Err(error) => {
                broken = true;
                cx.say(crate::error::describe(error).trim_end());
                let unusable = vec![one.id.clone(), String::new(), "cannot be used".into()];
                rows.push(
                    [
                        unusable,
                        vec![String::new(), String::new(), origin(&one.origin)],
                    ]
                    .concat(),
                );
            }
        }
    }
    for (says, _) in twice(&offered) {
        broken = true;
        cx.say(&format!("error: {says}\nhint: {KEEP_ONE}"));
    }
    for one in cx.store.unread_checklists()? {
        let name = from_here(&one.path);
        cx.say(&format!("note: {name} {}; {}", one.says(), one.remedy()));
    }
    match format {
        Plain::Table => {
            let shown = table::table(
                &[
                    "checklist",
                    "edition",
                    "authority",
                    "title",
                    "items",
                    "from",
                ],
                "title",
                rows,
            );
            table::write_table(&shown, cx.out())?;
        }
        Plain::Json => {
            let whole =
                serde_json::json!({"schema": crate::render::json::SCHEMA, "checklists": listed});
            let text = crate::render::json::document(&whole)?;
            writeln!(cx.out(), "{text}")?;
        }
    }
    Ok(if broken {
        Outcome::Failed
    } else {
        Outcome::Success
    })
}

/// A file in which nothing is wrong.
struct Sound {
    /// What it was taken for.
    said: String,
    /// What is worth a second look all the same.
    remarks: Vec<Remark>,
}

impl Sound {
    fn plain(said: String) -> Self {
        Self {
            said,
            remarks: Vec::new(),
        }
    }
}

/// What to do where two files have one edition of a list.
pub(super) const KEEP_ONE: &str = "keep one of them; a copy left by a sync program can be deleted, and a new edition gets an edition of its own";

/// What is said of files that have one edition of a list between them, and the files.
pub(super) fn twice(offered: &[Offered]) -> Vec<(String, Vec<PathBuf>)> {
    let said = checklists::twice(offered)
        .into_iter()
        .map(|(id, edition, files)| {
            let names: Vec<String> = files.iter().map(|file| from_here(file)).collect();
            let says = format!(
                "edition {edition} of the checklist `{id}` is in {} files, so that none of them can be used: {}",
                files.len(),
                names.join(", ")
            );
            (says, files)
        });
    said.collect()
}

/// What is right about a file: a checklist, or the situations or the layout beside one.
fn sound(file: &Path, cx: &Context) -> anyhow::Result<Sound> {
    if forms::is_form(file) {
        let (layout, Checklist { id, edition, .. }) = forms::load(file)?;
        let parts = counted(layout.parts.len(), "table");
        return Ok(Sound::plain(format!(
            "layout of the form for `{id}`, edition {edition}, {parts}, no problems"
        )));
    }
    if checklists::is_samples(file) {
        let Some(proven) = checklists::proven(&cx.store, &file.to_string_lossy())? else {
            let hint = "its name is that of the checklist, with .samples.yaml for .yaml";
            return Err(refuse(
                format!("there is no checklist beside `{}`", file.display()),
                hint,
            ));
        };
        let Checklist { id, edition, .. } = &proven.checklist;
        let situations = counted(proven.samples.len(), "situation");
        return Ok(Sound::plain(format!(
            "{situations} for `{id}`, edition {edition}, no problems"
        )));
    }
    let checklist = checklists::load(file)?;
    let remarks = checklist.remarks();
    let Checklist {
        id, edition, items, ..
    } = checklist;
    let said = format!(
        "checklist `{id}`, edition {edition}, {}, no problems",
        counted(items.len(), "item")
    );
    Ok(Sound { said, remarks })
}

/// The other file in which problems lie, where a file of situations cannot be looked at for its checklist.
fn faulty_beside(error: &anyhow::Error, file: &Path) -> Option<PathBuf> {
    let bad = error
        .chain()
        .find_map(|cause| cause.downcast_ref::<BadFile>())?;
    bad.problems
        .first()
        .map(|problem| problem.file.clone())
        .filter(|other| other != file)
}

fn check(named: &[PathBuf], cx: &mut Context) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::Success;
    let files = if named.is_empty() {
        cx.store.checklist_and_beside_files()?
    } else {
        named.to_vec()
    };
    let unread = if named.is_empty() {
        cx.store.unread_checklists()?
    } else {
        Vec::new()
    };
    for one in &unread {
        let name = from_here(&one.path);
        writeln!(cx.out(), "{name}: {}; {}", one.says(), one.remedy())?;
        if one.may_be_the_only_one() {
            outcome = Outcome::Found;
        }
    }
    if files.is_empty() && unread.is_empty() {
        let hint = "name a file, or write one with `attcheck checklist new`";
        return Err(refuse("the folder has no checklists of its own", hint));
    }
    for file in &files {
        let sound = sound(file, cx);
        if let Some(beside) = sound
            .as_ref()
            .err()
            .and_then(|error| faulty_beside(error, file))
        {
            // Told with the checklist itself, once.
            writeln!(
                cx.out(),
                "{}: not looked at, since {} has problems",
                from_here(file),
                from_here(&beside)
            )?;
            outcome = outcome.max(Outcome::Found);
            continue;
        }
        match sound {
            Ok(Sound { said, remarks }) => {
                writeln!(cx.out(), "{}: {said}", from_here(file))?;
                for remark in remarks {
                    writeln!(cx.out(), "  note: {remark}")?;
                }
            }
            Err(error) => {
                let Some(bad) = error
                    .chain()
                    .find_map(|cause| cause.downcast_ref::<BadFile>())
                else {
                    cx.say(crate::error::describe(&error).trim_end());
                    outcome = Outcome::Failed;
                    continue;
                };
                for problem in &bad.problems {
                    let text = problem_text(problem);
                    writeln!(cx.out(), "{text}")?;
                }
                writeln!(
                    cx.out(),
                    "{}: {}",
                    file.display(),
                    counted(bad.problems.len(), "problem")
                )?;
                outcome = outcome.max(Outcome::Found);
            }
        }
    }
    let whole = |file: &PathBuf| std::path::absolute(file).unwrap_or_else(|_| file.clone());
    let looked_at: Vec<PathBuf> = files.iter().map(whole).collect();
    for (says, of) in twice(&checklists::every(&cx.store)?) {
        if of.iter().any(|file| looked_at.contains(&whole(file))) {
            writeln!(cx.out(), "{says}\n   = hint: {KEEP_ONE}")?;
            outcome = outcome.max(Outcome::Found);
        }
    }
    Ok(outcome)
}

fn words(
    checklist: Option<&str>,
    fields: bool,
    practices: bool,
    cx: &mut Context,
) -> anyhow::Result<Outcome> {
    let shared = builtin::vocabulary();
    let own = checklist
        .map(|id| checklists::of_id(&cx.store, id))
        .transpose()?;
    let out = cx.out();
    if practices {
        for (name, words) in &shared.practices {
            writeln!(out, "{name}: {words}")?;
        }
    } else if fields {
        let defs = own
            .as_ref()
            .map_or(&shared.fields, |checklist| &checklist.fields);
        for (name, def) in defs {
            let answers = if def.answers.is_empty() {
                String::new()
            } else {
                format!(" ({})", def.answers.join(", "))
            };
            writeln!(out, "{name}: {}{answers}", def.ask)?;
        }
    } else {
        let defs = own
            .as_ref()
            .map_or(&shared.facts, |checklist| &checklist.facts);
        for (name, def) in defs {
            writeln!(out, "{name}: {}", def.answers_listed())?;
            writeln!(out, "    {}", def.ask)?;
            if let Some(help) = &def.help {
                writeln!(out, "    {help}")?;
            }
        }
    }
    Ok(Outcome::Success)
}
