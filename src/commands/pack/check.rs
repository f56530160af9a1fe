//! `attcheck pack check`: is a pack whole, and is what it says so? Nothing is written, and no school's settings are needed.
//!
//! Everything in a pack but the record and the documents follows from these two. So it is worked out again, and compared.

use std::path::Path;

use super::contents::{FIRST_PAGE, RECEIPT, VERDICT, about_bag, agent, made};
use super::held::{About, Held, RECORD, file_of, not_a_pack, path, text};
use crate::case::receipt::{Kept, Receipt, compare};
use crate::case::state::CaseState;
use crate::case::{CaseId, verify};
use crate::commands::{Context, Outcome};
use crate::day;
use crate::number::counted;
use crate::render::docx;
use crate::store::bag::{self, Bag, Payload};
use crate::store::builtin;

/// How something stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    Good,
    /// It could not be looked at.
    Unknown,
    Wrong,
}

/// What was looked at, and what came of it.
struct Finding {
    what: &'static str,
    stands: Stands,
    says: String,
}

fn good(what: &'static str, says: String) -> Finding {
    Finding {
        what,
        stands: Stands::Good,
        says,
    }
}

fn unknown(what: &'static str, says: String) -> Finding {
    Finding {
        what,
        stands: Stands::Unknown,
        says,
    }
}

fn wrong(what: &'static str, says: String) -> Finding {
    Finding {
        what,
        stands: Stands::Wrong,
        says,
    }
}

pub(super) fn run(pack: &Path, cx: &mut Context) -> anyhow::Result<Outcome> {
    let found = match bag::look_into(pack)? {
        Err(says) => vec![wrong("whole", says)],
        Ok(bag) => {
            let files = counted(bag.payload.len(), "file");
            let whole = good("whole", format!("{files}, all as the manifest says"));
            std::iter::once(whole).chain(look(&bag)?).collect()
        }
    };
    for one in &found {
        let word = match one.stands {
            Stands::Good => "",
            Stands::Unknown => "NOT KNOWN: ",
            Stands::Wrong => "NOT SO: ",
        };
        writeln!(cx.out(), "{:<9} {word}{}", one.what, one.says)?;
    }
    let count = |stands| found.iter().filter(|one| one.stands == stands).count();
    match (count(Stands::Wrong), count(Stands::Unknown)) {
        (0, 0) => {
            writeln!(cx.out(), "everything in the pack fits together")?;
            return Ok(Outcome::Success);
        }
        (0, _) => writeln!(
            cx.out(),
            "no fault was found, and not everything could be looked at"
        )?,
        (wrong, _) => writeln!(
            cx.out(),
            "{}; ask the school for a new pack",
            counted(wrong, "finding")
        )?,
    }
    Ok(Outcome::Found)
}

/// What a pack says it is about, and whether it calls the case ready.
fn about(payload: &Payload) -> anyhow::Result<(About, bool)> {
    let bad = || not_a_pack(&format!("holds a `{VERDICT}` that cannot be read"));
    let value: serde_json::Value =
        serde_json::from_str(text(payload, VERDICT)?).map_err(|_| bad())?;
    let word = |at: &str| value.pointer(at).and_then(serde_json::Value::as_str);
    let about = About {
        case: word("/cases/0/case")
            .and_then(|id| CaseId::new(id).ok())
            .ok_or_else(bad)?,
        as_of: word("/as_of").and_then(day::stored).ok_or_else(bad)?,
        gate: word("/gate").ok_or_else(bad)?.to_owned(),
        route: word("/route").map(str::to_owned),
    };
    Ok((about, word("/cases/0/verdict") == Some("ready")))
}

