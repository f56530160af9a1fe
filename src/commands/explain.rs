//! `attcheck explain`

use super::{Context, Outcome};
use crate::case::verify::Finding;
use crate::error::refuse;
use crate::problem::did_you_mean;
use crate::store::builtin;

/// Explain a gap: what it means, why it matters, how to clear it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The code, as in brackets behind a gap; without one all are listed
    code: Option<String>,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let explained = builtin::explanations();
    let Some(code) = &args.code else {
        for (code, explanation) in explained {
            writeln!(cx.out(), "{code}: {}", explanation.means)?;
        }
        return Ok(Outcome::Success);
    };
    // What `verify` finds is one gap of a case: its record does not stand up.
    let code = match Finding::from_word(code) {
        Some(finding) if finding.is_fault() && finding != Finding::Unsealed => "broken-record",
        _ => code.as_str(),
    };
    let Some((_, explanation)) = explained.iter().find(|(known, _)| known.as_str() == code) else {
        let hint = did_you_mean(code, explained.iter().map(|(code, _)| code.as_str()));
        let hint = hint.unwrap_or_else(|| "`attcheck explain` lists them all".into());
        return Err(refuse(format!("there is no gap `{code}`"), hint));
    };
    writeln!(cx.out(), "{code}\n")?;
    writeln!(cx.out(), "What it means\n  {}\n", explanation.means)?;
    writeln!(cx.out(), "Why it matters\n  {}\n", explanation.why)?;
    writeln!(cx.out(), "How to clear it\n  {}", explanation.clear)?;
    Ok(Outcome::Success)
}
