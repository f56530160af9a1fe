//! `attcheck register import`

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use chrono::NaiveDate;

use super::ImportArgs;
use super::pupils::{Cases, Whose};
use crate::case::CaseId;
use crate::commands::{Context, Outcome, input};
use crate::day;
use crate::error::refuse;
use crate::number::counted;
use crate::problem::did_you_mean;
use crate::register::incoming::{self, How, Incoming, Mapped, Mark, ROLES};
use crate::register::{Class, Code, Marks, Register};
use crate::store;

/// How many problems, and how many changes, are told one by one.
const MOST_TOLD: usize = 40;

/// A problem of the file, as it is told.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    row: usize,
    column: Option<String>,
    says: String,
}

/// What the file holds for the cases there are.
#[derive(Debug, Default)]
struct Sorted {
    /// The marks of each case by day; the session of a day that is told in two ways is left out.
    cases: BTreeMap<CaseId, BTreeMap<NaiveDate, Marks>>,
    problems: Vec<Told>,
    /// Pupils without a case.
    passed: usize,
    /// Cases that could not be read, so that nobody knows whose marks are theirs.
    unread: usize,
    /// Pupils who were found by their name, since the case has no UPN or the file gives none.
    by_name: usize,
    /// Open cases of whom the file tells nothing.
    absent: Vec<CaseId>,
    /// Marks of days to come.
    ahead: usize,
    /// Marks of days on which there is no school by the calendar, and the first such day.
    odd: (usize, Option<NaiveDate>),
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
}

/// What taking over would do.
#[derive(Debug, Default)]
struct Plan {
    new: usize,
    changed: usize,
    cases: Vec<CaseId>,
    told: Vec<String>,
}

pub(super) fn run(args: &ImportArgs, cx: &mut Context) -> anyhow::Result<Outcome> {
    let how = How {
        mapped: mapped(&args.map)?,
        weekdays: args.weekdays,
    };
    let (text, guessed) = store::read_export(&args.file)?;
    let file = args.file.display();
    if text.starts_with("PK\u{3}\u{4}") {
        let hint = "open it in a spreadsheet and save it as CSV";
        return Err(refuse(
            format!("`{file}` is a workbook, and no table in CSV"),
            hint,
        ));
    }
    let found = incoming::read(&text, &how);
    let sorted = sort(&found, cx)?;
    let some_left = args.partial && sorted.first.is_some();
    if !(sorted.problems.is_empty() || some_left) {
        return Err(refusal(&format!("`{file}`"), &sorted));
    }
    if guessed {
        cx.say(
            "note: the file is not UTF-8; it was read as Windows-1252, as spreadsheets in England write it",
        );
    }
    let today = cx.today();
    let plan = plan(&sorted, cx)?;
    tell(&found, &sorted, &plan, cx)?;
    if !sorted.problems.is_empty() {
        cx.say(told(&sorted.problems, "left out").trim_end());
    }
    let outcome = match (sorted.unread, sorted.problems.is_empty()) {
        (0, true) => Outcome::Success,
        (0, false) => Outcome::Found,
        _ => Outcome::Failed,
    };
    if args.dry_run {
        cx.say("nothing was written (--dry-run)");
        return Ok(outcome);
    }
    if plan.cases.is_empty() {
        return Ok(outcome);
    }
    cx.out().flush()?;
    if cx.ask.is_there() && !cx.ask.confirm("Take these marks over?", true)? {
        return Err(refuse("nothing was taken over", "run the command again"));
    }
    let bar = cx.progress(plan.cases.len(), "registers");
    let holder = cx.holder("register import");
    let change = |case: &CaseId, register: &mut Register| {
        take(register, &sorted.cases[case], today, |_, _, _, _| {}) != (0, 0)
    };
    let is_there = |case: &CaseId| {
        let path = cx.store.path_of(case);
        // Where the system cannot tell, the case may well be there.
        let found =
            [path.with_extension("yml"), path].map(|path| path.try_exists().unwrap_or(true));
        found.contains(&true)
    };
    cx.store
        .change_registers(&plan.cases, &holder, change, || bar.inc(1), is_there)?;
    bar.finish_and_clear();
    let (here, gone): (Vec<&CaseId>, Vec<&CaseId>) =
        plan.cases.iter().partition(|case| is_there(case));
    for case in gone {
        cx.say(&format!(
            "note: case {case} was erased meanwhile, and its marks were not taken over"
        ));
    }
    writeln!(cx.out(), "taken over for {}", counted(here.len(), "case"))?;
    Ok(outcome)
}

