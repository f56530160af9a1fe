//! `attcheck whoami`

use super::{Context, Outcome, input};

/// Tell who records here, or set it
///
/// Order: --by, `ATTCHECK_BY`, then what was set here for this user of the computer. It is a statement, not a proof.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name and role, kept for this user of the computer, never in the school's folder
    #[arg(long, value_name = "WHO")]
    set: Option<String>,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    if let Some(who) = &args.set {
        let who = input::text("--set", who)?;
        cx.user.set_who(&who)?;
        writeln!(cx.out(), "entries are recorded by {who}")?;
        return Ok(Outcome::Success);
    }
    match cx.known_who()? {
        Some(who) => writeln!(cx.out(), "{who}")?,
        None => {
            writeln!(cx.out(), "nobody is set")?;
            cx.say(&format!("hint: {}", cx.to_say_who()));
        }
    }
    Ok(Outcome::Success)
}
