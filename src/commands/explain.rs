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
    // What `verify` finds is one gap of a case: its record does not stand up. Two words are also gaps of a line.
    let is_fault = Finding::from_word(code)
        .is_some_and(|finding| finding.is_fault() && finding != Finding::Unsealed);
    let is_gap = explained.iter().any(|(known, _)| known == code);
    let code = if is_fault && !is_gap {
        "broken-record"
    } else {
        code.as_str()
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
    if is_fault && is_gap {
        writeln!(
            cx.out(),
            "\n`verify` uses the same word of the record itself: attcheck explain broken-record"
        )?;
    }
    Ok(Outcome::Success)
}
