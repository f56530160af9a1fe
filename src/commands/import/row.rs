//! One row of a table: what it records, and everything that is wrong with it.

use std::collections::BTreeMap;
use std::rc::Rc;

use chrono::NaiveDate;

use super::Args;
use super::rows::{Cases, Known, RowProblem, open};
use super::table::Table;
use crate::case::content::is_kebab;
use crate::case::entry::{Action, Answer, PersonId};
use crate::case::state::CaseState;
use crate::checklist::{Checklist, Entries, Item};
use crate::commands::context::initials;
use crate::commands::{Context, input, named, record};
use crate::error::Refused;
use crate::problem::did_you_mean;

/// Columns that are no fields.
const COLUMNS: &[&str] = &[
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
        let item = self.item(known);
        let (date, answer) = (self.date(Some(state), cx)?, self.answer());
        let Some(item) = item else { return Ok(None) };
        let reason = self
            .cell("reason")
            .map(|text| input::text("the reason", text));
        let reason = reason
            .map(|text| self.take("reason", text))
            .transpose()?
            .flatten();
        self.check_reason(answer, reason.is_some());
        let persons = self.persons(state, item, cx);
        let fields = self.fields(cx, checklist, item)?;
        let points = self.points(checklist, item);
        self.check_agreed(checklist, item, &fields)?;
        if answer == Answer::Done && !self.args.incomplete {
            for name in checklist
                .asked_for(item)
                .into_iter()
                .filter(|name| !fields.contains_key(*name) && self.cell(name).is_none())
                .collect::<Vec<_>>()
            {
                let ask = checklist.fields.get(name).map(|def| def.ask.clone());
                self.problem(
                    Some(name),
                    format!("`{}` asks for it, and it is blank", item.id),
                    ask,
                );
            }
        }
        let item = item.id.clone();
        Ok(Some(Action {
            date,
            item,
            answer,
            reason,
            persons,
            points,
            fields,
            attach: Vec::new(),
        }))
    }

    /// What can be looked at where it is not known which case is meant.
    pub(super) fn without_case(&mut self, cx: &Context) -> anyhow::Result<()> {
        if self.cell("item").is_none() {
            self.problem(Some("item"), "the item is missing", None);
        }
        self.date(None, cx)?;
        self.answer();
        Ok(())
    }

    fn date(
        &mut self,
        state: Option<&CaseState<'_>>,
        cx: &Context,
    ) -> anyhow::Result<Option<NaiveDate>> {
        let Some(text) = self.cell("date") else {
            self.problem(
                Some("date"),
                "the day is missing",
                Some("write it as 14/9/2026".into()),
            );
            return Ok(None);
        };
        let found = match state {
            Some(state) => input::past_day(cx, "the day", text, state, self.args.long_ago),
            None => input::any_past_day(cx, "the day", text, self.args.long_ago),
        };
        self.take("date", found)
    }

    /// A table sorted askew would put a letter into the wrong child's case: the initials say whose row it is.
    fn check_initials(&mut self, state: &CaseState<'_>) {
        let Some(given) = self.cell("initials") else {
            return;
        };
        let letters = |text: &str| text.to_lowercase().replace(['.', ' '], "");
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

    fn item<'c>(&mut self, known: &'c Known) -> Option<&'c Item> {
        let checklist = &known.checklist;
        let Some(id) = self.cell("item") else {
            self.problem(Some("item"), "the item is missing", None);
            return None;
        };
        let item = match named::find_item(checklist, id) {
            Ok(item) => item,
            Err((says, hint)) => {
                self.problem(Some("item"), says, hint);
                return None;
            }
        };
        let refused = if item.entries == Entries::None {
            Some("it follows from other items")
        } else if item.only_looks_at().is_some() {
            Some("it only looks at what is recorded on another item")
        } else if item.signs_record() {
            Some("it is a sign-off, and is signed with `attcheck sign`")
        } else if !record::belongs(item, &known.loaded.case, checklist) {
            Some("it is answered in another record")
        } else {
            None
        };
        if let Some(why) = refused {
            self.problem(
                Some("item"),
                format!("nothing is recorded here on `{id}`: {why}"),
                None,
            );
            return None;
        }
        Some(item)
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

    fn check_reason(&mut self, answer: Answer, given: bool) {
        if answer == Answer::Done && given {
            let hint = "what was done has an outcome".to_owned();
            self.problem(
                Some("reason"),
                "a reason goes with an answer other than done",
                Some(hint),
            );
        } else if answer != Answer::Done && !given && !self.args.incomplete {
            let says =
                format!("the reason is missing: `{answer}` settles an item only with its reason");
            self.problem(Some("reason"), says, None);
        }
    }

    /// The persons of a row, none of whom may be several people.
    fn persons(&mut self, state: &CaseState<'_>, item: &Item, cx: &Context) -> Vec<PersonId> {
        let persons = self.named_persons(state, item, cx);
        if let Some(shared) = persons.iter().find(|id| state.is_shared(id)) {
            let says =
                format!("several people were added as `{shared}`, so it is not clear who is meant");
            let hint = format!("tell them apart first: {}", shared.separate(&state.case.id));
            self.problem(Some("for"), says, Some(hint));
        }
        persons
    }

    /// The persons of a row: ids, or the name of a parent as the case has it.
    fn named_persons(&mut self, state: &CaseState<'_>, item: &Item, cx: &Context) -> Vec<PersonId> {
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
                let ids: Vec<&str> = theirs.iter().map(|id| id.0.as_str()).collect();
                let says = format!(
                    "`{}` goes by {role}, and {} are named",
                    item.id,
                    theirs.len()
                );
                self.problem(
                    Some("for"),
                    says,
                    Some(format!("give one of {}", ids.join(", "))),
                );
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
                .is_some_and(|name| name.to_lowercase() == text.to_lowercase())
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
        item: &Item,
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
            // `name` and `role` are fields of a sign-off; a column of names is most likely the pupils'.
            if matches!(heading.as_str(), "name" | "role")
                && !checklist.asked_for(item).contains(&heading.as_str())
            {
                let says = format!(
                    "`{}` does not ask for it, and a name does not belong into an entry",
                    item.id
                );
                self.problem(
                    Some(heading),
                    says,
                    Some("take the column away; `initials` says whose row it is".into()),
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

    /// A follow-up is told whole: what is to be done, and by whom where the checklist demands it.
    fn check_agreed(
        &mut self,
        checklist: &Checklist,
        item: &Item,
        fields: &BTreeMap<String, String>,
    ) -> anyhow::Result<()> {
        let by_itself = self.cell("next").is_none() && !checklist.asked_for(item).contains(&"next");
        if by_itself && (fields.contains_key("due") || fields.contains_key("owner")) {
            let hint = "say what is to be done next, such as: Ring again".to_owned();
            self.problem(
                Some("next"),
                "`due` and `owner` go with it, and it is blank",
                Some(hint),
            );
        }
        let owner = input::check_owner(checklist, item, fields);
        self.take("owner", owner).map(|_| ())
    }

    fn points(&mut self, checklist: &Checklist, item: &Item) -> Vec<String> {
        let Some(text) = self.cell("points") else {
            return Vec::new();
        };
        let known: Vec<&str> = checklist
            .points_of(item)
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let points: Vec<String> = text
            .split([';', ' '])
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        for point in points
            .iter()
            .filter(|point| !known.contains(&point.as_str()))
        {
            let hint = did_you_mean(point, known.iter().copied());
            let hint = hint.or_else(|| {
                Some("write them with blanks between, as in: child-voice parent-voice".into())
            });
            let near = hint
                .as_ref()
                .is_some_and(|hint| hint.starts_with("did you mean"))
                && is_kebab(point);
            let shown = if near {
                format!("`{point}`")
            } else {
                "that".to_owned()
            };
            self.problem(
                Some("points"),
                format!("{shown} is not a point of `{}`", item.id),
                hint,
            );
        }
        points
    }
}
