//! A case filled into the layout of a form. It shows what is recorded and decides nothing: the lines come judged.

use super::entries::{Shown, Telling, answer_words, plain, shown, told};
use super::pieces::{Cells, Filled, Paragraph, Row, Table};
use super::{Column, Fixed, Holds, Layout, Lines, Pair, PairValue, Pairs, Part};
use chrono::NaiveDate;

use crate::case::entry::{Answer, Subject};
use crate::case::exhibits::Exhibit;
use crate::case::plans::FollowUp;
use crate::case::state::CaseState;
use crate::checklist::{Checklist, Entries, Item};
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

/// Fills a form in.
pub fn fill(it: &Fill<'_>) -> Filled {
    let cells = |pairs: &Pairs| Cells {
        lie: pairs.lie,
        cells: pairs.cells.iter().map(|pair| (pair.label.clone(), it.value(pair))).collect(),
    };
    let Question { checklist, state, as_of, .. } = it.question;
    Filled {
        title: it.layout.title.clone(),
        about: about(it),
        page: it.layout.page,
        first: None,
        head: it.layout.head.as_ref().map(cells),
        tables: it.layout.parts.iter().map(|part| it.table(part)).collect(),
        foot: it.layout.foot.as_ref().map(cells),
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
    let closed = closing.map(|(why, day)| format!("The case was closed on {} ({why}).", day::words(day)));
    let said: Vec<String> = it.layout.about.clone().into_iter().chain(closed).collect();
    (!said.is_empty()).then(|| said.join("\n"))
}

impl<'a> Fill<'a> {
    fn state(&self) -> &'a CaseState<'a> {
        self.question.state
    }

    /// The record an item is answered in.
    fn record(&self, item: &Item) -> Option<&'a CaseState<'a>> {
        let own = self.state().case.subject == Subject::School;
        if item.about_school && !own { self.question.school } else { Some(self.state()) }
    }

    /// What stands beside a label.
    fn value(&self, pair: &Pair) -> String {
        let as_of = self.question.as_of;
        match &pair.value {
            PairValue::Fixed(fixed) => self.fixed(*fixed),
            PairValue::Field { item, field } => {
                let items: Vec<&Item> = self.question.checklist.item(item).into_iter().collect();
                let (entries, _) = shown(&items, |item| self.record(item), as_of);
                let Some(latest) = entries.last() else { return String::new() };
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
            Lines::Rows => self.by_row(part.section).iter().map(|items| self.row(items, columns)).collect(),
        };
        Table {
            title: self.question.checklist.sections[part.section].title.clone(),
            about: part.about.clone(),
            columns: columns.iter().map(|one| (one.holds, one.label.clone(), one.width)).collect(),
            rows,
        }
    }

    /// The items of a section by the row they stand for. One that stands for several rows stands in the first.
    fn by_row(&self, section: usize) -> Vec<Vec<&'a Item>> {
        let mut rows: Vec<Vec<&Item>> = Vec::new();
        for item in self.question.checklist.items_of(section) {
            match rows.iter_mut().find(|row| row[0].source.first() == item.source.first()) {
                Some(row) => row.push(item),
                None => rows.push(vec![item]),
            }
        }
        rows
    }

    fn row(&self, items: &[&'a Item], columns: &[Column]) -> Row {
        let source = items.first().and_then(|item| item.source.first());
        let dated = columns.iter().any(|column| matches!(column.holds, Holds::Date | Holds::Answer));
        let row = self.read(items, dated);
        let cells = columns.iter().map(|column| row.cell(column.holds, self)).collect();
        Row { source: source.cloned(), cells, idle: row.idle() }
    }

    fn read(&self, items: &[&'a Item], dated: bool) -> RowOf<'a> {
        let lines: Vec<&Line<'a>> =
            self.lines.iter().filter(|line| items.iter().any(|item| item.id == line.item.id)).collect();
        let (mut entries, mut contested) = shown(items, |item| self.record(item), self.question.as_of);
        if entries.is_empty() {
            // An item that only looks at the entries of another one shows those.
            let looked_at: Vec<&Item> = items
                .iter()
                .filter_map(|item| item.only_looks_at())
                .filter_map(|id| self.question.checklist.item(id))
                .collect();
            let (others, two) = shown(&looked_at, |item| self.record(item), self.question.as_of);
            (entries, contested) = (others, contested || two);
        }
        RowOf { items: items.to_vec(), lines, entries, contested, dated }
    }

    fn follow_ups(&self, least: usize, columns: &[Column]) -> Vec<Row> {
        let state = self.state();
        let all = state.follow_ups_on(self.question.as_of);
        let agreed: Vec<&FollowUp<'_>> = all.iter().filter(|one| one.next.is_some()).collect();
        let rows = (0..agreed.len().max(least)).map(|n| {
            let cells = columns.iter().map(|column| follow_up(n, agreed.get(n).copied(), column.holds));
            Row::plain(cells)
        });
        rows.collect()
    }
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
                let day = settled.date.map(|day| format!(" on {}", day::words(day))).unwrap_or_default();
                let says = settled.says.map(|says| format!(": {says}")).unwrap_or_default();
                format!("{}{day}{says}", super::capital(word))
            });
            let said = [one.comments.map(str::to_owned), settled];
            said.into_iter().flatten().collect::<Vec<_>>().join("\n")
        }
    }
}

