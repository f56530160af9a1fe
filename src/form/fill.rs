//! A case filled into the layout of a form. It shows what is recorded and decides nothing: the lines come judged.

use super::entries::{answer_words, shown};
use super::needs::References;
use super::pieces::{Cells, Filled, Row, Table};
use super::row::{Lent, RowOf};
use super::{Column, Fixed, Holds, Layout, Lines, Pair, PairValue, Pairs, Part};
use chrono::NaiveDate;

use crate::case::entry::{Action, Subject};
use crate::case::exhibits::Exhibit;
use crate::case::plans::FollowUp;
use crate::case::state::CaseState;
use crate::checklist::Item;
use crate::day;
use crate::readiness::{Line, Question, State, pending};

/// A form and what is to be filled in.
#[derive(Debug, Clone, Copy)]
pub struct Fill<'a> {
    /// How it is laid out.
    pub layout: &'a Layout,
    /// The case, its checklist and the day.
    pub question: &'a Question<'a>,
    /// Every line of the checklist, judged.
    pub lines: &'a [Line<'a>],
    /// The numbers of documents, where they go with it.
    pub exhibits: &'a [Exhibit<'a>],
}

/// A cell of a row that the form leaves to a person, although something stands on the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The row, by its title and number.
    pub row: String,
    /// The heading of the column.
    pub column: String,
}

impl Fill<'_> {
    /// Every cell that is left to a person: its row asks a question to which no recorded answer is known.
    pub fn left(&self) -> Vec<Left> {
        let mut found = Vec::new();
        for part in &self.layout.parts {
            let columns = self.layout.columns_of(part);
            let rows = match part.lines {
                Lines::FollowUps { .. } => Vec::new(),
                Lines::Items => {
                    let items = self.question.checklist.items_of(part.section);
                    items.map(|item| vec![item]).collect()
                }
                Lines::Rows => self.by_row(part.section),
            };
            for items in rows {
                let row = self.read(&items, true);
                for column in columns.iter().filter(|column| row.is_left(column, self)) {
                    found.push(Left {
                        row: row.name(self),
                        column: column.label.clone(),
                    });
                }
            }
        }
        found
    }
}

/// Fills a form in.
pub fn fill(it: &Fill<'_>) -> Filled {
    let cells = |pairs: &Pairs| Cells {
        lie: pairs.lie,
        cells: pairs
            .cells
            .iter()
            .map(|pair| (pair.label.clone(), it.value(pair)))
            .collect(),
    };
    let Question {
        checklist,
        state,
        as_of,
        ..
    } = it.question;
    Filled {
        title: it.layout.title.clone(),
        about: about(it),
        page: it.layout.page,
        first: None,
        head: it.layout.head.as_ref().map(cells),
        tables: it.layout.parts.iter().map(|part| it.table(part)).collect(),
        foot: it.layout.foot.as_ref().map(cells),
        header: None,
        footer: format!(
            "Case {}, {}, edition {}, as of {}",
            state.case.id,
            checklist.title,
            checklist.edition,
            day::short(*as_of)
        ),
    }
}

/// What stands above the form; of a closed case, that it is.
fn about(it: &Fill<'_>) -> Option<String> {
    let closing = it.question.state.closing_on(it.question.as_of);
    let closed =
        closing.map(|(why, day)| format!("The case was closed on {} ({why}).", day::words(day)));
    let said: Vec<String> = it.layout.about.clone().into_iter().chain(closed).collect();
    (!said.is_empty()).then(|| said.join("\n"))
}

impl<'a> Fill<'a> {
    pub(super) fn state(&self) -> &'a CaseState<'a> {
        self.question.state
    }

    /// The record an item is answered in.
    pub(super) fn record(&self, item: &Item) -> Option<&'a CaseState<'a>> {
        let own = self.state().case.subject == Subject::School;
        if item.about_school && !own {
            self.question.school
        } else {
            Some(self.state())
        }
    }

