//! From the rows of a table to entries, noting every problem on the way.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::Args;
use super::row::Checker;
use super::table::{Numbered, Table};
use crate::case::content::is_kebab;
use crate::case::entry::{Action, Content, Deed};
use crate::case::state::CaseState;
use crate::case::{CaseId, compose};
use crate::checklist::Checklist;
use crate::commands::Context;
use crate::error::{BadFile, Refused, refuse};
use crate::number::counted;
use crate::store::{self, Loaded, lookup};
use crate::tree::Node;

/// How many problems are told one by one.
const MOST_TOLD: usize = 50;

/// A row that can be recorded.
pub(super) struct Row {
    /// Its number, as a spreadsheet shows it.
    pub(super) number: usize,
    /// The case.
    pub(super) known: Rc<Known>,
    /// The entry.
    pub(super) action: Action,
}

/// What is wrong with a row.
pub(super) struct RowProblem {
    pub(super) row: usize,
    pub(super) column: Option<String>,
    pub(super) says: String,
    pub(super) hint: Option<String>,
}

/// A case that rows name, with its checklist.
pub(super) struct Known {
    /// The case.
    pub(super) loaded: Loaded,
    /// Its checklist.
    pub(super) checklist: Rc<Checklist>,
    /// The pupil's number.
    pub(super) upn: Option<String>,
}

pub(super) type Cases = HashMap<String, Result<Rc<Known>, (String, Option<String>)>>;

/// All problems in one message.
pub(super) fn refusal(file: &Path, problems: &[RowProblem]) -> anyhow::Error {
    let count = problems.len();
    let mut lines = vec![format!(
        "`{}`: {}, and nothing was recorded",
        file.display(),
        counted(count, "problem")
    )];
    for one in problems.iter().take(MOST_TOLD) {
        let column = one
            .column
            .as_ref()
            .map(|column| format!(", column {column}"))
            .unwrap_or_default();
        lines.push(format!("  row {}{column}: {}", one.row, one.says));
        lines.extend(one.hint.as_ref().map(|hint| format!("      {hint}")));
    }
    if count > MOST_TOLD {
        lines.push(format!("  and {} more", count - MOST_TOLD));
    }
    refuse(
        lines.join("\n"),
        "put these right in the table and run the command again",
    )
}

/// Checks every row, and whether each case can take what the table holds for it.
pub(super) fn check(
    table: &Table,
    args: &Args,
    cx: &mut Context,
) -> anyhow::Result<(Vec<Row>, Vec<RowProblem>)> {
    let mut problems = headings(table);
    if !problems.is_empty() {
        return Ok((Vec::new(), problems));
    }
    let mut cases = Cases::new();
    let mut groups: Vec<(Rc<Known>, Vec<&Numbered>)> = Vec::new();
    for row in &table.rows {
        let mut checker = Checker {
            table,
            cells: &row.1,
            row: row.0,
            args,
            problems: Vec::new(),
        };
        if let Some(known) = checker.case(&mut cases, cx) {
            match groups
                .iter_mut()
                .find(|(held, _)| held.loaded.path == known.loaded.path)
            {
                Some((_, rows)) => rows.push(row),
                None => groups.push((known, vec![row])),
            }
        } else {
            checker.without_case(cx)?;
        }
        problems.append(&mut checker.problems);
    }
    let mut rows = Vec::new();
    for (known, theirs) in groups {
        let state = CaseState::replay(&known.loaded.case, None);
        let mut actions = Vec::new();
        for (number, cells) in theirs {
            let mut checker = Checker {
                table,
                cells,
                row: *number,
                args,
                problems: Vec::new(),
            };
            let action = checker.action(&known, &state, cx)?;
            if let (Some(action), true) = (action, checker.problems.is_empty()) {
                actions.push((*number, action));
            }
            problems.append(&mut checker.problems);
        }
        if let (Some((row, _)), Err(refused)) =
            (actions.first(), can_be_written(&known.loaded, &actions, cx))
        {
            let hint = refused
                .chain()
                .find_map(|cause| cause.downcast_ref::<Refused>()?.hint.clone());
            let says = format!(
                "case `{}` cannot be written: {refused}",
                known.loaded.case.id
            );
            problems.push(RowProblem {
                row: *row,
                column: None,
                says,
                hint,
            });
        }
        rows.extend(actions.into_iter().map(|(number, action)| Row {
            number,
            known: Rc::clone(&known),
            action,
        }));
    }
    // What else is said of such a cell follows from it.
    let spoilt = table.error_values();
    let is_spoilt = |one: &RowProblem| {
        spoilt
            .iter()
            .any(|cell| (cell.row, &cell.column) == (one.row, &one.column))
    };
    problems.retain(|one| !is_spoilt(one));
    problems.extend(spoilt);
    problems.sort_by_key(|one| one.row);
    rows.sort_by_key(|row| row.number);
    Ok((rows, problems))
}

