//! The papers of a pack beside the form: its first page, the chronology, the register, the list of exhibits.

use chrono::NaiveDate;

use super::words::Verdict;
use crate::calendar::{academic_year, first_of_year};
use crate::case::entry::{Content, Role, Subject};
use crate::case::exhibits::Exhibit;
use crate::case::state::CaseState;
use crate::checklist::Checklist;
use crate::day;
use crate::form::{self, Cells, Filled, Holds, Lie, Page, Paragraph, Row, Table};
use crate::number::counted;
use crate::register::{self, Code, Counts, DAY_NAMES, Register, days_shown, weeks};
use crate::render::CaseReport;
use crate::render::markup::{cell, shown};

/// An exhibit as lists name it.
pub(super) struct ExhibitRow {
    number: usize,
    name: String,
    /// The rows of the form it is shown for.
    rows: String,
    /// The file in the pack; of a document that is not in it, so and where it is noted to lie.
    file: String,
    date: Option<NaiveDate>,
    by: String,
    entry: String,
    sha256: String,
}

/// How lists name an exhibit.
pub(super) fn exhibit(
    exhibit: &Exhibit<'_>,
    state: &CaseState<'_>,
    checklist: &Checklist,
    file: Option<String>,
) -> ExhibitRow {
    let entry = state.entry(exhibit.entry);
    let mut rows: Vec<&str> = Vec::new();
    for (n, content) in state.current() {
        let Content::Action(action) = content else {
            continue;
        };
        if action.attach.iter().any(|copy| exhibit.is(n, copy)) {
            for item in state
                .items_of(n, action)
                .iter()
                .filter_map(|id| checklist.item(id))
            {
                rows.extend(item.source.iter().map(String::as_str));
            }
        }
    }
    // In the order of the form, each once.
    rows.sort_by_key(|row| {
        checklist
            .items
            .iter()
            .position(|item| item.source.iter().any(|one| one == row))
    });
    rows.dedup();
    ExhibitRow {
        number: exhibit.number,
        name: form::plain(&exhibit.copy.name),
        rows: rows.join(", "),
        file: file.unwrap_or_else(|| match exhibit.copy.sha256 {
            Some(_) => "not in the pack".to_owned(),
            // No copy was made: the entry says where it lies.
            None => format!("not in the pack: {}", exhibit.copy.file),
        }),
        date: exhibit.date.or(entry.at.map(|at| day::uk_day(&at))),
        by: entry.by.clone().unwrap_or_default(),
        entry: entry.id.as_ref().map(|id| id.0.clone()).unwrap_or_default(),
        sha256: exhibit.copy.sha256.clone().unwrap_or_default(),
    }
}

/// The exhibits as a table for programs and spreadsheets.
pub(super) fn exhibits_csv(rows: &[ExhibitRow]) -> anyhow::Result<Vec<u8>> {
    let mut out = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    out.write_record([
        "number",
        "document",
        "rows",
        "file",
        "date",
        "recorded by",
        "entry",
        "sha256",
    ])?;
    let text = |text: &str| cell(&shown(text));
    for row in rows {
        let date = row.date.map(|date| date.to_string()).unwrap_or_default();
        let cells = [
            &row.number.to_string(),
            &text(&row.name),
            &text(&row.rows),
            &text(&row.file),
            &date,
            &text(&row.by),
            &row.entry,
            &row.sha256,
        ];
        out.write_record(cells)?;
    }
    Ok(out.into_inner()?)
}

/// What the papers are made from.
pub(super) struct Papers<'a> {
    pub(super) state: &'a CaseState<'a>,
    pub(super) checklist: &'a Checklist,
    pub(super) report: &'a CaseReport,
    pub(super) verdict: &'a Verdict<'a>,
    pub(super) as_of: NaiveDate,
    pub(super) exhibits: &'a [Exhibit<'a>],
    pub(super) rows: &'a [ExhibitRow],
    pub(super) register: Option<&'a Register>,
    /// Who made the pack.
    pub(super) author: Option<&'a str>,
}

/// A line to be filled in by hand.
const BLANK: &str = "______________________________";

