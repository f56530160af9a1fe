//! `attcheck form`

use std::path::{Path, PathBuf};

use super::verdict::Check;
use super::{Context, Outcome, writing};
use crate::case::entry::Subject;
use crate::case::state::CaseState;
use crate::checklist::Checklist;
use crate::cli::When;
use crate::day;
use crate::error::refuse;
use crate::form::{self, Fill, Filled, Left};
use crate::number::counted;
use crate::render::docx::into::{Placed, Unplaced};
use crate::render::docx::{self, About, into};
use crate::store::forms;

/// Write a case as the council's form, in Word's format
///
/// In the columns of the council's own document: every action with whether it was completed, the date, and the outcome or
/// the reason. What is not applicable says why; what is blank stays blank. With --into the council's own Word file is filled
/// in instead: rows are found by their words, values go into empty cells, and nothing else in the file changes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    /// The council's own Word file, to be filled in
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
    /// The title of the document; the form's own if left out
    #[arg(long, value_name = "TEXT", conflicts_with = "into")]
    title: Option<String>,
    /// Who wrote it, as the document will say; whoever records if left out
    #[arg(long, value_name = "NAME", conflicts_with = "into")]
    author: Option<String>,
    /// The day the form is for; today if left out
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
    /// Only what had been recorded by the end of this day
    #[arg(long, value_name = "DAY")]
    known_by: Option<String>,
    /// The route, where the checklist has several
    #[arg(long, value_name = "ROUTE")]
    route: Option<String>,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    let id = &loaded.case.id;
    cx.refuse_without_file("the form", &format!("{id}-form.docx"))?;
    writing::sound(&loaded.case)?;
    let (as_of, known_by, route) = (
        args.as_of.clone(),
        args.known_by.clone(),
        args.route.clone(),
    );
    let check = Check::new(
        &When {
            as_of,
            known_by,
            route,
            gate: None,
        },
        cx,
    )?;
    let day = check.about.as_of;
    if day::stored(&loaded.case.opened).is_some_and(|opened| day < opened) {
        cx.say(&format!(
            "note: the case was opened on {}, after {}",
            loaded.case.opened,
            day::words(day)
        ));
    } else if day > cx.today() {
        cx.say(&format!(
            "note: {} lies ahead; what is recorded by then is not known",
            day::words(day)
        ));
    }
    let state = CaseState::replay(&loaded.case, check.about.known_by);
    let checklist = cx.checklist_known(&state)?;
    match &args.into {
        Some(file) => fill_in(file, &check, &state, &checklist, cx),
        None => {
            let (form, _, left) = filled(&check, &state, &checklist, cx)?;
            let author = cx.author(args.author.as_deref())?;
            let title = args.title.clone().unwrap_or_else(|| form.title.clone());
            let form = Filled {
                title: title.clone(),
                ..form
            };
            let bytes = docx::document(
                &form,
                &About {
                    title,
                    author,
                    day: cx.today(),
                },
            )?;
            cx.raw_out().write_all(&bytes)?;
            let rows: usize = form.tables.iter().map(|table| table.rows.len()).sum();
            let as_of = day::short(check.about.as_of);
            cx.say(&format!(
                "the form of case {id} as of {as_of}: {}",
                counted(rows, "row")
            ));
            say_left(&left, cx);
            Ok(Outcome::Success)
        }
    }
}

/// A case filled into the layout of its checklist's form.
fn filled(
    check: &Check,
    state: &CaseState<'_>,
    checklist: &Checklist,
    cx: &Context,
) -> anyhow::Result<(Filled, form::Layout, Vec<Left>)> {
    let (layout, _) = forms::of(&cx.store, &state.case.id, checklist)?;
    let (form, left) = check.asked(state, checklist, |question, lines| {
        let fill = Fill {
            layout: &layout,
            question,
            lines,
            exhibits: &[],
        };
        (form::fill(&fill), fill.left())
    })?;
    Ok((form, layout, left))
}

/// Says which cells wait for a person: a Y or N there would answer a question that the record does not answer.
fn say_left(left: &[Left], cx: &Context) {
    if left.is_empty() {
        return;
    }
    cx.say("left for you to fill in, since the record does not answer it:");
    for one in left {
        cx.say(&format!("  {}, under {}", one.row, one.column));
    }
}

fn fill_in(
    file: &Path,
    check: &Check,
    state: &CaseState<'_>,
    checklist: &Checklist,
    cx: &mut Context,
) -> anyhow::Result<Outcome> {
    let Ok(blank) = crate::store::read_bounded(file) else {
        // Its name may be a child's.
        let hint = "look at its path and name; the council's file is some hundred KB";
        return Err(refuse(
            "--into: there is no such file, or it cannot be read or is far too large",
            hint,
        ));
    };
    let (form, layout, left) = filled(check, state, checklist, cx)?;
    let details = state.details();
    let pupil = (state.case.subject == Subject::Pupil).then_some(&details);
    let found = into::into(&blank, &form, &layout, pupil)
        .map_err(|cannot| refuse(format!("--into: {}", cannot.says), cannot.hint))?;
    if found.placed.is_empty() && found.unplaced.iter().all(|one| one.absent) {
        let message = format!(
            "--into: the file has no row of the form of `{}`",
            checklist.id
        );
        return Err(refuse(
            message,
            "look whether it is the council's form for this checklist; nothing was written",
        ));
    }
    if found.placed.is_empty() {
        list(&found.unplaced, cx);
        let hint = "put it there by hand, or give a blank copy of the form";
        return Err(refuse(
            "nothing could be filled in, and nothing was written",
            hint,
        ));
    }
    cx.raw_out().write_all(&found.bytes)?;
    cx.say(&format!(
        "filled in: {}",
        counted(found.placed.len(), "row")
    ));
    for placed in &found.placed {
        cx.say(&format!("  {}", went(placed)));
    }
    say_left(&left, cx);
    if found.unplaced.is_empty() {
        return Ok(Outcome::Success);
    }
    list(&found.unplaced, cx);
    Ok(Outcome::Found)
}

/// How much of a label of the council's file is told.
const LABEL_CHARS: usize = 60;

/// Where a row of the form went: the table and the row of the file, and how that row begins.
fn went(placed: &Placed) -> String {
    let Placed {
        what,
        table,
        row,
        label,
    } = placed;
    // A line break in the council's words is none of ours.
    let words = label.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut label: String = words.chars().take(LABEL_CHARS).collect();
    if label.len() < words.len() {
        label.push('\u{2026}');
    }
    let label = if label.is_empty() {
        label
    } else {
        format!(", '{label}'")
    };
    format!("{what} \u{2192} table {table}, row {row}{label}")
}

/// Lists what found no place: quiet or not, since it has to be put there by hand.
fn list(unplaced: &[Unplaced], cx: &Context) {
    cx.warn(&format!(
        "not filled in, to be put there by hand ({}):",
        unplaced.len()
    ));
    for one in unplaced {
        cx.warn(&format!("  {}: {}", one.what, one.why));
    }
}
