//! The page of all open cases.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;

use askama::Template as _;
use chrono::NaiveDate;

use super::Args;
use crate::case::entry::Content;
use crate::case::state::CaseState;
use crate::checklist::Checklist;
use crate::commands::in_order::in_order;
use crate::commands::judging::{Asked, asked};
use crate::commands::returned::{self, Return};
use crate::commands::verdict::Check;
use crate::commands::{Context, Outcome};
use crate::day;
use crate::error::describe;
use crate::number::counted;
use crate::readiness::pending;
use crate::render::CaseReport;
use crate::render::page::{CaseOfLoad, CaseloadPage, GapOfLoad, OverdueOfLoad, OwnerOfLoad};
use crate::store::checklists::KnownChecklists;
use crate::store::{Store, checklists, lookup, quick};

/// How many gaps and reasons the page lists.
const MOST_LISTED: usize = 15;

/// What the page needs of one case.
#[derive(Default)]
struct One {
    case: Option<CaseOfLoad>,
    /// The day nothing was recorded on its oldest gap since.
    oldest: Option<NaiveDate>,
    overdue: Vec<Overdue>,
    gaps: Vec<GapOf>,
    returned: Vec<Return>,
}

struct Overdue {
    due: NaiveDate,
    case: String,
    what: String,
    owner: Option<String>,
}

/// A line that a case lacks: what it is, and what is lacking.
struct GapOf {
    line: (String, String, String, String),
    code: &'static str,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let check = Check::new(&args.when, cx)?.at_any_gate();
    check.refuse_unknown_gate(cx)?;
    let files = cx.every_case()?;
    let (store, names) = (cx.store.clone(), !args.no_names);
    let (mut found, mut failed): (Vec<One>, Vec<String>) = (Vec::new(), Vec::new());
    let work = |file: &Path, known: &mut KnownChecklists| {
        one(&store, &check, file, names, known)
            .map_err(|error| (file.display().to_string(), describe(&error)))
    };
    in_order(&files, KnownChecklists::default, work, |one| {
        match one {
            Ok(one) => found.push(one),
            Err((file, told)) => {
                cx.warn(told.trim_end());
                // What a file is called may be a name.
                let name = Path::new(&file)
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned());
                failed.push(
                    name.filter(|_| names)
                        .unwrap_or_else(|| "a file".to_owned()),
                );
            }
        }
        true
    });
    let outcome = if failed.is_empty() {
        Outcome::Success
    } else {
        Outcome::Failed
    };
    let page = page(found, failed, &check, names, cx);
    let text = page.render()?;
    cx.raw_out().write_all(text.as_bytes())?;
    cx.say(&format!(
        "the page of {} as of {}",
        counted(page.cases.len(), "open case"),
        page.as_of
    ));
    Ok(outcome)
}

fn one(
    store: &Store,
    check: &Check,
    file: &Path,
    names: bool,
    known: &mut KnownChecklists,
) -> anyhow::Result<One> {
    let loaded = lookup::in_place(quick::load(file)?)?;
    let as_of = check.about.as_of;
    let state = CaseState::replay(&loaded.case, check.about.known_by);
    let mut returned = returned::of_case(&state, as_of);
    if !names {
        // A word that is no item may be anything.
        for one in &mut returned {
            let list = checklists::of_id(store, &one.checklist).ok();
            one.items
                .retain(|item| list.as_ref().is_some_and(|list| list.item(item).is_some()));
        }
    }
    let nothing = |returned| {
        Ok(One {
            returned,
            ..One::default()
        })
    };
    let checklist = match asked(store, check, &state, known)? {
        Asked::Judge(checklist) => checklist,
        Asked::Closed | Asked::NoGate => return nothing(returned),
        Asked::OwnRecord => {
            // It is judged with the pupils' cases; what is due in it stands nowhere else.
            let overdue = overdue(check, &state, &*known.to_judge(store, &state)?)?;
            return Ok(One {
                overdue,
                returned,
                ..One::default()
            });
        }
    };
    let report = check.judge_state(&state, &checklist, false)?;
    let pending = pending::on(&state, &checklist, as_of);
    let overdue = overdue(check, &state, &checklist)?;
    let school = check
        .school_case()
        .map(|school| CaseState::replay(school, check.about.known_by));
    let oldest = oldest_gap(&state, school.as_ref(), &checklist, &report, as_of);
    let next = pending.iter().filter_map(|one| one.due).min();
    let case = Some(case_of(
        &state,
        &report,
        oldest.as_ref(),
        next,
        (as_of, names),
    ));
    let gaps = gaps(&report, &checklist);
    Ok(One {
        case,
        oldest: oldest.map(|(since, _)| since),
        overdue,
        gaps,
        returned,
    })
}