    /// What stands beside a label.
    fn value(&self, pair: &Pair) -> String {
        let as_of = self.question.as_of;
        match &pair.value {
            PairValue::Fixed(fixed) => self.fixed(*fixed),
            PairValue::Shows(shows) => {
                let said = RowOf::empty().shows(shows, Holds::Title, self);
                let said: Vec<String> = said.into_iter().map(|one| one.text).collect();
                said.join("\n")
            }
            PairValue::Field { item, field } => {
                let items: Vec<&Item> = self.question.checklist.item(item).into_iter().collect();
                let (entries, _) = shown(&items, |item| self.record(item), as_of);
                let Some(latest) = entries.last() else {
                    return String::new();
                };
                if field == "date" {
                    return latest.action.date.map(day::words).unwrap_or_default();
                }
                let value = latest.action.fields.get(field);
                value
                    .map(|value| super::entries::value_words(field, value, self.question.checklist))
                    .unwrap_or_default()
            }
        }
    }

    fn fixed(&self, fixed: Fixed) -> String {
        let state = self.state();
        let details = state.details();
        let text = match fixed {
            Fixed::Name => details.name,
            Fixed::Upn => details.upn,
            Fixed::Born => details.born.map(day::words),
            Fixed::YearGroup => details.year_group,
            Fixed::School => details.school,
            Fixed::Urn => details.urn,
            Fixed::Case => Some(state.case.id.to_string()),
            Fixed::Opened => day::stored(&state.case.opened).map(day::words),
            Fixed::Began => self.began().map(day::words),
            Fixed::RecordedBy => Some(recorded_by(state, self.question.as_of)),
            Fixed::Date => Some(day::words(self.question.as_of)),
            Fixed::NextReview => {
                let open = pending::on(state, self.question.checklist, self.question.as_of);
                open.iter().filter_map(|one| one.due).min().map(day::words)
            }
            Fixed::Nothing => None,
        };
        text.unwrap_or_default()
    }

    fn table(&self, part: &Part) -> Table {
        let columns = self.layout.columns_of(part);
        let rows = match part.lines {
            Lines::FollowUps { least } => self.follow_ups(least, columns),
            Lines::Items => {
                let items = self.question.checklist.items_of(part.section);
                items.map(|item| self.row(&[item], columns)).collect()
            }
            Lines::Rows => self
                .by_row(part.section)
                .iter()
                .map(|items| self.row(items, columns))
                .collect(),
        };
        Table {
            title: self.question.checklist.sections[part.section].title.clone(),
            about: part.about.clone(),
            columns: columns
                .iter()
                .map(|one| (one.holds, one.label.clone(), one.width))
                .collect(),
            rows,
        }
    }

