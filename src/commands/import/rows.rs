//! From the rows of a table to entries, noting every problem on the way.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::Args;
use super::table::Table;
use crate::case::CaseId;
use crate::case::content::is_kebab;
use crate::case::entry::{Action, Answer, PersonId};
use crate::case::state::CaseState;
use crate::checklist::{Checklist, Entries, Item};
use crate::commands::{Context, input, record};
use crate::error::{BadFile, Refused, refuse};
use crate::problem::did_you_mean;
use crate::store::{self, Loaded, lookup};

/// Columns that are no fields.
const COLUMNS: &[&str] =
    &["case", "upn", "item", "date", "answer", "reason", "for", "parent", "points", "initials"];
/// How many problems are told one by one.
const MOST_TOLD: usize = 50;

/// A row that can be recorded.
pub(super) struct Row {
    /// Its number, as a spreadsheet shows it.
    pub(super) number: usize,
    /// The case's file.
    pub(super) path: PathBuf,
    /// The entry.
    pub(super) action: Action,
}

/// What is wrong with a row.
pub(super) struct RowProblem {
    row: usize,
    column: Option<String>,
    says: String,
    hint: Option<String>,
}

/// A case that rows name, with its checklist.
struct Known {
    loaded: Loaded,
    checklist: Rc<Checklist>,
}

type Cases = HashMap<String, Result<Rc<Known>, (String, Option<String>)>>;

/// All problems in one message.
pub(super) fn refusal(file: &Path, problems: &[RowProblem]) -> anyhow::Error {
    let count = problems.len();
    let plural = if count == 1 { "" } else { "s" };
    let mut lines = vec![format!("`{}`: {count} problem{plural}, and nothing was recorded", file.display())];
    for one in problems.iter().take(MOST_TOLD) {
        let column = one.column.as_ref().map(|column| format!(", column {column}")).unwrap_or_default();
        lines.push(format!("  row {}{column}: {}", one.row, one.says));
        lines.extend(one.hint.as_ref().map(|hint| format!("      {hint}")));
    }
    if count > MOST_TOLD {
        lines.push(format!("  and {} more", count - MOST_TOLD));
    }
    refuse(lines.join("\n"), "put these right in the table and run the command again")
}

