//! Compulsory school age, worked out from the date of birth by the rules in `data/school-age.tsv`.

use std::sync::OnceLock;

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// The rules, as the file gives them with their sources.
#[derive(Debug, Default)]
struct Rules {
    begins_at: i32,
    begins_on: Vec<(u32, u32)>,
    ends_at: i32,
    ends_in_month: u32,
    year_begins: u32,
}

fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| {
        let mut rules = Rules::default();
        let lines = include_str!("../data/school-age.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'));
        for (what, value) in lines.filter_map(|line| line.split_once('\t')) {
            match what {
                "begins-at" => rules.begins_at = value.parse().unwrap_or_default(),
                "begins-on" => rules.begins_on.extend(
                    value
                        .split_once('-')
                        .and_then(|(month, day)| Some((month.parse().ok()?, day.parse().ok()?))),
                ),
                "ends-at" => rules.ends_at = value.parse().unwrap_or_default(),
                "ends-in-month" => rules.ends_in_month = value.parse().unwrap_or_default(),
                "school-year-begins-in-month" => {
                    rules.year_begins = value.parse().unwrap_or_default();
                }
                _ => {}
            }
        }
        rules
    })
}

/// Whether somebody born on a day is of compulsory school age on another.
pub fn holds(born: NaiveDate, on: NaiveDate) -> bool {
    span(born).is_some_and(|(first, last)| first <= on && on <= last)
}

/// The first and the last day on which somebody born on a day is of compulsory school age.
pub fn span(born: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let rules = rules();
    let birthday = |age: i32| {
        let year = born.year() + age;
        // Born on 29 February: the birthday is on 1 March in other years.
        born.with_year(year)
            .or_else(|| NaiveDate::from_ymd_opt(year, 3, 1))
    };
    let (five, sixteen) = (birthday(rules.begins_at)?, birthday(rules.ends_at)?);
    let starts = (five.year()..=five.year() + 1).flat_map(|year| {
        rules
            .begins_on
            .iter()
            .filter_map(move |(m, d)| NaiveDate::from_ymd_opt(year, *m, *d))
    });
    let start = starts.filter(|day| *day >= five).min()?;
    let leaving_year = sixteen.year() + i32::from(sixteen.month() >= rules.year_begins);
    let mut last = NaiveDate::from_ymd_opt(leaving_year, rules.ends_in_month, 30)?;
    while last.weekday() != Weekday::Fri {
        last = last - Days::new(1);
    }
    Some((start, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compulsory_school_age_begins_and_ends_on_the_days_the_law_sets() {
        let ymd = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        let born = ymd(2012, 3, 14);
        // Five on 14 March 2017: from 31 March 2017. Sixteen on 14 March 2028: to the end of Friday 30 June 2028.
        assert!(!holds(born, ymd(2017, 3, 30)));
        assert!(holds(born, ymd(2017, 3, 31)));
        assert!(holds(born, ymd(2028, 6, 30)));
        assert!(!holds(born, ymd(2028, 7, 1)));
        // Sixteen in September belongs to the school year that ends the June after.
        assert!(holds(ymd(2012, 9, 1), ymd(2029, 6, 29)));
        assert!(holds(ymd(2012, 3, 31), ymd(2017, 3, 31)));
    }
}
