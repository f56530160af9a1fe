//! Writes a table to fill in: one row for each case, or for each person of it.

use std::collections::HashSet;
use std::path::Path;

use super::table;
use crate::case::entry::PersonId;
use crate::case::state::CaseState;
use crate::checklist::{Entries, Item};
use crate::commands::context::initials;
use crate::commands::{Context, Outcome, input, named};
use crate::error::{describe, refuse};
use crate::render::markup::cell;
use crate::store;

/// How many cases a table is made for: a school has fewer.
const MAX_CASES: usize = 3_000;

pub(super) fn write(id: &str, cases: &Path, cx: &mut Context) -> anyhow::Result<Outcome> {
    let mut called = called(cases, cx)?;
    let mut seen = HashSet::new();
    called.retain(|(_, case)| seen.insert(case.clone()));
    if called.len() > MAX_CASES {
        return Err(refuse(
            format!("`{}` names more than {MAX_CASES} cases", cases.display()),
            "make several tables",
        ));
    }
    let mut rows: Vec<(String, String, Option<PersonId>)> = Vec::new();
    let mut columns: Vec<String> = Vec::new();
    let (mut by_person, mut refuses, mut wrong) = (false, false, Vec::new());
    for (line, case) in &called {
        let found = match cx.store.locate(case, false) {
            Ok(found) => found,
            Err(error) => {
                let told = describe(&error)
                    .replace("error: ", "")
                    .replace("hint: ", "");
                let told: Vec<&str> = told.lines().collect();
                wrong.push(format!("line {line}: {}", told.join("; ")));
                continue;
            }
        };
        let loaded = store::load(&found.path)?;
        let state = CaseState::replay(&loaded.case, None);
        let checklist = cx.checklist_of(&state)?;
        let Some(item) = checklist.item(id).filter(|item| {
            item.entries != Entries::None && !item.signs_record() && item.only_looks_at().is_empty()
        }) else {
            let (shown, hint) = named::near(&checklist, id);
            let hint = hint.map(|hint| format!("; {hint}")).unwrap_or_default();
            wrong.push(format!(
                "line {line}: {shown} is not an item to record on in {}{hint}",
                checklist.title
            ));
            continue;
        };
        for name in checklist.asked_for(item) {
            if !columns.iter().any(|column| column == name) {
                columns.push(name.to_owned());
            }
        }
        if !checklist.points_of(item).is_empty() && !columns.iter().any(|column| column == "points")
        {
            columns.push("points".to_owned());
        }
        by_person |= item.each.is_some();
        refuses |= !item.accepts.is_empty();
        let initials = state
            .details()
            .name
            .as_deref()
            .map(|name| cell(&initials(name)))
            .unwrap_or_default();
        let persons = persons(&state, item, cx);
        for person in persons {
            rows.push((loaded.case.id.to_string(), initials.clone(), person));
        }
    }
    if !wrong.is_empty() {
        let message = format!("`{}`:\n  {}", cases.display(), wrong.join("\n  "));
        return Err(refuse(message, "put these right; no table was written"));
    }
    let mut headings = vec!["case", "initials", "item", "date"];
    headings.extend(by_person.then_some("for"));
    headings.extend(refuses.then_some("answer"));
    headings.extend(columns.iter().map(String::as_str));
    headings.extend(refuses.then_some("reason"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&headings)?;
    for (case, initials, person) in &rows {
        let cells = headings.iter().map(|heading| match *heading {
            "case" => case.as_str(),
            "initials" => initials.as_str(),
            "item" => id,
            "for" => person.as_ref().map_or("", |person| person.0.as_str()),
            _ => "",
        });
        writer.write_record(cells)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?;
    // The mark by which spreadsheets know that it is UTF-8: what is typed into it may hold any letter.
    cx.out().write_all("\u{feff}".as_bytes())?;
    cx.out().write_all(&bytes)?;
    cx.say(&format!(
        "rows to fill in: {}; a row left without its day is refused, so delete it",
        rows.len()
    ));
    Ok(Outcome::Success)
}

/// The persons an item goes by in a case; one row without a person where it does not, or nobody is named.
fn persons(state: &CaseState<'_>, item: &Item, cx: &Context) -> Vec<Option<PersonId>> {
    let Some(role) = item.each else {
        return vec![None];
    };
    let mut found: Vec<Option<PersonId>> = input::persons_of(state, role, cx.today())
        .into_iter()
        .map(|(id, _)| Some(id))
        .collect();
    if found.is_empty() {
        found.push(None);
    }
    found
}

/// The cases a file names, each with its line: one a line, or the column `case` or `upn` of a table.
fn called(file: &Path, cx: &Context) -> anyhow::Result<Vec<(usize, String)>> {
    let text = table::text(file, cx)?;
    let parsed = table::parse(&text).unwrap_or_default();
    let at = |name: &str| parsed.headings.iter().position(|heading| heading == name);
    let columns: Vec<usize> = [at("case"), at("upn")].into_iter().flatten().collect();
    let found: Vec<(usize, String)> = match columns.as_slice() {
        // The id where there is one, else the UPN.
        [_, ..] => {
            let named = |cells: &[String]| {
                columns
                    .iter()
                    .filter_map(|column| cells.get(*column))
                    .find(|cell| !cell.is_empty())
                    .cloned()
            };
            parsed
                .rows
                .iter()
                .filter_map(|(row, cells)| Some((*row, named(cells)?)))
                .collect()
        }
        [] => text
            .lines()
            .enumerate()
            .map(|(n, line)| (n + 1, line.trim().to_owned()))
            .collect(),
    };
    let found: Vec<(usize, String)> = found
        .into_iter()
        .filter(|(_, case)| !case.is_empty())
        .collect();
    if found.is_empty() {
        let hint = "write an id or a UPN in each line, or a table with a column `case`";
        return Err(refuse(format!("`{}` names no case", file.display()), hint));
    }
    Ok(found)
}
