//! `attcheck details`

use super::{Context, Outcome, input, writing};
use crate::case::entry::{Content, Deed, Details, Subject};
use crate::cli::Writing;
use crate::error::refuse;

/// Put the pupil's name, number, birth date or year group right, or the school's name and number
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The case: its id, a path or a UPN
    case: String,
    /// The pupil's name
    #[arg(long)]
    name: Option<String>,
    /// The unique pupil number
    #[arg(long)]
    upn: Option<String>,
    /// Date of birth; asked for on a terminal if no day is given
    #[arg(long, value_name = "DAY", num_args = 0..=1, default_missing_value = "")]
    born: Option<String>,
    /// Year group
    #[arg(long, value_name = "N")]
    year_group: Option<String>,
    /// The school's name, as it stands in this case
    #[arg(long, value_name = "NAME")]
    school: Option<String>,
    /// The school's unique reference number, six digits
    #[arg(long, value_name = "N")]
    urn: Option<String>,
    #[command(flatten)]
    writing: Writing,
}

pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<Outcome> {
    let loaded = cx.open(&args.case, true)?;
    let about_pupil = args.name.is_some()
        || args.upn.is_some()
        || args.born.is_some()
        || args.year_group.is_some();
    let of_school = loaded.case.subject == Subject::School;
    if of_school && about_pupil {
        let message = format!(
            "case `{}` is about the school, so it has no name, UPN or date of birth",
            loaded.case.id
        );
        let hint =
            "give --school or --urn, or name a pupil's case; `attcheck list` shows the open ones";
        return Err(refuse(message, hint));
    }
    let born = match args.born.as_deref() {
        Some("") if cx.ask.is_there() => Some(cx.ask.text("Date of birth (14/9/2012)", None)?),
        Some("") => return Err(refuse("--born has no day", "write it as --born 14/9/2012")),
        other => other.map(str::to_owned),
    };
    let born = born.map(|text| cx.day(&text, "--born")).transpose()?;
    if let Some(born) = born.filter(|born| *born > cx.today()) {
        return Err(refuse(
            format!("--born: {} is in the future", crate::day::words(born)),
            "put the day right",
        ));
    }
    let details = Details {
        name: args
            .name
            .as_deref()
            .map(|text| input::text("--name", text))
            .transpose()?,
        upn: args.upn.as_deref().map(input::upn).transpose()?,
        born,
        year_group: args
            .year_group
            .as_deref()
            .map(|text| input::text("--year-group", text))
            .transpose()?,
        school: args
            .school
            .as_deref()
            .map(|text| input::text("--school", text))
            .transpose()?,
        urn: args.urn.as_deref().map(input::urn).transpose()?,
    };
    if details == Details::default() {
        let flags = if of_school {
            "--school or --urn"
        } else {
            "--name, --upn, --born, --year-group, --school or --urn"
        };
        return Err(refuse("nothing is to change", format!("give {flags}")));
    }
    if details.upn.is_some() {
        let upn_alone = Details {
            upn: details.upn.clone(),
            ..Details::default()
        };
        let found = super::new::second_case(cx, &upn_alone, Some(&loaded.case.id), false)?;
        super::new::say_closed(&found, cx);
    }
    let written = writing::append(cx, &loaded, &args.writing, |_| {
        Ok(vec![Deed::Record(Content::Details(details))])
    })?;
    if let Some(loaded) = written {
        writing::done(cx, &loaded, "details")?;
    }
    Ok(Outcome::Success)
}