/// Checks every row.
pub(super) fn check(
    table: &Table,
    args: &Args,
    cx: &mut Context,
) -> anyhow::Result<(Vec<Row>, Vec<RowProblem>)> {
    let mut problems = headings(table);
    if !problems.is_empty() {
        return Ok((Vec::new(), problems));
    }
    let mut rows = Vec::new();
    let mut cases = Cases::new();
    for (number, cells) in &table.rows {
        let mut checker = Checker { table, cells, row: *number, args, problems: Vec::new() };
        let row = checker.row(&mut cases, cx)?;
        if checker.problems.is_empty() {
            rows.extend(row);
        }
        problems.append(&mut checker.problems);
    }
    Ok((rows, problems))
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
            add(None, format!("there is no column `{name}`"), "the first row holds the names of the columns");
        }
    }
    if has("for") && has("parent") {
        add(None, "`for` and `parent` stand for one thing".into(), "keep one of the two columns");
    }
    for (n, heading) in table.headings.iter().enumerate() {
        if table.headings[..n].contains(heading) && !heading.is_empty() {
            add(Some(heading), "the column is there twice".into(), "keep one of the two");
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

struct Checker<'t> {
    table: &'t Table,
    cells: &'t [String],
    row: usize,
    args: &'t Args,
    problems: Vec<RowProblem>,
}

impl<'t> Checker<'t> {
    fn cell(&self, column: &str) -> Option<&'t str> {
        let n = self.table.headings.iter().position(|heading| heading == column)?;
        self.cells.get(n).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    fn problem(&mut self, column: Option<&str>, says: impl Into<String>, hint: Option<String>) {
        let column = column.map(str::to_owned);
        self.problems.push(RowProblem { row: self.row, column, says: says.into(), hint });
    }

    /// Notes what was refused, or passes on what could not be done at all.
    fn take<T>(&mut self, column: &str, found: anyhow::Result<T>) -> anyhow::Result<Option<T>> {
        match found {
            Ok(found) => Ok(Some(found)),
            Err(error) => match error.downcast_ref::<Refused>() {
                Some(refused) => {
                    // The column says which flag it would be.
                    let flag = format!("--field {column}");
                    let message = refused.message.replace(&flag, "this");
                    let message = message.strip_prefix("the day: ").unwrap_or(&message).to_owned();
                    self.problem(Some(column), message, refused.hint.clone());
                    Ok(None)
                }
                None => Err(error),
            },
        }
    }

    fn row(&mut self, cases: &mut Cases, cx: &mut Context) -> anyhow::Result<Option<Row>> {
        if self.cells.iter().skip(self.table.headings.len()).any(|cell| !cell.is_empty()) {
            let hint = "a text that holds the separator stands in quotation marks".to_owned();
            self.problem(None, "the row has more columns than the headings", Some(hint));
        }
        let Some(known) = self.case(cases, cx) else { return Ok(None) };
        let state = CaseState::replay(&known.loaded.case, None);
        let checklist = &known.checklist;
        let Some(item) = self.item(&known) else { return Ok(None) };
        let date = match self.cell("date") {
            Some(text) => {
                let found = input::past_day(cx, "the day", text, &state, self.args.long_ago);
                self.take("date", found)?
            }
            None => {
                self.problem(Some("date"), "the day is missing", Some("write it as 14/9/2026".into()));
                None
            }
        };
        let answer = self.answer();
        let reason = self.cell("reason").map(|text| input::text("the reason", text));
        let reason = reason.map(|text| self.take("reason", text)).transpose()?.flatten();
        self.check_reason(answer, reason.is_some());
        let persons = self.persons(&state, item, cx);
        let fields = self.fields(cx, checklist)?;
        let points = self.points(checklist, item);
        if answer == Answer::Done && !self.args.incomplete {
            for name in checklist.asked_for(item).into_iter().filter(|name| !fields.contains_key(*name)) {
                let ask = checklist.fields.get(name).map(|def| def.ask.clone());
                self.problem(Some(name), format!("`{}` asks for it, and it is blank", item.id), ask);
            }
        }
        let path = known.loaded.path.clone();
        let action = Action {
            date,
            item: item.id.clone(),
            answer,
            reason,
            persons,
            points,
            fields,
            attach: Vec::new(),
        };
        Ok(Some(Row { number: self.row, path, action }))
    }

    /// The case a row names, read once for all its rows.
    fn case(&mut self, cases: &mut Cases, cx: &mut Context) -> Option<Rc<Known>> {
        let (column, called) = match (self.cell("case"), self.cell("upn")) {
            (Some(case), _) => ("case", case),
            (None, Some(upn)) => ("upn", upn),
            (None, None) => {
                self.problem(None, "the row names no case", Some("give its id, or the UPN".into()));
                return None;
            }
        };
        let key = format!("{column} {called}");
        let found = cases.entry(key).or_insert_with(|| open(column, called, cx)).clone();
        match found {
            Ok(known) => {
                if let (Some(case), Some(upn)) = (self.cell("case"), self.cell("upn")) {
                    let theirs = CaseState::replay(&known.loaded.case, None).details().upn;
                    if theirs.is_none_or(|theirs| !theirs.eq_ignore_ascii_case(upn)) {
                        let says = format!("case `{case}` has another UPN, or none");
                        self.problem(
                            Some("upn"),
                            says,
                            Some("leave one of the two out if it is not sure".into()),
                        );
                        return None;
                    }
                }
                Some(known)
            }
            Err((says, hint)) => {
                self.problem(Some(column), says, hint);
                None
            }
        }
    }

    fn item<'c>(&mut self, known: &'c Known) -> Option<&'c Item> {
        let checklist = &known.checklist;
        let Some(id) = self.cell("item") else {
            self.problem(Some("item"), "the item is missing", None);
            return None;
        };
        let Some(item) = checklist.item(id) else {
            let hint = did_you_mean(id, checklist.items.iter().map(|item| item.id.as_str()));
            let shown = if is_kebab(id) { format!("`{id}`") } else { "that".to_owned() };
            self.problem(Some("item"), format!("{shown} is not an item of {}", checklist.title), hint);
            return None;
        };
        let refused = if item.entries == Entries::None {
            Some("it follows from other items")
        } else if item.signs_record() {
            Some("it is a sign-off, and is signed with `attcheck sign`")
        } else if !record::belongs(item, &known.loaded.case, checklist) {
            Some("it is answered in another record")
        } else {
            None
        };
        if let Some(why) = refused {
            self.problem(Some("item"), format!("nothing is recorded here on `{id}`: {why}"), None);
            return None;
        }
        Some(item)
    }

    fn answer(&mut self) -> Answer {
        let Some(word) = self.cell("answer") else { return Answer::Done };
        Answer::from_word(&word.to_lowercase().replace(' ', "-")).unwrap_or_else(|| {
            let hint = did_you_mean(word, Answer::WORDS.iter().copied());
            let hint = hint.or_else(|| Some(format!("answers: {}", Answer::WORDS.join(", "))));
            self.problem(Some("answer"), "that is not an answer", hint);
            Answer::Done
        })
    }

    fn check_reason(&mut self, answer: Answer, given: bool) {
        if answer == Answer::Done && given {
            let hint = "what was done has an outcome".to_owned();
            self.problem(Some("reason"), "a reason goes with an answer other than done", Some(hint));
        } else if answer != Answer::Done && !given && !self.args.incomplete {
            let says = format!("the reason is missing: `{answer}` settles an item only with its reason");
            self.problem(Some("reason"), says, None);
        }
    }

    /// The persons of a row: ids, or the name of a parent as the case has it.
    fn persons(&mut self, state: &CaseState<'_>, item: &Item, cx: &Context) -> Vec<PersonId> {
        let column = if self.cell("for").is_some() { "for" } else { "parent" };
        let people = state.people_on(cx.today());
        let Some(text) = self.cell(column) else {
            let Some(role) = item.each else { return Vec::new() };
            let theirs: Vec<PersonId> = people
                .into_iter()
                .filter(|person| person.role == role && !person.counts().is_no())
                .map(|person| person.id)
                .collect();
            if theirs.len() > 1 {
                let ids: Vec<&str> = theirs.iter().map(|id| id.0.as_str()).collect();
                let says = format!("`{}` goes by {role}, and {} are named", item.id, theirs.len());
                self.problem(Some("for"), says, Some(format!("give one of {}", ids.join(", "))));
            }
            return theirs;
        };
        let ever = state.ever_named();
        let is_id = |word: &str| ever.contains(&PersonId(word.to_owned()));
        let words: Vec<&str> = text.split([';', ' ']).filter(|word| !word.is_empty()).collect();
        if words.iter().all(|word| is_id(word)) {
            return words.into_iter().map(|word| PersonId(word.to_owned())).collect();
        }
        let named = |person: &&crate::case::people::Person| {
            person.name.as_ref().is_some_and(|name| name.to_lowercase() == text.to_lowercase())
        };
        let found: Vec<PersonId> = people.iter().filter(named).map(|person| person.id.clone()).collect();
        if found.len() != 1 {
            // What stands there may be a name, and is not repeated.
            let says = match found.len() {
                0 => "that is nobody named in the case".to_owned(),
                n => format!("{n} people of the case have that name"),
            };
            let ids: Vec<&str> = ever.iter().map(|id| id.0.as_str()).filter(|id| *id != "pupil").collect();
            let hint = match ids.as_slice() {
                [] => format!("add them with `attcheck person {} add`", state.case.id),
                ids => format!("give an id: {}", ids.join(", ")),
            };
            self.problem(Some(column), says, Some(hint));
        }
        found
    }

    fn fields(&mut self, cx: &Context, checklist: &Checklist) -> anyhow::Result<BTreeMap<String, String>> {
        let mut fields = BTreeMap::new();
        for heading in self.table.headings.iter().filter(|heading| !COLUMNS.contains(&heading.as_str())) {
            let Some(text) = self.cell(heading) else { continue };
            let value = input::field_value(cx, checklist, heading, text);
            if let Some(value) = self.take(heading, value)? {
                fields.insert(heading.clone(), value);
            }
        }
        Ok(fields)
    }

    fn points(&mut self, checklist: &Checklist, item: &Item) -> Vec<String> {
        let Some(text) = self.cell("points") else { return Vec::new() };
        let known: Vec<&str> = checklist.points_of(item).iter().map(|(name, _)| name.as_str()).collect();
        let points: Vec<String> =
            text.split([';', ' ']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        for point in points.iter().filter(|point| !known.contains(&point.as_str())) {
            let hint = did_you_mean(point, known.iter().copied());
            let hint = hint
                .or_else(|| Some("write them with blanks between, as in: child-voice parent-voice".into()));
            let shown = if is_kebab(point) { format!("`{point}`") } else { "that".to_owned() };
            self.problem(Some("points"), format!("{shown} is not a point of `{}`", item.id), hint);
        }
        points
    }
}

