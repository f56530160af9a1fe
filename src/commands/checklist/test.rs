//! `attcheck checklist test`

use crate::calendar::Calendar;
use crate::checklist::Checklist;
use crate::commands::context::from_here;
use crate::commands::{Context, Outcome};
use crate::error::{describe, refuse};
use crate::readiness::State;
use crate::render::samples::{self as render, Suite, Tried};
use crate::samples::run;
use crate::store::checklists::{self, Origin, Proven, SAMPLES};

use super::TestFormat;

/// Runs the situations of the checklists named, or of the folder's own; of the program's if the folder has none.
pub(super) fn test(
    named: &[String],
    format: TestFormat,
    cx: &mut Context,
) -> anyhow::Result<Outcome> {
    let mut suites = Vec::new();
    let (mut unusable, mut without) = (0, Vec::new());
    if named.is_empty() {
        let mut offered = checklists::every(&cx.store)?;
        // Whoever has lists of their own wants these; the program's are tried where there are none, or by name.
        if offered.iter().any(|one| one.origin != Origin::Program) {
            offered.retain(|one| one.origin != Origin::Program);
        }
        for offered in offered {
            let named = offered
                .checklist
                .map(|checklist| format!("{}@{}", checklist.id, checklist.edition));
            let proven =
                named.and_then(|named| Ok((checklists::proven(&cx.store, &named)?, named)));
            match proven {
                Ok((Some(proven), _)) => suites.push(suite(&proven)),
                Ok((None, named)) => without.push(named),
                Err(error) => {
                    cx.say(describe(&error).trim_end());
                    unusable += 1;
                }
            }
        }
    }
    for one in named {
        let Some(proven) = checklists::proven(&cx.store, one)? else {
            return Err(nothing_to_run(one));
        };
        suites.push(suite(&proven));
    }
    if suites.is_empty() && unusable == 0 {
        return Err(nothing_to_run(&without.join("`, `")));
    }
    for one in &without {
        cx.say(&format!(
            "note: `{one}` has no sample situations, so nothing shows that it is right"
        ));
    }
    let quiet = cx.quiet;
    match format {
        TestFormat::Table => render::table(&suites, unusable, quiet, cx.out())?,
        TestFormat::Junit => render::junit(&suites, cx.out())?,
    }
    let failed = suites.iter().any(|suite| suite.failures() > 0);
    Ok(match (unusable > 0, failed) {
        (true, _) => Outcome::Failed,
        (false, true) => Outcome::Found,
        (false, false) => Outcome::Success,
    })
}

/// A run of nothing proves nothing, and may not look as if it did.
fn nothing_to_run(named: &str) -> anyhow::Error {
    let hint = format!(
        "put a file beside it whose name ends in `{SAMPLES}`; docs/checklists.md shows one"
    );
    refuse(format!("`{named}` has no sample situations"), hint)
}

fn suite(proven: &Proven) -> Suite {
    let calendar = Calendar::england();
    let tried = proven.samples.iter().map(|sample| Tried {
        name: sample.name.clone(),
        line: sample.place.line,
        wrong: run(sample, &proven.checklist, &calendar),
    });
    let Checklist { id, edition, .. } = &proven.checklist;
    let (never_met, never_open) = untried(proven);
    Suite {
        checklist: id.clone(),
        edition: edition.clone(),
        file: from_here(&proven.file),
        tried: tried.collect(),
        never_met,
        never_open,
    }
}

/// The items that no situation expects to be met, and those that none expects not to be.
fn untried(proven: &Proven) -> (Vec<String>, Vec<String>) {
    let expected = || proven.samples.iter().flat_map(|sample| &sample.expect);
    let without = |wanted: &dyn Fn(State) -> bool| {
        let tried = |id: &str| expected().any(|one| one.item == id && wanted(one.state));
        let items = proven
            .checklist
            .items
            .iter()
            .filter(|item| !tried(&item.id));
        items.map(|item| item.id.clone()).collect()
    };
    (
        without(&|state| state == State::Met),
        without(&|state| state != State::Met),
    )
}
