//! One row of a table: what it records, and everything that is wrong with it.

use std::collections::BTreeMap;
use std::rc::Rc;

use chrono::NaiveDate;

use super::Args;
use super::rows::{Cases, Known, RowProblem, open};
use super::table::Table;
use crate::case::entry::{Action, Answer, Content, Deed, PersonId};
use crate::case::state::CaseState;
use crate::checklist::{Checklist, Item};
use crate::commands::context::initials;
use crate::commands::{Context, input, writing};
use crate::entry_rules::{self, Fault, Rules, Source};
use crate::error::Refused;
use crate::fold::fold_name;
use crate::problem::did_you_mean;

/// Columns that are no fields.
pub(super) const COLUMNS: &[&str] = &[
    "case", "upn", "item", "date", "answer", "reason", "for", "parent", "points", "initials",
];

/// Reads one row.
pub(super) struct Checker<'t> {
    /// The table it stands in.
    pub(super) table: &'t Table,
    /// Its cells.
    pub(super) cells: &'t [String],
    /// Its number, as a spreadsheet shows it.
    pub(super) row: usize,
    /// What was said on the command line.
    pub(super) args: &'t Args,
    /// What is wrong with it.
    pub(super) problems: Vec<RowProblem>,
}

impl<'t> Checker<'t> {
    fn cell(&self, column: &str) -> Option<&'t str> {
        let n = self
            .table
            .headings
            .iter()
            .position(|heading| heading == column)?;
        self.cells
            .get(n)
            .map(String::as_str)
            .filter(|cell| !cell.is_empty())
    }

    fn problem(&mut self, column: Option<&str>, says: impl Into<String>, hint: Option<String>) {
        let column = column.map(str::to_owned);
        self.problems.push(RowProblem {
            row: self.row,
            column,
            says: says.into(),
            hint,
        });
    }

    /// Notes what was refused, or passes on what could not be done at all.
    fn take<T>(&mut self, column: &str, found: anyhow::Result<T>) -> anyhow::Result<Option<T>> {
        match found {
            Ok(found) => Ok(Some(found)),
            Err(error) => match error.downcast_ref::<Refused>() {
                Some(refused) => {
                    // The column says which flag it would be, and in a shifted column a name may stand anywhere.
                    let flag = format!("--field {column}");
                    let message = refused.message.replace(&flag, "the field");
                    let message = message
                        .trim_start_matches("the day: ")
                        .trim_start_matches("the field: ");
                    let cell = self.cell(column).unwrap_or_default();
                    let may_be_a_name =
                        cell.chars().any(char::is_alphabetic) && message.contains(cell);
                    let says = if may_be_a_name {
                        "that cannot be taken here"
                    } else {
                        message
                    }
                    .to_owned();
                    self.problem(Some(column), says, refused.hint.clone());
                    Ok(None)
                }
                None => Err(error),
            },
        }
    }

    /// What the row records on its case.
    pub(super) fn action(
        &mut self,
        known: &Known,
        state: &CaseState<'_>,
        cx: &Context,
    ) -> anyhow::Result<Option<Action>> {
        if self
            .cells
            .iter()
            .skip(self.table.headings.len())
            .any(|cell| !cell.is_empty())
        {
            let hint = "a text that holds the separator stands in quotation marks".to_owned();
            self.problem(
                None,
                "the row has more columns than the headings",
                Some(hint),
            );
        }
        self.check_initials(state);
        let checklist = &known.checklist;
        let rules = self.rules(known, state, cx);
        let item = self.item(&rules);
        let (date, answer) = (self.day(cx)?, self.answer());
        let Some(item) = item else {
            if let Some(date) = date {
                let found = rules.past_day(date);
                self.note(found.err());
            }
            return Ok(None);
        };
        let reason = self
            .cell("reason")
            .map(|text| input::text("the reason", text));
        let reason = reason
            .map(|text| self.take("reason", text))
            .transpose()?
            .flatten();
        let action = Action {
            date,
            item: item.id.clone(),
            answer,
            reason,
            persons: self.persons(state, item, cx),
            points: self.points(),
            fields: self.fields(cx, checklist)?,
            attach: Vec::new(),
        };
        let deed = Deed::Record(Content::Action(action.clone()));
        self.note(rules.faults(&deed));
        Ok(Some(action))
    }

    fn rules<'a>(&self, known: &'a Known, state: &'a CaseState<'a>, cx: &'a Context) -> Rules<'a> {
        Rules {
            source: Source::Table,
            ..writing::rules(cx, state, Some(&known.checklist), self.args.waived())
        }
    }

    /// Notes what the rules found, each with its column. What was told of a column already is not told again.
    fn note(&mut self, faults: impl IntoIterator<Item = Fault>) {
        for fault in faults {
            let faults = match fault {
                // A column of its own for each.
                Fault::Blank { item, names, asks } => names
                    .iter()
                    .map(|name| Fault::Blank {
                        item: item.clone(),
                        names: vec![name.clone()],
                        asks: asks.iter().filter(|(of, _)| of == name).cloned().collect(),
                    })
                    .collect(),
                other => vec![other],
            };
            for fault in faults {
                let column = match fault.key() {
                    Some("for") if self.cell("parent").is_some() => Some("parent"),
                    other => other,
                };
                let told = column.is_some()
                    && self
                        .problems
                        .iter()
                        .any(|problem| problem.column.as_deref() == column);
                if !told {
                    let hint = fault.hint(Source::Table);
                    self.problem(column, fault.message(), hint);
                }
            }
        }
    }

    /// What can be looked at where it is not known which case is meant.
    pub(super) fn without_case(&mut self, cx: &Context) -> anyhow::Result<()> {
        if self.cell("item").is_none() {
            self.problem(Some("item"), "the item is missing", None);
        }
        if let Some(date) = self.day(cx)? {
            let found = entry_rules::past_day(date, cx.today(), self.args.waived());
            self.note(found.err());
        }
        self.answer();
        Ok(())
    }

    fn day(&mut self, cx: &Context) -> anyhow::Result<Option<NaiveDate>> {
        let Some(text) = self.cell("date") else {
            self.note([Fault::NoDay]);
            return Ok(None);
        };
        let found = cx.day(text, "the day");
        self.take("date", found)
    }

    /// A table sorted askew would put a letter into the wrong child's case: the initials say whose row it is.
    fn check_initials(&mut self, state: &CaseState<'_>) {
        let Some(given) = self.cell("initials") else {
            return;
        };
        let letters = |text: &str| fold_name(text).replace(['.', ' '], "");
        let theirs = state
            .details()
            .name
            .as_deref()
            .map(initials)
            .unwrap_or_default();
        if letters(given) != letters(&theirs) {
            let hint =
                "look whether the rows were sorted without this column; or leave the column out"
                    .to_owned();
            self.problem(
                Some("initials"),
                "these are not the initials of the pupil of that case",
                Some(hint),
            );
        }
    }

    /// The case a row names, read once for all its rows.
    pub(super) fn case(&mut self, cases: &mut Cases, cx: &mut Context) -> Option<Rc<Known>> {
        let (column, called) = match (self.cell("case"), self.cell("upn")) {
            (Some(case), _) => ("case", case),
            (None, Some(upn)) => ("upn", upn),
            (None, None) => {
                self.problem(
                    None,
                    "the row names no case",
                    Some("give its id, or the UPN".into()),
                );
                return None;
            }
        };
        let key = format!("{column} {called}");
        let found = cases
            .entry(key)
            .or_insert_with(|| open(column, called, cx))
            .clone();
        match found {
            Ok(known) => {
                let is_other = |upn: &str| {
                    known
                        .upn
                        .as_ref()
                        .is_none_or(|theirs| !theirs.eq_ignore_ascii_case(upn))
                };
                if let (Some(case), Some(upn)) = (self.cell("case"), self.cell("upn"))
                    && is_other(upn)
                {
                    let hint = "leave one of the two out if it is not sure".to_owned();
                    self.problem(
                        Some("upn"),
                        format!("case `{case}` has another UPN, or none"),
                        Some(hint),
                    );
                    return None;
                }
                Some(known)
            }
            Err((says, hint)) => {
                self.problem(Some(column), says, hint);
                None
            }
        }
    }

    fn item<'c>(&mut self, rules: &Rules<'c>) -> Option<&'c Item> {
        let Some(id) = self.cell("item") else {
            self.problem(Some("item"), "the item is missing", None);
            return None;
        };
        match rules.item(id) {
            Ok(item) => Some(item),
            Err(fault) => {
                let hint = fault.hint(Source::Table);
                self.problem(Some("item"), fault.message(), hint);
                None
            }
        }
    }

    fn answer(&mut self) -> Answer {
        let Some(word) = self.cell("answer") else {
            return Answer::Done;
        };
        Answer::from_word(&word.to_lowercase().replace(' ', "-")).unwrap_or_else(|| {
            let hint = did_you_mean(word, Answer::WORDS.iter().copied());
            let hint = hint.or_else(|| Some(format!("answers: {}", Answer::WORDS.join(", "))));
            self.problem(Some("answer"), "that is not an answer", hint);
            Answer::Done
        })
    }

    /// The persons of a row: ids, or the name of a parent as the case has it.
    fn persons(&mut self, state: &CaseState<'_>, item: &Item, cx: &Context) -> Vec<PersonId> {
        let column = if self.cell("for").is_some() {
            "for"
        } else {
            "parent"
        };
        let Some(text) = self.cell(column) else {
            let Some(role) = item.each else {
                return Vec::new();
            };
            let theirs: Vec<PersonId> = input::persons_of(state, role, cx.today())
                .into_iter()
                .map(|(id, _)| id)
                .collect();
            if theirs.len() > 1 {
                // Told by the rules, with all that is to choose from.
                return Vec::new();
            }
            return theirs;
        };
        let people = state.people_on(cx.today());
        let ever = state.ever_named();
        let is_id = |word: &str| ever.contains(&PersonId(word.to_owned()));
        let words: Vec<&str> = text
            .split([';', ' '])
            .filter(|word| !word.is_empty())
            .collect();
        if words.iter().all(|word| is_id(word)) {
            return words
                .into_iter()
                .map(|word| PersonId(word.to_owned()))
                .collect();
        }
        let named = |person: &&crate::case::people::Person| {
            person
                .name
                .as_ref()
                .is_some_and(|name| fold_name(name) == fold_name(text))
        };
        let found: Vec<PersonId> = people
            .iter()
            .filter(named)
            .map(|person| person.id.clone())
            .collect();
        if found.len() != 1 {
            // What stands there may be a name, and is not repeated.
            let says = match found.len() {
                0 => "that is nobody named in the case".to_owned(),
                n => format!("{n} people of the case have that name"),
            };
            let ids: Vec<&str> = ever
                .iter()
                .map(|id| id.0.as_str())
                .filter(|id| *id != "pupil")
                .collect();
            let hint = match ids.as_slice() {
                [] => format!("add them with `attcheck person {} add`", state.case.id),
                ids => format!("give an id: {}", ids.join(", ")),
            };
            self.problem(Some(column), says, Some(hint));
        }
        found
    }

    fn fields(
        &mut self,
        cx: &Context,
        checklist: &Checklist,
    ) -> anyhow::Result<BTreeMap<String, String>> {
        let mut fields = BTreeMap::new();
        for heading in self
            .table
            .headings
            .iter()
            .filter(|heading| !COLUMNS.contains(&heading.as_str()))
        {
            let Some(text) = self.cell(heading) else {
                continue;
            };
            if !checklist.fields.contains_key(heading) {
                let n = self
                    .table
                    .headings
                    .iter()
                    .position(|one| one == heading)
                    .unwrap_or_default()
                    + 1;
                let hint = did_you_mean(heading, checklist.fields.keys().map(String::as_str));
                let hint = hint.filter(|hint| hint.starts_with("did you mean"));
                let hint = hint.or_else(|| {
                    Some("`attcheck checklist facts --fields` lists the fields".to_owned())
                });
                self.problem(
                    None,
                    format!("heading {n} is no column and no field of this checklist"),
                    hint,
                );
                continue;
            }
            let value = input::field_value(cx, checklist, heading, text);
            if let Some(value) = self.take(heading, value)? {
                fields.insert(heading.clone(), value);
            }
        }
        Ok(fields)
    }

    fn points(&self) -> Vec<String> {
        let text = self.cell("points").unwrap_or_default();
        text.split([';', ' '])
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    }
}