/// Reads `--map`.
fn mapped(given: &[String]) -> anyhow::Result<Vec<Mapped>> {
    let one = |text: &String| {
        let (role, heading) = input::pair("--map", text)?;
        if !ROLES.iter().any(|(known, _)| *known == role) {
            let known: Vec<&str> = ROLES.iter().map(|(known, _)| *known).collect();
            let hint = did_you_mean(role, known.iter().copied());
            let hint = hint.unwrap_or_else(|| format!("one of {}", known.join(", ")));
            return Err(refuse(
                format!("--map: `{role}` is nothing a column can hold"),
                hint,
            ));
        }
        Ok(Mapped {
            role: role.to_owned(),
            heading: heading.to_owned(),
        })
    };
    given.iter().map(one).collect()
}

/// Puts the marks to the cases they belong to.
fn sort(found: &Incoming, cx: &Context) -> anyhow::Result<Sorted> {
    let mut sorted = Sorted::default();
    let cases = Cases::read(cx)?;
    sorted.unread = cases.unread;
    let latest = cx.today();
    let (whose, unclear) = match_pupils(found, &cases, &mut sorted);
    // What is wrong with rows of pupils who are passed over harms nobody.
    let ours = |problem: &&incoming::Problem| {
        problem
            .pupil
            .is_none_or(|n| whose[n].is_some() || unclear.contains(&n))
    };
    let problems: Vec<&incoming::Problem> = found.problems.iter().filter(ours).collect();
    // Of a row with a problem nothing is taken: whoever puts it right finds it whole.
    let bad: HashSet<(Option<usize>, usize)> = problems
        .iter()
        .map(|problem| (problem.pupil, problem.row))
        .collect();
    let is_bad = |mark: &Mark| {
        bad.contains(&(Some(mark.pupil), mark.row)) || bad.contains(&(None, mark.row))
    };
    for problem in problems {
        let (column, says) = (problem.column.clone(), problem.says.clone());
        sorted.problems.push(Told {
            row: problem.row,
            column,
            says,
        });
    }
    let mut seen: HashMap<(usize, NaiveDate, usize), (Option<Code>, usize)> = HashMap::new();
    let numbers: HashMap<&CaseId, usize> = whose
        .iter()
        .flatten()
        .enumerate()
        .map(|(n, id)| (id, n))
        .collect();
    let calendar = cx.calendar();
    let mut clashes = Vec::new();
    for mark in found.marks.iter().filter(|mark| !is_bad(mark)) {
        let Some(id) = &whose[mark.pupil] else {
            continue;
        };
        sorted.first = Some(sorted.first.map_or(mark.day, |first| first.min(mark.day)));
        sorted.last = Some(sorted.last.map_or(mark.day, |last| last.max(mark.day)));
        if mark.day > latest {
            sorted.ahead += usize::from(mark.code.is_some());
            continue;
        }
        let counts = mark
            .code
            .is_some_and(|code| code.class() != Class::Administrative);
        if counts && calendar.is_school_day(mark.day) == Some(false) {
            let first = sorted.odd.1.map_or(mark.day, |first| first.min(mark.day));
            sorted.odd = (sorted.odd.0 + 1, Some(first));
        }
        let key = (numbers[id], mark.day, mark.session);
        if let Some((other, row)) = seen.get(&key).copied()
            && let (Some(one), Some(other)) = (mark.code, other)
            && one != other
        {
            let half = ["morning", "afternoon"][mark.session];
            let says = format!(
                "the {half} of {} is given twice: {one} here, and {other} in row {row}",
                day::short(mark.day)
            );
            let column = found.heading("mark").map(str::to_owned);
            sorted.problems.push(Told {
                row: mark.row,
                column,
                says,
            });
            clashes.push((id.clone(), mark.day, mark.session));
        }
        let days = sorted.cases.entry(id.clone()).or_default();
        let held = &mut days.entry(mark.day).or_insert([None; 2])[mark.session];
        // Nothing entered says nothing against a mark.
        if held.is_none() {
            *held = mark.code;
            seen.insert(key, (mark.code, mark.row));
        }
    }
    for (id, day, session) in clashes {
        if let Some(marks) = sorted
            .cases
            .get_mut(&id)
            .and_then(|days| days.get_mut(&day))
        {
            marks[session] = None;
        }
    }
    sorted.problems.sort();
    sorted.problems.dedup();
    Ok(sorted)
}