/// Whether a case could take these entries: asked before the first of many cases is written.
fn can_be_written(
    loaded: &Loaded,
    actions: &[(usize, Action)],
    cx: &Context,
) -> anyhow::Result<()> {
    store::links::refuse_links(&loaded.path)?;
    let entry = |action: &Action| {
        compose::entry(
            &Deed::Record(Content::Action(action.clone())),
            "attcheck",
            cx.now,
            &[],
        )
    };
    let nodes: Vec<Node> = actions.iter().map(|(_, action)| entry(action)).collect();
    store::appended(loaded, &nodes).map(|_| ())
}

/// What is wrong with the headings. Fields are those of each case's checklist, so they are looked at row by row.
fn headings(table: &Table) -> Vec<RowProblem> {
    let mut problems = Vec::new();
    let mut add = |column: Option<&str>, says: String, hint: &str| {
        problems.push(RowProblem {
            row: 1,
            column: column.map(str::to_owned),
            says,
            hint: Some(hint.to_owned()),
        });
    };
    let has = |name: &str| table.headings.iter().any(|heading| heading == name);
    if !has("case") && !has("upn") {
        add(
            None,
            "there is no column `case` and none `upn`".into(),
            "the first row holds the names of the columns",
        );
    }
    for name in ["item", "date"] {
        if !has(name) {
            add(
                None,
                format!("there is no column `{name}`"),
                "the first row holds the names of the columns",
            );
        }
    }
    if has("for") && has("parent") {
        add(
            None,
            "`for` and `parent` stand for one thing".into(),
            "keep one of the two columns",
        );
    }
    for (n, heading) in table.headings.iter().enumerate() {
        if table.headings[..n].contains(heading) && !heading.is_empty() {
            add(
                Some(heading),
                "the column is there twice".into(),
                "keep one of the two",
            );
        } else if !heading.is_empty() && !is_kebab(heading) {
            add(
                None,
                format!("heading {} is no name of a column", n + 1),
                "columns are named as in `review-on`",
            );
        }
    }
    problems
}

/// Opens a case for a script: by its full id or its UPN.
pub(super) fn open(
    column: &str,
    called: &str,
    cx: &mut Context,
) -> Result<Rc<Known>, (String, Option<String>)> {
    let plain = |error: &anyhow::Error| match error
        .chain()
        .find_map(|cause| cause.downcast_ref::<BadFile>())
    {
        Some(bad) => (
            bad.to_string(),
            Some(format!("`attcheck verify {called}` says more")),
        ),
        None => {
            let hint = error
                .chain()
                .find_map(|cause| cause.downcast_ref::<Refused>()?.hint.clone());
            (error.to_string(), hint)
        }
    };
    let path = match column {
        "case" => {
            // What is no id may be a name, and is not repeated.
            let hint =
                "give the id of the case, such as k7m4px; `attcheck list` shows them".to_owned();
            let id = CaseId::new(called)
                .map_err(|_| ("that is no id of a case".to_owned(), Some(hint)))?;
            cx.store.path_of(&id)
        }
        _ => {
            let found = cx
                .store
                .of_upn(&called.to_uppercase())
                .map_err(|error| plain(&error))?;
            open_one(&found, cx).ok_or_else(|| {
                let says = match found.len() {
                    0 => "no case has that UPN".to_owned(),
                    n => format!("{n} cases have that UPN, and not just one of them is open"),
                };
                (says, Some("give the id of the case instead".to_owned()))
            })?
        }
    };
    if !path.is_file() {
        let hint = "`attcheck list --every` shows the cases there are".to_owned();
        return Err(("there is no such case".to_owned(), Some(hint)));
    }
    let loaded = store::load(&path).map_err(|error| plain(&error))?;
    let loaded = lookup::in_place(loaded).map_err(|stray| (stray.to_string(), None))?;
    let state = CaseState::replay(&loaded.case, None);
    let checklist = cx.checklist_of(&state).map_err(|error| plain(&error))?;
    let upn = state.details().upn;
    Ok(Rc::new(Known {
        loaded,
        checklist,
        upn,
    }))
}

/// Of the cases of one UPN the only one, or the only one that is open.
fn open_one(found: &[PathBuf], cx: &Context) -> Option<PathBuf> {
    if let [only] = found {
        return Some(only.clone());
    }
    let is_open = |path: &&PathBuf| {
        store::load(path).is_ok_and(|loaded| {
            CaseState::replay(&loaded.case, None)
                .closed_on(cx.today())
                .is_none()
        })
    };
    let mut open = found.iter().filter(is_open);
    open.next().filter(|_| open.next().is_none()).cloned()
}
