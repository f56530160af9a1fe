//! Titles above the headings that name the week of a table.

use chrono::{Datelike as _, NaiveDate, Weekday};

use super::days;
use super::said::{has_three_numbers, no_monday};
use crate::calendar::monday_of;

/// The week that titles above the headings name: `Week commencing 14/09/2026`, or from Monday to Friday. `Err` says why
/// it cannot be told.
pub(super) fn week(titles: &[(usize, Vec<String>)]) -> Result<Option<NaiveDate>, String> {
    let mut weeks: Vec<NaiveDate> = Vec::new();
    for (_, cells) in titles {
        let text = cells.join(" ");
        let words: Vec<&str> = text
            .split(|c: char| c.is_whitespace() || "()[],;–—".contains(c))
            .map(|word| word.trim_end_matches(['.', ':']))
            .filter(|word| !word.is_empty())
            .collect();
        for at in 0..words.len() {
            let after = &words[at + 1..];
            if days::is_of_week(words[at])
                && !after.first().is_some_and(|next| days::is_of_week(next))
            {
                let strong = !words[at].eq_ignore_ascii_case("of");
                match first_day(after) {
                    Ok(Some((day, _))) if monday_of(day) != day && strong => {
                        return Err(no_monday(day));
                    }
                    Ok(Some((day, _))) if monday_of(day) == day => weeks.push(day),
                    Err(says) if strong => return Err(says),
                    _ => {}
                }
            }
            if let Ok(Some((from, len))) = first_day(&words[at..]) {
                let after = &words[at + len..];
                let after = after
                    .strip_prefix(&["to"])
                    .or_else(|| after.strip_prefix(&["-"]))
                    .unwrap_or(after);
                if let Ok(Some((to, _))) = first_day(after)
                    && (4..=6).contains(&(to - from).num_days())
                    && from.weekday() == Weekday::Mon
                {
                    weeks.push(from);
                }
            }
        }
    }
    weeks.sort_unstable();
    weeks.dedup();
    match weeks.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        _ => Err("the titles above the headings name more than one week".to_owned()),
    }
}

/// The day with which words begin, and how many of them it takes. `Err` if they begin with a day that cannot be.
fn first_day(words: &[&str]) -> Result<Option<(NaiveDate, usize)>, String> {
    let most = words.len().min(4);
    let found = (1..=most)
        .rev()
        .find_map(|len| Some((days::day(&words[..len].join(" ")).ok()?, len)));
    let meant = words
        .iter()
        .take(2)
        .position(|word| has_three_numbers(word))
        .filter(|at| *at == 0 || days::weekday(words[0]).is_some());
    match (found, meant) {
        (None, Some(at)) => Err(days::day(&words[..=at].join(" ")).err().unwrap_or_default()),
        (found, _) => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_names_the_week() {
        let monday = NaiveDate::from_ymd_opt(2026, 9, 14);
        let named = |title: &str| week(&[(1, title.split(',').map(str::to_owned).collect())]);
        for title in [
            "Week commencing 14/09/2026",
            "Register for 7B; week beginning Monday 14 September 2026 (printed 21/09/2026)",
            "w/c: 14/09/2026",
            "Week commencing,14/09/2026",
            "Marks 14/09/2026 to 18/09/2026",
            "14 Sep 2026 - 20 Sep 2026",
            "Week of 14/9/2026",
            "Week commencing 14/09/2026 to 18/09/2026",
        ] {
            assert_eq!(named(title), Ok(monday), "{title}");
        }
        for title in [
            "Printed 14/09/2026",
            "14/09/2026",
            "Week 3",
            "Marks",
            "1 to 5 September",
        ] {
            assert_eq!(named(title), Ok(None), "{title}");
        }
        for (title, says) in [
            ("w/c Tue 14/09/2026", "Tuesday stands beside it"),
            ("w/c 15/09/2026", "is no Monday"),
            ("w/c 31/09/2026", "no such day"),
            ("w/c 14/09/2026 and w/c 21/09/2026", "more than one week"),
        ] {
            assert!(named(title).unwrap_err().contains(says), "{title}");
        }
    }
}