/// What is past its day, as `due` tells it.
fn overdue(
    check: &Check,
    state: &CaseState<'_>,
    checklist: &Checklist,
) -> anyhow::Result<Vec<Overdue>> {
    let as_of = check.about.as_of;
    let all = check.due(checklist, state)?.into_iter();
    let overdue = all.filter_map(|one| {
        let due = one.day.filter(|due| *due < as_of)?;
        Some(Overdue {
            due,
            case: state.case.id.to_string(),
            what: super::due_words(&one, state, as_of),
            owner: one.owner,
        })
    });
    Ok(overdue.collect())
}

fn case_of(
    state: &CaseState<'_>,
    report: &CaseReport,
    oldest: Option<&(NaiveDate, String)>,
    next: Option<NaiveDate>,
    (as_of, names): (NaiveDate, bool),
) -> CaseOfLoad {
    let details = state.details();
    let verdict = report.verdict().words();
    let gate = if matches!(report.gate.as_str(), "referral" | "") {
        String::new()
    } else {
        format!(" ({})", report.gate)
    };
    CaseOfLoad {
        id: report.case.clone(),
        year: if names {
            details.year_group.clone()
        } else {
            details.year_word().map(str::to_owned)
        }
        .unwrap_or_default(),
        name: details.name.unwrap_or_default(),
        checklist: report.checklist.clone(),
        ready: report.ready,
        verdict: format!("{verdict}{gate}"),
        to_do: report.counts.blocks,
        to_find: report.to_find_out(),
        oldest: oldest.map_or_else(String::new, |(since, title)| {
            let days = counted((as_of - *since).num_days(), "day");
            format!(
                "{title}: nothing recorded since {} ({days})",
                day::short(*since)
            )
        }),
        next: next.map(day::short).unwrap_or_default(),
        late: next.is_some_and(|next| next < as_of),
    }
}

/// The line that holds the case up on which nothing was recorded for the longest time: since its latest entry, or since the
/// case was opened.
fn oldest_gap(
    state: &CaseState<'_>,
    school: Option<&CaseState<'_>>,
    checklist: &Checklist,
    report: &CaseReport,
    as_of: NaiveDate,
) -> Option<(NaiveDate, String)> {
    let opened = day::stored(&state.case.opened).unwrap_or(as_of).min(as_of);
    let (own, of_school) = (
        latest_by_item(state, as_of),
        school.map(|school| latest_by_item(school, as_of)),
    );
    let latest = |item: &str| {
        let about_school = checklist.item(item).is_some_and(|item| item.about_school);
        let known = if about_school {
            of_school.as_ref()?
        } else {
            &own
        };
        known.get(item).copied()
    };
    let open = report.lines.iter().filter(|line| line.is_open());
    let since = open.map(|line| (latest(&line.item).unwrap_or(opened).max(opened), line));
    since
        .min_by_key(|(since, _)| *since)
        .map(|(since, line)| (since, line.title.clone()))
}

/// The day of the latest entry on each item that has one.
fn latest_by_item(state: &CaseState<'_>, as_of: NaiveDate) -> BTreeMap<String, NaiveDate> {
    let mut latest: BTreeMap<String, NaiveDate> = BTreeMap::new();
    for (n, content) in state.current() {
        let Content::Action(action) = content else {
            continue;
        };
        let Some(date) = action.date.filter(|date| *date <= as_of) else {
            continue;
        };
        for item in state.items_of(n, action) {
            let known = latest.entry(item).or_insert(date);
            *known = (*known).max(date);
        }
    }
    latest
}

/// What a case lacks, each line once however many persons it goes by.
fn gaps(report: &CaseReport, checklist: &Checklist) -> Vec<GapOf> {
    let mut found: Vec<GapOf> = Vec::new();
    for line in report.lines.iter().filter(|line| line.is_open()) {
        let key = (
            checklist.id.clone(),
            line.item.clone(),
            line.source.join(", "),
            line.title.clone(),
        );
        let Some(gap) = line.gaps.first() else {
            continue;
        };
        if !found.iter().any(|one| one.line == key) {
            found.push(GapOf {
                line: key,
                code: gap.code.as_str(),
            });
        }
    }
    found
}