    /// The items of a section by the row they stand for. One that stands for several rows stands in the first.
    fn by_row(&self, section: usize) -> Vec<Vec<&'a Item>> {
        let mut rows: Vec<Vec<&Item>> = Vec::new();
        for item in self.question.checklist.items_of(section) {
            match rows
                .iter_mut()
                .find(|row| row[0].source.first() == item.source.first())
            {
                Some(row) => row.push(item),
                None => rows.push(vec![item]),
            }
        }
        rows
    }

    fn row(&self, items: &[&'a Item], columns: &[Column]) -> Row {
        let source = items.first().and_then(|item| item.source.first());
        let dated = columns
            .iter()
            .any(|column| matches!(column.holds, Holds::Date | Holds::Answer));
        let row = self.read(items, dated);
        let cells = columns
            .iter()
            .map(|column| row.cell(column, self))
            .collect();
        Row {
            source: source.cloned(),
            cells,
            idle: row.idle(),
        }
    }

    fn lines_of(&self, items: &[&Item]) -> Vec<&'a Line<'a>> {
        self.lines
            .iter()
            .filter(|line| items.iter().any(|item| item.id == line.item.id))
            .collect()
    }

    fn read(&self, items: &[&'a Item], dated: bool) -> RowOf<'a> {
        let lines = self.lines_of(items);
        let (entries, mut contested) = shown(items, |item| self.record(item), self.question.as_of);
        let mut lent: Vec<Lent<'a>> = Vec::new();
        for &item in items {
            let mut own = lines.iter().filter(|line| line.item.id == item.id);
            if own.all(|line| line.state == State::NotApplicable) {
                continue;
            }
            let elsewhere = item
                .uses
                .iter()
                .filter(|id| !items.iter().any(|here| here.id == **id))
                .filter_map(|id| self.question.checklist.item(id));
            for other in elsewhere {
                let (found, two) = shown(&[other], |item| self.record(item), self.question.as_of);
                contested |= two;
                let counts = found
                    .into_iter()
                    .filter(|one| counts_for(item, one.action))
                    .map(|shown| Lent { shown, to: item });
                lent.extend(counts);
            }
        }
        lent.sort_by_key(|one| one.shown.action.date);
        let mut mixed_up: Vec<String> = Vec::new();
        for person in lines.iter().filter_map(|line| line.person.as_ref()) {
            let names = super::entries::names_sharing(self.state(), person, " and ");
            mixed_up.extend(names.filter(|names| !mixed_up.contains(names)));
        }
        RowOf {
            because: self.because(items, &lines),
            items: items.to_vec(),
            lines,
            mixed_up,
            entries,
            lent,
            contested,
            dated,
            is_told: false,
        }
    }

    /// An item by itself, without what only counts there.
    pub(super) fn alone(&self, id: &str, dated: bool) -> Option<RowOf<'a>> {
        let items = vec![self.question.checklist.item(id)?];
        let (entries, contested) = shown(&items, |item| self.record(item), self.question.as_of);
        Some(RowOf {
            lines: self.lines_of(&items),
            items,
            entries,
            lent: Vec::new(),
            because: Vec::new(),
            mixed_up: Vec::new(),
            contested,
            dated,
            is_told: true,
        })
    }

    /// Where lent entries stand.
    pub(super) fn references<'l>(&self, lent: impl Iterator<Item = &'l Lent<'a>>) -> References
    where
        'a: 'l,
    {
        let mut see = References::default();
        for one in lent {
            let day = one.shown.action.date.map(day::short);
            see.add(self.place_of(one.shown.item), day);
        }
        see
    }

    /// The lines of an item.
    pub(super) fn states_of(&self, id: &str) -> Vec<State> {
        let lines = self.lines.iter().filter(|line| line.item.id == id);
        lines.map(|line| line.state).collect()
    }

    fn follow_ups(&self, least: usize, columns: &[Column]) -> Vec<Row> {
        let state = self.state();
        let all = state.follow_ups_on(self.question.as_of);
        let agreed: Vec<&FollowUp<'_>> = all.iter().filter(|one| one.next.is_some()).collect();
        let rows = (0..agreed.len().max(least)).map(|n| {
            let cells = columns
                .iter()
                .map(|column| follow_up(n, agreed.get(n).copied(), column.holds));
            Row::plain(cells)
        });
        rows.collect()
    }
}

/// Whether an entry made elsewhere can count for an item: it has an answer the item takes, and what the item asks for.
fn counts_for(item: &Item, action: &Action) -> bool {
    let covers = item.points.is_empty()
        || item
            .points
            .iter()
            .any(|(point, _)| action.points.contains(point));
    item.takes(action.answer)
        && covers
        && item
            .record
            .iter()
            .all(|field| action.fields.contains_key(field))
}

/// What a follow-up says in a column.
fn follow_up(n: usize, one: Option<&FollowUp<'_>>, holds: Holds) -> String {
    if holds == Holds::Number {
        return (n + 1).to_string();
    }
    let Some(one) = one else { return String::new() };
    match holds {
        Holds::Next => one.next.unwrap_or_default().to_owned(),
        Holds::Due => one.due.map(day::words).unwrap_or_default(),
        Holds::Owner => one.owner.unwrap_or_default().to_owned(),
        _ => {
            let settled = one.settled.as_ref().map(|settled| {
                let word = answer_words(settled.answer).unwrap_or("done");
                let day = settled
                    .date
                    .map(|day| format!(" on {}", day::words(day)))
                    .unwrap_or_default();
                let says = settled
                    .says
                    .map(|says| format!(": {says}"))
                    .unwrap_or_default();
                format!("{}{day}{says}", super::capital(word))
            });
            let said = [one.comments.map(str::to_owned), settled];
            said.into_iter().flatten().collect::<Vec<_>>().join("\n")
        }
    }
}

/// Everybody who by a day had recorded something that stands, in the order in which they first did.
fn recorded_by(state: &CaseState<'_>, by: NaiveDate) -> String {
    let mut entries: Vec<_> = state.current().map(|(n, _)| (state.moment(n), n)).collect();
    entries.sort();
    let mut names: Vec<&str> = Vec::new();
    for (_, n) in entries {
        let entry = state.entry(n);
        let in_time = entry.at.is_some_and(|at| day::uk_day(&at) <= by);
        names.extend(
            entry
                .by
                .as_deref()
                .filter(|name| in_time && !names.contains(name)),
        );
    }
    names.join("; ")
}