fn look(bag: &Bag) -> anyhow::Result<Vec<Finding>> {
    let payload = &bag.payload;
    let (about, told_ready) = about(payload)?;
    let held = Held::of(payload, about)?;
    let Some(gate) = held.gate() else {
        return Ok(vec![wrong(
            "verdict",
            format!("its checklist has no gate `{}`", held.about.gate),
        )]);
    };
    let receipts = text(payload, RECEIPT)?;
    let when = receipts
        .lines()
        .find_map(|line| line.strip_prefix("made: "))
        .unwrap_or_default();
    let mut author = bag.info("Contact-Name").map(str::to_owned);
    let (mut expected, mut report) = made(&held, gate, author.as_deref(), when)?;
    // The papers name their author too: where only `bag-info.txt` has another name, it is not the papers that are wrong.
    let of_papers = author_of(payload);
    if author_of(&expected) != of_papers {
        author = of_papers;
        (expected, report) = made(&held, gate, author.as_deref(), when)?;
    }
    let on = day::short(held.about.as_of);
    let word = |ready: bool| if ready { "ready" } else { "not ready" };
    let verdict = if report.ready == told_ready {
        let says = format!(
            "{} on {on} for {}, worked out again from the record",
            word(told_ready),
            gate.id
        );
        good("verdict", says)
    } else {
        let own = report.verdict_line();
        wrong(
            "verdict",
            format!(
                "the pack says {} on {on}, and its own record says {own}",
                word(told_ready)
            ),
        )
    };
    let mut found = vec![
        record(&held, receipts)?,
        checklist(&held, payload)?,
        documents(&held, payload),
        verdict,
    ];
    found.push(papers(&expected, bag));
    found.extend(label(&held, when, author.as_deref(), bag));
    found.extend(strange(&held, &expected, payload));
    Ok(found)
}

/// Does the record stand up, and is it the one of the receipt?
fn record(held: &Held, receipts: &str) -> anyhow::Result<Finding> {
    let case = &held.case;
    let cases = std::iter::once(case).chain(&held.school);
    if let Some(fault) = cases.flat_map(verify::faults).next() {
        let says = format!(
            "it does not stand up: {} (line {}): {}",
            fault.finding, fault.place.line, fault.says
        );
        return Ok(wrong("record", says));
    }
    let receipts = Receipt::read_all(receipts)
        .map_err(|says| not_a_pack(&format!("has a receipt, but {says}")))?;
    let same = receipts
        .iter()
        .all(|one| compare(case, one) == Kept::Whole { later: 0 });
    let entries = counted(case.entries.len(), "entry");
    Ok(if same {
        let says = format!(
            "case {}, {entries}: it stands up, and is the one of its receipt",
            case.id
        );
        good("record", says)
    } else {
        wrong("record", "it is not the one of its receipt".to_owned())
    })
}

/// Is the checklist the one that everybody has? A list that asks for less makes a case ready that is not.
fn checklist(held: &Held, payload: &Payload) -> anyhow::Result<Finding> {
    let (id, edition) = (&held.checklist.id, &held.checklist.edition);
    let state = CaseState::replay(&held.case, None);
    if state.checklist() != Some((id.as_str(), edition.as_str())) {
        return Ok(wrong(
            "checklist",
            "it is not the one that the record is worked against".to_owned(),
        ));
    }
    let Some(shipped) = builtin::shipped(id, Some(edition)) else {
        let says = format!(
            "{id}, edition {edition} is not among those in this attcheck: compare `{}` with the council's own",
            path::checklist()
        );
        return Ok(unknown("checklist", says));
    };
    let plain = |text: &str| text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    if plain(text(payload, &path::checklist())?) == plain(shipped.text) {
        return Ok(good(
            "checklist",
            format!("{id}, edition {edition}, as attcheck ships it"),
        ));
    }
    let says = format!(
        "it says that it is {id}, edition {edition}, and is not the list that attcheck ships"
    );
    Ok(wrong("checklist", says))
}

/// Is every document that the record names in the pack?
fn documents(held: &Held, payload: &Payload) -> Finding {
    let state = CaseState::replay(&held.case, None);
    let exhibits = state.exhibits_on(held.about.as_of);
    let (mut there, mut lacking) = (0, Vec::new());
    for one in &exhibits {
        if held.has(one.copy) {
            there += 1;
        } else if payload.contains_key(&file_of(one, &held.checklist)) {
            let says = format!(
                "exhibit {} is not the document that its entry names",
                one.number
            );
            return wrong("exhibits", says);
        } else {
            lacking.push(one.number.to_string());
        }
    }
    let lacking = if lacking.is_empty() {
        String::new()
    } else {
        format!("; not in the pack, and listed so: {}", lacking.join(", "))
    };
    good(
        "exhibits",
        format!(
            "{there} of {} are in it, as the record names them{lacking}",
            exhibits.len()
        ),
    )
}