fn page(
    found: Vec<One>,
    failed: Vec<String>,
    check: &Check,
    names: bool,
    cx: &Context,
) -> CaseloadPage {
    let as_of = check.about.as_of;
    let mut cases: Vec<(Option<NaiveDate>, CaseOfLoad)> = Vec::new();
    let (mut overdue, mut returned) = (Vec::new(), Vec::new());
    let mut lacking: BTreeMap<(String, String, String, String), BTreeMap<&'static str, usize>> =
        BTreeMap::new();
    for one in found {
        cases.extend(one.case.map(|case| (one.oldest, case)));
        overdue.extend(one.overdue);
        returned.extend(one.returned);
        for gap in one.gaps {
            *lacking
                .entry(gap.line)
                .or_default()
                .entry(gap.code)
                .or_default() += 1;
        }
    }
    cases.sort_by(|(a, one), (b, other)| {
        (a.is_none(), a, &one.id).cmp(&(b.is_none(), b, &other.id))
    });
    let cases: Vec<CaseOfLoad> = cases.into_iter().map(|(_, case)| case).collect();
    let ready = cases.iter().filter(|case| case.ready).count();
    let figures = vec![
        (cases.len().to_string(), "open cases".to_owned()),
        (ready.to_string(), "ready".to_owned()),
        ((cases.len() - ready).to_string(), "not ready".to_owned()),
        (overdue.len().to_string(), "overdue".to_owned()),
    ];
    let often = |all: Vec<returned::Often>| {
        all.into_iter()
            .take(MOST_LISTED)
            .map(|one| (one.count, one.what))
            .collect::<Vec<_>>()
    };
    let gate = check
        .about
        .gate
        .as_ref()
        .map(|gate| format!(", gate {gate}"))
        .unwrap_or_default();
    let known = check
        .about
        .known_by
        .map(|day| format!(", as it was known on {}", day::words(day)));
    CaseloadPage {
        school: cx.store.settings().school.clone().filter(|_| names),
        as_of: format!("{}{gate}{}", day::words(as_of), known.unwrap_or_default()),
        figures,
        failed,
        overdue: by_owner(overdue, names),
        gaps: commonest(lacking),
        returned: often(returned::items(&returned)),
        reasons: if names { often(returned::reasons(&returned)) } else { Vec::new() },
        named: names,
        cases,
        foot: "Readiness means that the record is complete; it urges no legal action. A gap is as old as the latest entry on \
               its line, or as the case. What is left on one: attcheck gaps CASE"
            .to_owned(),
    }
}

/// What is overdue, by who sees to it, whoever has most first. Without names all of it stands together, without its words.
fn by_owner(all: Vec<Overdue>, names: bool) -> Vec<OwnerOfLoad> {
    let mut groups: BTreeMap<String, Vec<Overdue>> = BTreeMap::new();
    for one in all {
        let who = match (&one.owner, names) {
            (Some(owner), true) => owner.clone(),
            (None, true) => "Nobody named".to_owned(),
            (_, false) => "All".to_owned(),
        };
        groups.entry(who).or_default().push(one);
    }
    let mut found: Vec<OwnerOfLoad> = groups
        .into_iter()
        .map(|(who, mut list)| {
            list.sort_by(|a, b| (a.due, &a.case).cmp(&(b.due, &b.case)));
            let list: Vec<OverdueOfLoad> = list
                .into_iter()
                .map(|one| OverdueOfLoad {
                    due: day::short(one.due),
                    case: one.case,
                    what: names.then_some(one.what),
                })
                .collect();
            OwnerOfLoad {
                who,
                count: list.len(),
                list,
            }
        })
        .collect();
    found.sort_by_key(|one| Reverse(one.count));
    found
}

fn commonest(
    lacking: BTreeMap<(String, String, String, String), BTreeMap<&'static str, usize>>,
) -> Vec<GapOfLoad> {
    let mut found: Vec<GapOfLoad> = lacking
        .into_iter()
        .map(|((checklist, _, rows, title), codes)| {
            let cases = codes.values().sum();
            let mut codes: Vec<(&str, usize)> = codes.into_iter().collect();
            codes.sort_by_key(|(_, count)| Reverse(*count));
            let lacking: Vec<String> = codes
                .into_iter()
                .map(|(code, count)| format!("{} {count}", crate::form::plain(code)))
                .collect();
            GapOfLoad {
                cases,
                checklist,
                rows,
                title,
                lacking: lacking.join(", "),
            }
        })
        .collect();
    found.sort_by_key(|one| Reverse(one.cases));
    found.truncate(MOST_LISTED);
    found
}
