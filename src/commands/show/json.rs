//! A case as it stands, for programs.

use serde::Serialize;

use super::super::Context;
use super::super::verdict::Check;
use super::{facts, latest};
use crate::case::state::CaseState;
use crate::case::target::{Stands, Target};
use crate::error::refuse;
use crate::percent::Percent;
use crate::render::CaseReport;
use crate::store::Loaded;
use crate::tree::Node;

#[derive(Serialize)]
struct ShowJson<'a> {
    schema: u32,
    as_of: String,
    known_by: Option<String>,
    gate: &'a str,
    route: Option<&'a str>,
    case: &'a Node,
    state: StateJson<'a>,
}

#[derive(Serialize)]
struct StateJson<'a> {
    verdict: &'static str,
    entries: usize,
    heads: &'a [String],
    closed: Option<&'static str>,
    items: Vec<ItemJson<'a>>,
    facts: Vec<FactJson>,
    target: Option<TargetJson<'a>>,
}

/// The target and how the case stands against it. Figures are in percent.
#[derive(Serialize)]
struct TargetJson<'a> {
    target: &'a str,
    agreed: String,
    from: Option<String>,
    to: Option<String>,
    review: Option<String>,
    measured: Option<MeasuredJson>,
    /// What the register says of the days since it began; it goes before what was typed.
    register: Option<RegisterJson>,
    stands: &'static str,
    /// How many points of percent the figure is below the target.
    below: Option<f64>,
}

#[derive(Serialize)]
struct MeasuredJson {
    on: String,
    percent: f64,
}

#[derive(Serialize)]
struct RegisterJson {
    attended: u32,
    possible: u32,
    percent: f64,
}

impl<'a> From<Target<'a>> for TargetJson<'a> {
    fn from(target: Target<'a>) -> Self {
        let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string());
        let stands = target.stands();
        Self {
            target: target.text,
            agreed: target.agreed.to_string(),
            from: day(target.from),
            to: day(target.to),
            review: day(target.review),
            measured: target.measured.map(|(on, figure)| MeasuredJson {
                on: on.to_string(),
                percent: figure.number(),
            }),
            register: target.register.map(|counts| RegisterJson {
                attended: counts.attended,
                possible: counts.possible(),
                percent: Percent::of(counts.attended, counts.possible()).number(),
            }),
            stands: stands.as_str(),
            below: match stands {
                Stands::Below(apart) => Some(apart.number()),
                _ => None,
            },
        }
    }
}

#[derive(Serialize)]
struct ItemJson<'a> {
    item: &'a str,
    #[serde(rename = "for")]
    person: Option<&'a str>,
    state: &'static str,
    answer: Option<&'static str>,
    gaps: Vec<&'static str>,
}

#[derive(Serialize)]
struct FactJson {
    fact: String,
    #[serde(rename = "for")]
    person: Option<String>,
    value: String,
    said: String,
}

pub(super) fn as_json(
    cx: &mut Context,
    loaded: &Loaded,
    state: &CaseState<'_>,
    report: &CaseReport,
    check: &Check,
) -> anyhow::Result<()> {
    let items = report.lines.iter().map(|line| ItemJson {
        item: &line.item,
        person: line.person.as_deref(),
        state: line.state.as_str(),
        answer: latest(state, line, check.about.as_of).map(|action| action.answer.as_str()),
        gaps: line.gaps.iter().map(|gap| gap.code.as_str()).collect(),
    });
    let facts = facts(state, check.about.as_of);
    let register = check.register(state)?;
    let whole = ShowJson {
        schema: crate::render::json::SCHEMA,
        as_of: check.about.as_of.to_string(),
        known_by: check.about.known_by.map(|day| day.to_string()),
        gate: &report.gate,
        route: check.about.route.as_deref(),
        case: &loaded.case.file(),
        state: StateJson {
            verdict: report.verdict().as_str(),
            entries: report.entries,
            heads: &report.heads,
            closed: state
                .closed_on(check.about.as_of)
                .map(crate::case::entry::CloseReason::as_str),
            items: items.collect(),
            facts: facts
                .into_iter()
                .map(|(fact, person, value, said)| FactJson {
                    fact,
                    person,
                    value,
                    said,
                })
                .collect(),
            target: state.target_on(check.about.as_of).map(|target| {
                target
                    .with_register(register.as_ref(), check.about.as_of)
                    .into()
            }),
        },
    };
    let text = crate::render::json::document(&whole)
        .map_err(|error| refuse(error.to_string(), "this should not happen"))?;
    writeln!(cx.out(), "{text}")?;
    Ok(())
}