/// The case of each pupil of the file, and the pupils of whom it cannot be told. What is to be said of them goes into
/// `sorted`.
fn match_pupils(
    found: &Incoming,
    cases: &Cases,
    sorted: &mut Sorted,
) -> (Vec<Option<CaseId>>, HashSet<usize>) {
    let mut whose: Vec<Option<CaseId>> = Vec::new();
    let mut unclear: HashSet<usize> = HashSet::new();
    let mut met: HashMap<CaseId, usize> = HashMap::new();
    for (n, (pupil, row)) in found.pupils.iter().zip(&found.first_rows).enumerate() {
        let mut problem = |column: &str, says| {
            let column = found.heading(column).map(str::to_owned);
            sorted.problems.push(Told {
                row: *row,
                column,
                says,
            });
            unclear.insert(n);
        };
        let id = match cases.of(pupil) {
            Whose::Case(id) => id,
            Whose::Nobody => {
                sorted.passed += 1;
                whose.push(None);
                continue;
            }
            Whose::Unclear(column, says) => {
                problem(column, says);
                whose.push(None);
                continue;
            }
        };
        // Two children of one name must not end in one register, and which of them is meant cannot be told.
        if let Some(first) = met.get(&id).copied()
            && found.pupils[first].upn.is_some()
            && pupil.upn.is_some()
            && found.pupils[first].upn != pupil.upn
        {
            let other = found.first_rows[first];
            let says = format!(
                "two pupils with different UPNs would be case `{id}` by their name, here and in row {other}"
            );
            problem("upn", says);
            whose[first] = None;
            whose.push(None);
            continue;
        }
        sorted.by_name += usize::from(!cases.has(pupil, &id));
        met.insert(id.clone(), n);
        whose.push(Some(id));
    }
    sorted.absent = cases
        .open()
        .filter(|id| !met.contains_key(id))
        .cloned()
        .collect();
    (whose, unclear)
}

/// Takes marks over, telling each that changes an earlier one. How many are new and how many changed.
fn take(
    register: &mut Register,
    days: &BTreeMap<NaiveDate, Marks>,
    today: NaiveDate,
    mut changed: impl FnMut(NaiveDate, usize, Code, Code),
) -> (usize, usize) {
    let mut counts = (0, 0);
    for (day, marks) in days {
        let before = register.marks(*day);
        let taken = register.take(*day, *marks, today);
        counts = (counts.0 + taken.new, counts.1 + taken.changed);
        if taken.changed > 0 {
            for session in 0..2 {
                if let (Some(was), Some(now)) = (before[session], marks[session])
                    && was != now
                {
                    changed(*day, session, was, now);
                }
            }
        }
    }
    counts
}