/// Is everything that follows from the record what the record gives?
fn papers(expected: &Payload, bag: &Bag) -> Finding {
    let missing: Vec<&str> = expected
        .keys()
        .filter(|path| !bag.payload.contains_key(*path))
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        return wrong("papers", format!("not in the pack: {}", missing.join(", ")));
    }
    let others: Vec<&str> = expected
        .iter()
        .filter(|(path, bytes)| bag.payload.get(*path) != Some(*bytes))
        .map(|(path, _)| path.as_str())
        .collect();
    if others.is_empty() {
        let says = format!(
            "{}, each what the record gives, to the byte",
            counted(expected.len(), "paper")
        );
        return good("papers", says);
    }
    let maker = maker(bag);
    if maker == agent() {
        return wrong(
            "papers",
            format!("not what the record gives: {}", others.join(", ")),
        );
    }
    // Another version of the program may word things otherwise.
    let says = format!(
        "written by {maker}, and this is {}: read these beside the record, or check with that version: {}",
        agent(),
        others.join(", ")
    );
    unknown("papers", says)
}

fn author_of(payload: &Payload) -> Option<String> {
    payload.get(FIRST_PAGE).and_then(|page| docx::author(page))
}

fn maker(bag: &Bag) -> &str {
    bag.info("Bag-Software-Agent").unwrap_or("another program")
}

/// What the bag says of itself, where that is not what its record gives.
fn label(held: &Held, when: &str, author: Option<&str>, bag: &Bag) -> Option<Finding> {
    let about = about_bag(&held.case, when, maker(bag), author);
    let expected = bag::info_lines(&about);
    if bag.info == expected {
        return None;
    }
    let others: Vec<String> = bag
        .info
        .iter()
        .filter(|line| !expected.contains(line))
        .map(|(label, value)| format!("{label}: {value}"))
        .collect();
    let lacking: Vec<String> = expected
        .iter()
        .filter(|line| !bag.info.contains(line))
        .map(|(label, value)| format!("{label}: {value}"))
        .collect();
    let says = match (others.is_empty(), lacking.is_empty()) {
        (true, true) => "`bag-info.txt` has a line twice, or its lines in another order".to_owned(),
        (false, true) => format!(
            "`bag-info.txt` says what no pack says: {}",
            others.join("; ")
        ),
        (true, false) => format!("`bag-info.txt` lacks {}", lacking.join("; ")),
        (false, false) => format!(
            "`bag-info.txt` says {}, and what is in the pack gives {}",
            others.join("; "),
            lacking.join("; ")
        ),
    };
    // Another version may say more of a pack; whose it is, of which case and which day, no version says otherwise.
    let told_alike = about[..3].iter().all(|(label, _)| {
        let own = |lines: &[(String, String)]| -> Vec<String> {
            let own = lines.iter().filter(|(name, _)| name == label);
            own.map(|(_, value)| value.clone()).collect()
        };
        own(&bag.info) == own(&expected)
    });
    let stands = if maker(bag) != agent() && told_alike {
        Stands::Unknown
    } else {
        Stands::Wrong
    };
    Some(Finding {
        what: "label",
        stands,
        says,
    })
}

/// Files that no pack has.
fn strange(held: &Held, expected: &Payload, payload: &Payload) -> Option<Finding> {
    let id = &held.case.id;
    let mut known = vec![
        path::case(id),
        path::register(id),
        path::checklist(),
        path::layout(),
        path::settings(),
    ];
    let state = CaseState::replay(&held.case, None);
    known.extend(
        state
            .exhibits_on(held.about.as_of)
            .iter()
            .map(|one| file_of(one, &held.checklist)),
    );
    if let Some(school) = &held.school {
        known.push(path::case(&school.id));
        let state = CaseState::replay(school, None);
        let copies = state.exhibits_on(held.about.as_of);
        known.extend(
            copies
                .iter()
                .filter(|one| held.has(one.copy))
                .map(|one| path::copy(&one.copy.file)),
        );
    }
    let strange: Vec<&str> = payload
        .keys()
        .filter(|path| !expected.contains_key(*path) && !known.contains(path))
        .map(String::as_str)
        .collect();
    if strange.is_empty() {
        return None;
    }
    let within = strange.iter().any(|path| path.starts_with(RECORD));
    let where_ = if within {
        "beside the record"
    } else {
        "beside the papers"
    };
    Some(wrong(
        "more",
        format!("files that no pack has, {where_}: {}", strange.join(", ")),
    ))
}