impl Papers<'_> {
    fn is_of_pupil(&self) -> bool {
        self.state.case.subject == Subject::Pupil
    }

    /// What stands at the head of every page: whose paper it is, and of which days it tells.
    pub(super) fn header(&self, period: &str) -> String {
        let details = self.state.details();
        let name = details.name.filter(|_| self.is_of_pupil());
        let said = [name, details.school, Some(period.to_owned())];
        said.into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" \u{b7} ")
    }

    /// The day of a paper that tells how things stand.
    pub(super) fn on_the_day(&self) -> String {
        format!("as of {}", day::short(self.as_of))
    }

    /// The days of a paper that tells what happened.
    fn period(&self, from: NaiveDate) -> String {
        format!("{} to {}", day::short(from), day::short(self.as_of))
    }

    /// The people of the case, as whoever gets the pack has to know them.
    fn parents(&self) -> String {
        let all = self.state.people_on(self.as_of);
        let parents = all.iter().filter(|person| person.role == Role::Parent);
        let said: Vec<String> = parents
            .map(|person| {
                let name = person.name.as_deref().unwrap_or("name not recorded");
                match person.responsibility {
                    Some(said) => format!("{name} (parental responsibility: {said})"),
                    None => name.to_owned(),
                }
            })
            .collect();
        match said.is_empty() {
            false => said.join("\n"),
            true if self.state.nobody_of(Role::Parent, self.as_of) => {
                "The case says that there is none".to_owned()
            }
            true => "None is named in the case".to_owned(),
        }
    }

    /// Attendance since the school year began.
    fn attendance(&self) -> Option<String> {
        let register = self.register?;
        let from = first_of_year(academic_year(self.as_of));
        let counts = register::counts(register, from, self.as_of);
        let days = self.period(from);
        let Some(percent) = counts.percent() else {
            return Some(format!("No possible sessions are recorded, {days}"));
        };
        Some(format!(
            "{percent}, {days}: {} of {} attended, {} of authorised absence, {} of unauthorised absence",
            counts.attended,
            counted(counts.possible(), "possible session"),
            counts.authorised,
            counts.unauthorised
        ))
    }

    /// Whom to ring: who made the pack, or else who recorded last, at the school. The number nobody can know from the
    /// record.
    fn contact(&self) -> String {
        let last = self
            .state
            .current()
            .map(|(n, _)| (self.state.moment(n), n))
            .max()
            .and_then(|(_, n)| self.state.entry(n).by.clone());
        let who = self.author.map(str::to_owned).or(last);
        let who = who.unwrap_or_else(|| BLANK.to_owned());
        let at = self
            .state
            .details()
            .school
            .map(|school| format!(", {school}"))
            .unwrap_or_default();
        format!("{who}{at}\nTelephone: {BLANK}")
    }

    fn paper(&self, title: &str, page: Page) -> Filled {
        Filled {
            header: Some(self.header(&self.on_the_day())),
            title: title.to_owned(),
            about: None,
            page,
            first: None,
            head: None,
            tables: Vec::new(),
            foot: None,
            footer: format!(
                "Case {}, {}, edition {}, as of {}",
                self.report.case,
                self.report.checklist_title,
                self.report.edition,
                day::short(self.as_of)
            ),
        }
    }

    /// What the pack is, its verdict, and what is in it.
    pub(super) fn first_page(&self) -> Filled {
        let details = self.state.details();
        let title = match self.state.case.subject {
            Subject::Pupil => "Attendance support: the record of one pupil",
            Subject::School => "Attendance: a school's review of itself",
        };
        let pairs = [
            ("Pupil", details.name.filter(|_| self.is_of_pupil())),
            ("UPN", details.upn),
            ("Born", details.born.map(day::short)),
            ("Year group", details.year_group),
            (
                "Parents and carers",
                self.is_of_pupil().then(|| self.parents()),
            ),
            ("Attendance", self.attendance()),
            ("School", details.school),
            ("Whom to ring", Some(self.contact())),
            ("Case", Some(self.report.case.clone())),
            (
                "Checklist",
                Some(format!(
                    "{}, edition {}",
                    self.report.checklist_title, self.report.edition
                )),
            ),
            ("Put together for", Some(self.report.gate_title.clone())),
            ("As of", Some(day::words(self.as_of))),
            ("The record", Some(self.verdict.line())),
            (
                "The case",
                self.report
                    .closed
                    .map(|why| format!("closed ({})", form::plain(why))),
            ),
        ];
        let cells = pairs
            .into_iter()
            .filter_map(|(label, value)| Some((label.to_owned(), value?)))
            .collect();
        let mut tables = vec![table(
            "What is in this pack",
            &[("File", 30), ("What it is", 70)],
            held(self.register.is_some(), !self.rows.is_empty())
                .into_iter()
                .map(|(file, what)| vec![file.to_owned(), what.to_owned()]),
        )];
        if !self.rows.is_empty() {
            tables.push(self.exhibit_table());
        }
        Filled {
            first: self.verdict.note(),
            head: Some(Cells {
                lie: Lie::Rows,
                cells,
            }),
            tables,
            ..self.paper(title, Page::Portrait)
        }
    }

    fn exhibit_table(&self) -> Table {
        let columns = [
            ("No", 6),
            ("Document", 20),
            ("Row", 10),
            ("Date", 13),
            ("Recorded by", 22),
            ("File", 29),
        ];
        let rows = self.rows.iter().map(|row| {
            vec![
                row.number.to_string(),
                row.name.clone(),
                row.rows.clone(),
                row.date.map(day::short).unwrap_or_default(),
                row.by.clone(),
                row.file.clone(),
            ]
        });
        table("Exhibits", &columns, rows)
    }

    /// Everything that was recorded and stands, day by day.
    pub(super) fn chronology(&self) -> Filled {
        let happened = form::chronology(self.state, self.checklist, self.as_of, self.exhibits);
        let columns = [("Date", 14), ("What happened", 58), ("Recorded", 28)];
        let first = happened.first().and_then(|one| one.day);
        let period = self.period(first.unwrap_or(self.as_of));
        let rows = happened.into_iter().map(|one| {
            let mut what = vec![Paragraph::strong(one.title)];
            what.extend(one.said);
            let recorded = one
                .recorded
                .map(|day| format!("{}, ", day::short(day)))
                .unwrap_or_default();
            let recorded = format!("{recorded}{}", one.by);
            let date = one.day.map(day::short).unwrap_or_default();
            Row {
                source: None,
                cells: vec![
                    vec![Paragraph::plain(date)],
                    what,
                    vec![Paragraph::plain(recorded)],
                ],
                idle: false,
            }
        });
        let rows = rows.collect();
        let about = "Everything that was recorded on this case and stands, by the day it happened. What was corrected stands as \
                     it was put right; the record itself keeps every version.";
        Filled {
            header: Some(self.header(&period)),
            about: Some(about.to_owned()),
            tables: vec![Table {
                title: "Day by day".to_owned(),
                about: None,
                columns: headed(&columns),
                rows,
            }],
            ..self.paper("Chronology", Page::Landscape)
        }
    }

    /// Attendance by week, with the code of every session.
    pub(super) fn register(&self, register: &Register) -> Filled {
        let from = first_of_year(academic_year(self.as_of));
        let found = weeks(register, from, self.as_of);
        let days = days_shown(&found);
        // The days have forty percent of the width; what they leave over goes to the week.
        let each = 40 / u32::try_from(days).unwrap_or(5);
        let mut columns = vec![("Week of", 12 + 40 % u32::try_from(days).unwrap_or(5))];
        columns.extend(DAY_NAMES[..days].iter().map(|day| (*day, each)));
        columns.extend([
            ("Attended", 9),
            ("Possible", 9),
            ("Percent", 9),
            ("Authorised", 10),
            ("Unauthorised", 11),
        ]);
        let mut total = Counts::default();
        for week in &found {
            total.attended += week.counts.attended;
            total.authorised += week.counts.authorised;
            total.unauthorised += week.counts.unauthorised;
            total.neither += week.counts.neither;
        }
        let rows = found.iter().map(|week| {
            let mark = |code: Option<Code>| code.map_or("–", Code::as_str);
            let mut cells = vec![day::short(week.monday)];
            cells.extend(
                week.days[..days]
                    .iter()
                    .map(|marks| format!("{} {}", mark(marks[0]), mark(marks[1]))),
            );
            cells.extend(figures(&week.counts));
            cells
        });
        let mut sessions = table("Sessions by week, morning and afternoon", &columns, rows);
        let mut cells = vec!["Total".to_owned()];
        cells.extend(vec![String::new(); days]);
        cells.extend(figures(&total));
        sessions.rows.push(Row {
            source: None,
            cells: cells
                .into_iter()
                .map(|text| vec![Paragraph::strong(text)])
                .collect(),
            idle: false,
        });
        let mut codes: Vec<Code> = register
            .days(from, self.as_of)
            .flat_map(|(_, marks)| marks)
            .flatten()
            .collect();
        codes.sort_unstable();
        codes.dedup();
        let meanings = codes
            .iter()
            .map(|code| vec![code.to_string(), code.meaning().to_owned()]);
        Filled {
            header: Some(self.header(&self.period(from))),
            tables: vec![
                sessions,
                table("Codes", &[("Code", 10), ("Meaning", 90)], meanings),
            ],
            ..self.paper("Attendance", Page::Landscape)
        }
    }
}

