//! What goes into a pack from a school's folder, and what is made of it.

use super::held::{About, Held, file_of, path};
use super::papers::{self, Papers};
use super::words::Verdict;
use crate::case::Case;
use crate::case::exhibits::Exhibit;
use crate::case::state::CaseState;
use crate::checklist::{Checklist, Gate};
use crate::commands::Context;
use crate::commands::receipt;
use crate::commands::verdict::{Check, report_on};
use crate::form::{self, Fill, Filled};
use crate::readiness::every_line;
use crate::render::docx;
use crate::render::{CaseReport, Circumstances, json};
use crate::store::bag::Payload;
use crate::store::{Loaded, builtin, checklists, forms};

/// The page before all others.
pub(super) const FIRST_PAGE: &str = "1-first-page.docx";
/// The verdict for programs.
pub(super) const VERDICT: &str = "verdict.json";
/// The receipt.
pub(super) const RECEIPT: &str = "receipt.txt";

/// The program, as packs name it.
pub(super) fn agent() -> String {
    format!("attcheck {}", env!("CARGO_PKG_VERSION"))
}

/// What a pack's bag says of itself. All of it but the author and the program follows from what is in the pack; `made` is
/// when it was packed.
pub(super) fn about_bag(
    case: &Case,
    made: &str,
    agent: &str,
    author: Option<&str>,
) -> Vec<(&'static str, String)> {
    let school = CaseState::replay(case, None).details().school;
    let mut about = vec![
        (
            "Source-Organization",
            school.unwrap_or_else(|| "a school".to_owned()),
        ),
        ("External-Identifier", case.id.to_string()),
        ("Bagging-Date", made.get(..10).unwrap_or(made).to_owned()),
        ("Bag-Software-Agent", agent.to_owned()),
    ];
    about.extend(author.map(|author| ("Contact-Name", author.to_owned())));
    about
}

/// The record with all that its verdict depends on, and the documents: enough to work everything else out anywhere. Gives
/// the numbers of the exhibits that cannot be packed, too.
pub(super) fn gathered(
    loaded: &Loaded,
    state: &CaseState<'_>,
    checklist: &Checklist,
    check: &Check,
    cx: &Context,
) -> anyhow::Result<(Payload, Vec<usize>)> {
    let id = &loaded.case.id;
    let (mut payload, mut lacking) = (Payload::new(), Vec::new());
    let mut put = |path: String, text: String| payload.insert(path, text.into_bytes());
    put(path::case(id), loaded.text.clone());
    if let Some(register) = cx.store.register(id)? {
        put(path::register(id), crate::register::write(&register));
    }
    let own = checklists::file_for_case(&cx.store, id, &checklist.id, &checklist.edition)?;
    let text = match own {
        Some(file) => crate::store::read_if_there(&file)?.unwrap_or_default(),
        None => builtin::shipped(&checklist.id, Some(&checklist.edition))
            .map(|one| one.text.to_owned())
            .unwrap_or_default(),
    };
    put(path::checklist(), text);
    put(path::layout(), forms::of(&cx.store, id, checklist)?.1);
    put(path::settings(), cx.store.settings().for_a_check());
    let kept = cx.store.copies();
    for exhibit in state.exhibits_on(check.about.as_of) {
        match kept.good(id, exhibit.copy)? {
            Some(path) => {
                payload.insert(
                    file_of(&exhibit, checklist),
                    crate::store::read_document(&path)?,
                );
            }
            None => lacking.push(exhibit.number),
        }
    }
    // The school's own record tells only of the school, and goes along where the checklist asks it something.
    let asks_school = checklist.items.iter().any(|item| item.about_school)
        || checklist.facts.values().any(|fact| fact.about_school);
    if let Some(school) = check
        .school_case()
        .filter(|school| asks_school && school.id != *id)
    {
        let text = crate::store::read_if_there(&cx.store.path_of(&school.id))?.unwrap_or_default();
        payload.insert(path::case(&school.id), text.into_bytes());
        school_copies(school, check, cx, &mut payload)?;
    }
    Ok((payload, lacking))
}