/// Opens a case for a script: by its full id or its UPN.
fn open(column: &str, called: &str, cx: &mut Context) -> Result<Rc<Known>, (String, Option<String>)> {
    let plain = |error: &anyhow::Error| match error.chain().find_map(|cause| cause.downcast_ref::<BadFile>())
    {
        Some(bad) => (bad.to_string(), Some(format!("`attcheck verify {called}` says more"))),
        None => {
            let hint = error.chain().find_map(|cause| cause.downcast_ref::<Refused>()?.hint.clone());
            (error.to_string(), hint)
        }
    };
    let path = match column {
        "case" => {
            // What is no id may be a name, and is not repeated.
            let hint = "give the id of the case, such as k7m4px; `attcheck list` shows them".to_owned();
            let id = CaseId::new(called).map_err(|_| ("that is no id of a case".to_owned(), Some(hint)))?;
            cx.store.path_of(&id)
        }
        _ => {
            let found = cx.store.of_upn(&called.to_uppercase()).map_err(|error| plain(&error))?;
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
    if !lookup::is_in_place(&loaded) {
        return Err((lookup::stray(&loaded).to_string(), None));
    }
    let state = CaseState::replay(&loaded.case, None);
    let checklist = cx.checklist_of(&state).map_err(|error| plain(&error))?;
    Ok(Rc::new(Known { loaded, checklist }))
}

/// Of the cases of one UPN the only one, or the only one that is open.
fn open_one(found: &[PathBuf], cx: &Context) -> Option<PathBuf> {
    if let [only] = found {
        return Some(only.clone());
    }
    let is_open = |path: &&PathBuf| {
        store::load(path)
            .is_ok_and(|loaded| CaseState::replay(&loaded.case, None).closed_on(cx.today()).is_none())
    };
    let mut open = found.iter().filter(is_open);
    open.next().filter(|_| open.next().is_none()).cloned()
}