/// The figures of a week, or of all of them.
fn figures(counts: &Counts) -> [String; 5] {
    [
        counts.attended.to_string(),
        counts.possible().to_string(),
        counts.percent().unwrap_or_default(),
        counts.authorised.to_string(),
        counts.unauthorised.to_string(),
    ]
}

fn held(with_register: bool, with_exhibits: bool) -> Vec<(&'static str, &'static str)> {
    let mut held = vec![
        ("2-form.docx", "The checklist, filled in"),
        (
            "3-chronology.docx",
            "Everything that was recorded, day by day",
        ),
    ];
    if with_register {
        held.push((
            "4-register.docx",
            "Attendance by week, with the code of every session",
        ));
    }
    if with_exhibits {
        held.push((
            "exhibits, exhibits.csv",
            "The documents by their numbers, and the list of them",
        ));
    }
    held.extend([
        (
            "verdict.txt, verdict.json",
            "Whether the record is complete, in words and for programs",
        ),
        (
            "receipt.txt",
            "A few lines to keep apart, by which later changes to the record can be seen",
        ),
        (
            "record",
            "The record itself, and all that the verdict was worked out from",
        ),
        (
            "manifest-sha256.txt",
            "Every file with its hash, by which any later change can be found (beside this folder)",
        ),
    ]);
    held
}

fn headed(columns: &[(&str, u32)]) -> Vec<(Holds, String, u32)> {
    columns
        .iter()
        .map(|(label, width)| (Holds::Title, (*label).to_owned(), *width))
        .collect()
}

fn table(title: &str, columns: &[(&str, u32)], rows: impl Iterator<Item = Vec<String>>) -> Table {
    Table {
        title: title.to_owned(),
        about: None,
        columns: headed(columns),
        rows: rows.map(Row::plain).collect(),
    }
}