/// A reason without the names that files give to facts and items: a fact as its question with the answer.
pub fn in_words(reason: &str, checklist: &Checklist) -> String {
    let clause = |clause: &str| {
        let (name, value) = clause.split_once(" is ")?;
        let ask = &checklist.facts.get(name.trim())?.ask;
        Some(format!("{ask} {}", super::capital(&plain(value))))
    };
    let word = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        match checklist.item(bare).filter(|_| word.contains('`')) {
            Some(item) => word.replace(&format!("`{bare}`"), &format!("\u{201c}{}\u{201d}", item.title)),
            None => word.to_owned(),
        }
    };
    let said = reason
        .split(", ")
        .map(|one| clause(one).unwrap_or_else(|| one.split(' ').map(word).collect::<Vec<_>>().join(" ")));
    said.collect::<Vec<_>>().join("; ")
}

/// Everybody who by a day had recorded something that stands, in the order in which they first did.
fn recorded_by(state: &CaseState<'_>, by: NaiveDate) -> String {
    let mut entries: Vec<_> = state.current().map(|(n, _)| (state.moment(n), n)).collect();
    entries.sort();
    let mut names: Vec<&str> = Vec::new();
    for (_, n) in entries {
        let entry = state.entry(n);
        let in_time = entry.at.is_some_and(|at| at.date_naive() <= by);
        names.extend(entry.by.as_deref().filter(|name| in_time && !names.contains(name)));
    }
    names.join("; ")
}

/// A row of the form with all that belongs to it.
struct RowOf<'a> {
    items: Vec<&'a Item>,
    lines: Vec<&'a Line<'a>>,
    entries: Vec<Shown<'a>>,
    contested: bool,
    /// Whether the days of its entries stand in a column.
    dated: bool,
}

impl<'a> RowOf<'a> {
    /// Whether it is known not to apply, and nothing was recorded on it.
    fn idle(&self) -> bool {
        self.does_not_apply() && self.entries.is_empty()
    }

    fn does_not_apply(&self) -> bool {
        !self.lines.is_empty() && self.lines.iter().all(|line| line.state == State::NotApplicable)
    }

    fn cell(&self, holds: Holds, form: &Fill<'_>) -> Vec<Paragraph> {
        match holds {
            Holds::Row => self.items[0].source.first().into_iter().map(Paragraph::plain).collect(),
            Holds::Action => self.asked(true),
            Holds::Title => self.asked(false),
            Holds::References => {
                let mut seen: Vec<&str> = Vec::new();
                for see in self.items.iter().flat_map(|item| &item.see) {
                    if !seen.contains(&see.as_str()) {
                        seen.push(see);
                    }
                }
                seen.into_iter().map(Paragraph::plain).collect()
            }
            Holds::Completed => self.completed(),
            Holds::Date => self.days().into_iter().map(Paragraph::plain).collect(),
            Holds::Outcome => self.outcome(form),
            Holds::Answer => {
                let mut all = Vec::new();
                let (done, days) = (self.completed(), self.days());
                if let Some(first) = done.first() {
                    let days =
                        if days.is_empty() { String::new() } else { format!(" ({})", days.join(", ")) };
                    let word = match first.text.as_str() {
                        "Y" => "Yes",
                        "N" => "No",
                        other => other,
                    };
                    all.push(Paragraph::strong(format!("{word}{days}")));
                }
                all.extend(self.outcome(form));
                all
            }
            // Said of follow-ups only, which the reader of layouts sees to.
            Holds::Number | Holds::Next | Holds::Due | Holds::Owner | Holds::Comments => Vec::new(),
        }
    }

    fn asked(&self, with_ask: bool) -> Vec<Paragraph> {
        let mut said = Vec::new();
        // Others of a row that only look at the same entries ask for nothing, and their titles would read as if it were so.
        for (n, item) in self.items.iter().filter(|item| self.asks(item)).enumerate() {
            said.push(if n == 0 { Paragraph::strong(&item.title) } else { Paragraph::plain(&item.title) });
            if let (0, true, Some(ask)) = (n, with_ask, &item.ask) {
                said.push(Paragraph::plain(ask));
            }
        }
        said
    }