fn school_copies(
    school: &Case,
    check: &Check,
    cx: &Context,
    payload: &mut Payload,
) -> anyhow::Result<()> {
    let kept = cx.store.copies();
    for exhibit in CaseState::replay(school, None).exhibits_on(check.about.as_of) {
        if let Some(path) = kept.good(&school.id, exhibit.copy)? {
            payload.insert(
                path::copy(&exhibit.copy.file),
                crate::store::read_document(&path)?,
            );
        }
    }
    Ok(())
}

/// Everything of a pack that follows from its record: papers, lists, verdict and receipt. `made` is when it was packed.
///
/// # Errors
/// If a paper is too large to be written.
pub(super) fn made(
    held: &Held,
    gate: &Gate,
    author: Option<&str>,
    made: &str,
) -> anyhow::Result<(Payload, CaseReport)> {
    let (report, form) = held.asked(|question| {
        let report = report_on(question, gate);
        let exhibits = question.state.exhibits_on(held.about.as_of);
        let lines = every_line(question);
        let form = form::fill(&Fill {
            layout: &held.layout,
            question,
            lines: &lines,
            exhibits: &exhibits,
        });
        (report, form)
    });
    let state = CaseState::replay(&held.case, None);
    let About { as_of, route, .. } = &held.about;
    let verdict = Verdict {
        report: &report,
        state: &state,
        checklist: &held.checklist,
        as_of: *as_of,
    };
    let exhibits = state.exhibits_on(*as_of);
    let row = |one: &Exhibit<'_>| {
        let file = held.has(one.copy).then(|| file_of(one, &held.checklist));
        papers::exhibit(one, &state, &held.checklist, file)
    };
    let rows: Vec<papers::ExhibitRow> = exhibits.iter().map(row).collect();
    let papers = Papers {
        state: &state,
        checklist: &held.checklist,
        report: &report,
        verdict: &verdict,
        as_of: *as_of,
        exhibits: &exhibits,
        rows: &rows,
        register: held.register.as_ref(),
        author,
    };
    let form = Filled {
        first: verdict.note(),
        header: Some(papers.header(&papers.on_the_day())),
        ..form
    };
    let mut documents = vec![
        (FIRST_PAGE, papers.first_page()),
        ("2-form.docx", form),
        ("3-chronology.docx", papers.chronology()),
    ];
    documents.extend(
        held.register
            .as_ref()
            .map(|register| ("4-register.docx", papers.register(register))),
    );
    let day = made
        .get(..10)
        .and_then(crate::day::stored)
        .unwrap_or(*as_of);
    let mut payload = Payload::new();
    for (name, document) in documents {
        let about = docx::About {
            title: document.title.clone(),
            author: author.map(str::to_owned),
            day,
        };
        payload.insert(name.to_owned(), docx::document(&document, &about)?);
    }
    let about = Circumstances {
        as_of: *as_of,
        known_by: None,
        gate: Some(report.gate.clone()),
        route: route.clone(),
    };
    let receipt = receipt::with_verdict(&held.case, &report, *as_of, made.to_owned());
    payload.extend([
        ("exhibits.csv".to_owned(), papers::exhibits_csv(&rows)?),
        ("verdict.txt".to_owned(), verdict.text().into_bytes()),
        (
            VERDICT.to_owned(),
            json::whole(std::slice::from_ref(&report), &about)?,
        ),
        (RECEIPT.to_owned(), receipt.text().into_bytes()),
        ("read-me.txt".to_owned(), READ_ME.as_bytes().to_vec()),
    ]);
    Ok((payload, report))
}

const READ_ME: &str = "\
This is the record of what a school has done about attendance, as its first page says.

1-first-page.docx   what this is, what is in it, and the list of exhibits
2-form.docx         the checklist, filled in
3-chronology.docx   everything that was recorded, day by day
4-register.docx     attendance by week, where the school keeps a register here
exhibits            the documents, by their numbers; exhibits.csv lists them
verdict.txt         whether the record is complete, in words; verdict.json says it for programs
receipt.txt         a few lines to keep apart: with them it can be seen later whether the record was changed
record              the record itself, and all that the verdict was worked out from

The free program attcheck, on which this was made, can check all of it; its pages on packs say how. Any other BagIt program
(RFC 8493) can check that every file is whole: manifest-sha256.txt, beside this folder, lists each with its hash.
";