/// Looks what would change, case by case.
fn plan(sorted: &Sorted, cx: &Context) -> anyhow::Result<Plan> {
    let mut plan = Plan::default();
    let today = cx.today();
    for (case, days) in &sorted.cases {
        let mut register = cx.store.register(case)?.unwrap_or_default();
        let mut told = Vec::new();
        let (new, changed) = take(&mut register, days, today, |day, session, was, now| {
            let half = ["morning", "afternoon"][session];
            told.push(format!(
                "case {case}, {half} of {}: {was} is now {now}",
                day::short(day)
            ));
        });
        plan.new += new;
        plan.changed += changed;
        plan.told.append(&mut told);
        if new + changed > 0 {
            plan.cases.push(case.clone());
        }
    }
    Ok(plan)
}

/// Says what it will do before it does it.
fn tell(found: &Incoming, sorted: &Sorted, plan: &Plan, cx: &mut Context) -> anyhow::Result<()> {
    let days = match (sorted.first, sorted.last) {
        (Some(first), Some(last)) => format!(", {} to {}", day::short(first), day::short(last)),
        _ => String::new(),
    };
    let cases = counted(sorted.cases.len(), "case");
    writeln!(cx.out(), "{}{days}: {cases} of this folder", found.shape)?;
    writeln!(
        cx.out(),
        "{} new, {} changed, on {}",
        counted(plan.new, "session"),
        plan.changed,
        counted(plan.cases.len(), "case")
    )?;
    for line in plan.told.iter().take(MOST_TOLD) {
        writeln!(cx.out(), "  {line}")?;
    }
    if plan.told.len() > MOST_TOLD {
        writeln!(cx.out(), "  and {} more", plan.told.len() - MOST_TOLD)?;
    }
    if !found.unread.is_empty() {
        writeln!(
            cx.out(),
            "columns not looked at: {}",
            found.unread.join(", ")
        )?;
    }
    if sorted.passed > 0 {
        writeln!(
            cx.out(),
            "passed over: {} without an open case",
            counted(sorted.passed, "pupil")
        )?;
    }
    if sorted.unread > 0 {
        writeln!(
            cx.out(),
            "could not be read: {}, so marks that belong there were not taken over; put them right and run the command again",
            counted(sorted.unread, "case")
        )?;
    }
    if sorted.by_name > 0 {
        writeln!(
            cx.out(),
            "found by name: {}; `attcheck details` adds a UPN",
            counted(sorted.by_name, "pupil")
        )?;
    }
    if !sorted.absent.is_empty() {
        let ids: Vec<String> = sorted
            .absent
            .iter()
            .take(MOST_TOLD)
            .map(ToString::to_string)
            .collect();
        let more = if sorted.absent.len() > MOST_TOLD {
            ", …"
        } else {
            ""
        };
        writeln!(
            cx.out(),
            "not in the file: {} ({}{more})",
            counted(sorted.absent.len(), "open case"),
            ids.join(", ")
        )?;
    }
    if let (odd, Some(first)) = sorted.odd {
        writeln!(
            cx.out(),
            "on days without school by the calendar: {}, the first on {}; they are kept and count in no figure",
            counted(odd, "mark"),
            day::short(first)
        )?;
    }
    if sorted.ahead > 0 {
        writeln!(
            cx.out(),
            "left out: {} of days to come",
            counted(sorted.ahead, "mark")
        )?;
    }
    Ok(())
}

fn told(problems: &[Told], word: &str) -> String {
    let mut text = format!("{} {word}:\n", counted(problems.len(), "problem"));
    for one in problems.iter().take(MOST_TOLD) {
        let column = one
            .column
            .as_ref()
            .map(|column| format!(", column {column}"))
            .unwrap_or_default();
        let _ = writeln!(text, "  row {}{column}: {}", one.row, one.says);
    }
    if problems.len() > MOST_TOLD {
        let _ = writeln!(text, "  and {} more", problems.len() - MOST_TOLD);
    }
    text
}

fn refusal(file: &str, sorted: &Sorted) -> anyhow::Error {
    let text = told(&sorted.problems, "found");
    let hint = match sorted.first {
        Some(_) => "put these right in the file, or add --partial to take over the rest",
        None => "put these right in the file, and run the command again",
    };
    refuse(
        format!("{file} was not taken over; {}", text.trim_end()),
        hint,
    )
}