    /// The lines that ask for something of their own: others of a row only look at the same entries.
    fn asking(&self) -> impl Iterator<Item = &'a Line<'a>> {
        self.lines.iter().copied().filter(|line| line.state != State::NotApplicable && self.asks(line.item))
    }

    fn asks(&self, item: &Item) -> bool {
        item.uses.is_empty() || item.id == self.items[0].id
    }

    /// Whether anything was recorded for a line, and whether any of it was done.
    fn answered(&self, line: &Line<'_>) -> (bool, bool) {
        let alone = self.lines.iter().filter(|other| other.item.id == line.item.id).count() == 1;
        let theirs = |one: &&Shown<'_>| {
            let own = one.item.id == line.item.id || !self.asks(one.item) || !line.item.uses.is_empty();
            let named = &one.action.persons;
            own && line.person.as_ref().is_none_or(|who| named.contains(who) || named.is_empty() && alone)
        };
        let mut entries = self.entries.iter().filter(theirs).peekable();
        (entries.peek().is_some(), entries.any(|one| one.action.answer == Answer::Done))
    }

    /// Y if it was done; N with the word for it where it was only declined or the like; in words where only some of what the
    /// row asks for was done, or for some of those it goes by; blank where nothing is recorded.
    fn completed(&self) -> Vec<Paragraph> {
        let answers: Vec<(bool, bool)> = self.asking().map(|line| self.answered(line)).collect();
        if self.entries.is_empty() {
            if self.does_not_apply() {
                return vec![Paragraph::plain("Not applicable")];
            }
            let decided = self.items.iter().all(|item| item.entries == Entries::None);
            let met = !self.lines.is_empty() && self.lines.iter().all(|line| line.state == State::Met);
            return if decided && met { vec![Paragraph::plain("Y")] } else { Vec::new() };
        }
        let any_done = self.entries.iter().any(|one| one.action.answer == Answer::Done);
        let all = answers.iter().all(|(any, _)| *any);
        let all_done = answers.iter().all(|(_, done)| *done);
        match (any_done, all, all_done) {
            (true, true, true) => vec![Paragraph::plain("Y")],
            (false, true, _) => {
                let latest = self.entries.last().and_then(|one| answer_words(one.action.answer));
                vec![Paragraph::plain("N"), Paragraph::plain(latest.unwrap_or_default())]
            }
            _ => vec![Paragraph::plain("In part")],
        }
    }

    fn days(&self) -> Vec<String> {
        let mut days: Vec<String> = Vec::new();
        for date in self.entries.iter().filter_map(|one| one.action.date).map(day::short) {
            if !days.contains(&date) {
                days.push(date);
            }
        }
        days
    }

    /// What came of it: each entry under its day, where there are several.
    fn outcome(&self, form: &Fill<'_>) -> Vec<Paragraph> {
        let Question { checklist, as_of, .. } = form.question;
        let how = Telling { checklist, as_of: *as_of, exhibits: form.exhibits };
        let mut said = Vec::new();
        for one in &self.entries {
            let mut title: Vec<String> = Vec::new();
            // Of a single day the column of days tells.
            if !self.dated || self.days().len() > 1 {
                title.extend(one.action.date.map(day::short));
            }
            if self.items.iter().filter(|item| self.asks(item)).count() > 1 {
                title.push(one.item.title.clone());
            }
            if !title.is_empty() {
                said.push(Paragraph::strong(title.join(", ")));
            }
            if one.signed {
                said.push(Paragraph::plain(signature(one)));
                continue;
            }
            said.extend(told(one.state, one.entry, one.action, Some(one.item), &how));
        }
        if self.contested {
            said.push(Paragraph::plain(
                "Something recorded here stands in two versions, and counts for nothing until it is put right.",
            ));
        }
        let mut reasons: Vec<String> = Vec::new();
        for line in self.lines.iter().filter(|_| self.idle()) {
            if let Some(reason) = line.because.clone().filter(|reason| !reasons.contains(reason)) {
                reasons.push(reason);
            }
        }
        said.extend(reasons.iter().map(|reason| Paragraph::plain(in_words(reason, checklist))));
        said
    }
}

/// Who signed, as what, and what they put down with it.
fn signature(one: &Shown<'_>) -> String {
    let field = |name: &str| one.action.fields.get(name).map(String::as_str).unwrap_or_default();
    let more = one.action.fields.iter().filter(|(name, _)| !["name", "role"].contains(&name.as_str()));
    let more: Vec<String> = more.map(|(name, value)| format!("; {}: {value}", plain(name))).collect();
    format!("Signed by {} as {}{}", field("name"), plain(field("role")), more.concat())
}
