//! Figures of the register: `at least 12 sessions within 9 school weeks before referral`, `below 90%`.

use std::cmp::Ordering;
use std::fmt;

use super::read::Words;
use super::{AnchorWords, Clause, NotASpan};
use crate::number::counted;

/// What a figure must come to, and over which days.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Figure<A> {
    /// What it must come to.
    pub test: Test,
    /// Whether only days are looked at on which the pupil is of compulsory school age.
    pub of_school_age: bool,
    /// The days looked at; none means this academic year.
    pub window: Vec<Clause<A>>,
}

impl<A> Figure<A> {
    /// What it must come to, in the words of the language.
    pub fn must(&self) -> String {
        let only = if self.of_school_age {
            " while of school age"
        } else {
            ""
        };
        format!("{}{only}", self.test)
    }
}

/// What a figure must come to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Test {
    /// A number of sessions.
    Sessions {
        /// At least so many.
        least: Option<u32>,
        /// At most so many.
        most: Option<u32>,
        /// One after the other.
        consecutive: bool,
        /// Only sessions with these codes.
        of: Vec<String>,
    },
    /// A share of the possible sessions.
    Share(Share),
}

impl Test {
    /// Whether too much would not do.
    pub fn is_bound_above(&self) -> bool {
        match self {
            Self::Sessions { most, .. } => most.is_some(),
            Self::Share(share) => share.to.is_some(),
        }
    }
}

/// A range of shares, in hundredths of a percent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Share {
    /// From here on.
    pub from: Option<Limit>,
    /// Up to here.
    pub to: Option<Limit>,
    words: String,
}

/// An end of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limit {
    /// In hundredths of a percent.
    pub at: u32,
    /// Whether it belongs to the range itself.
    pub included: bool,
}

impl Share {
    /// Whether so many out of all lie in the range, reckoned exactly. Out of none no share can be told: then it is not.
    pub fn holds(&self, part: u32, all: u32) -> bool {
        all > 0 && self.side(part, all).is_eq()
    }

    /// Whether it says something: below nought and above a hundred percent there is nothing, and at least nought is all.
    pub fn says_something(&self) -> bool {
        let least = self
            .from
            .is_none_or(|limit| limit.at > 0 || !limit.included);
        let most = self.to.is_none_or(|limit| limit.at > 0 || limit.included);
        let reachable = self
            .from
            .is_none_or(|limit| limit.at < 10_000 || limit.included && limit.at == 10_000);
        let bounded = self.from.is_some()
            || self
                .to
                .is_some_and(|limit| limit.at < 10_000 || !limit.included);
        (least || self.to.is_some()) && most && reachable && bounded
    }

    /// Whether two shares of one whole lie on the same side of the range, outside it.
    pub fn same_side(&self, one: u32, other: u32, all: u32) -> bool {
        let (one, other) = (self.side(one, all), self.side(other, all));
        one == other && !one.is_eq()
    }

    /// Where so many out of all lie: below the range, in it, or above.
    fn side(&self, part: u32, all: u32) -> Ordering {
        let (part, all) = (u64::from(part) * 10_000, u64::from(all));
        let beyond = |limit: Option<Limit>, outside: Ordering| {
            limit.is_some_and(|limit| {
                let against = part.cmp(&(u64::from(limit.at) * all));
                against == outside || (against.is_eq() && !limit.included)
            })
        };
        if beyond(self.from, Ordering::Less) {
            Ordering::Less
        } else if beyond(self.to, Ordering::Greater) {
            Ordering::Greater
        } else {
            Ordering::Equal
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(share) => f.write_str(&share.words),
            Self::Sessions {
                least,
                most,
                consecutive,
                of,
            } => {
                let (word, n) = match (least, most) {
                    (Some(n), _) => ("at least", *n),
                    (None, n) => ("at most", n.unwrap_or(0)),
                };
                let kind = if *consecutive {
                    "consecutive session"
                } else {
                    "session"
                };
                write!(f, "{word} {}", counted(n, kind))?;
                if !of.is_empty() {
                    write!(f, " of {}", of.join(" or "))?;
                }
                Ok(())
            }
        }
    }
}

/// Reads a figure with its window.
///
/// # Errors
/// Says what was expected and at which word.
pub fn figure(text: &str) -> Result<Figure<AnchorWords>, NotASpan> {
    let mut words = Words::of(text);
    let must = read_test(&mut words)?;
    let of_school_age = words.take("while");
    if of_school_age {
        for word in ["of", "school", "age"] {
            words.need(word)?;
        }
    }
    let window = if words.peek().is_none() {
        Vec::new()
    } else {
        words.clauses()?
    };
    words.end()?;
    Ok(Figure {
        test: must,
        of_school_age,
        window,
    })
}

fn read_test(words: &mut Words<'_>) -> Result<Test, NotASpan> {
    const EXPECTED: &str = "`at least`, `at most`, `below`, `above` or a share in percent";
    if let Some(from) = words.peek().and_then(percent) {
        words.skip();
        words.need("to")?;
        let Some(to) = words.peek().and_then(percent).filter(|to| to.at >= from.at) else {
            return words.fail("a share in percent, no smaller than the first");
        };
        let text = format!("{} to {}", from.text, to.text);
        words.skip();
        // Up to the next figure written like it, so that neighbouring bands leave no hole.
        let limits = (
            Limit {
                at: from.at,
                included: true,
            },
            Limit {
                at: to.at + to.step,
                included: false,
            },
        );
        return Ok(Test::Share(Share {
            from: Some(limits.0),
            to: Some(limits.1),
            words: text,
        }));
    }
    let word = match (words.take("below"), words.take("above")) {
        (true, _) => "below",
        (_, true) => "above",
        _ if words.take("at") => {
            if words.take("least") {
                "at least"
            } else {
                words.need("most")?;
                "at most"
            }
        }
        _ => return words.fail(EXPECTED),
    };
    if let Some(found) = words.peek().and_then(percent) {
        words.skip();
        let limit = Some(Limit {
            at: found.at,
            included: word.starts_with("at"),
        });
        let text = format!("{word} {}", found.text);
        return Ok(Test::Share(match word {
            "below" | "at most" => Share {
                from: None,
                to: limit,
                words: text,
            },
            _ => Share {
                from: limit,
                to: None,
                words: text,
            },
        }));
    }
    if !word.starts_with("at") {
        return words.fail("a share in percent, such as 90%");
    }
    let n = words.number()?;
    let consecutive = words.take("consecutive");
    if !(words.take("sessions") || words.take("session")) {
        return words.fail("`sessions`, or a share in percent such as 90%");
    }
    let mut of = Vec::new();
    if words.take("of") {
        loop {
            let Some(code) = words.peek() else {
                return words.fail("a code of the register");
            };
            of.push(code.to_owned());
            words.skip();
            if !words.take("or") {
                break;
            }
        }
    }
    let (least, most) = if word == "at least" {
        (Some(n), None)
    } else {
        (None, Some(n))
    };
    Ok(Test::Sessions {
        least,
        most,
        consecutive,
        of,
    })
}

struct Percentage<'t> {
    /// In hundredths.
    at: u32,
    /// How much the last digit written stands for, in hundredths.
    step: u32,
    text: &'t str,
}

fn percent(word: &str) -> Option<Percentage<'_>> {
    let number = word.strip_suffix('%')?;
    let at = crate::percent::read(number)?.hundredths();
    let step = match number
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len())
    {
        0 => 100,
        1 => 10,
        _ => 1,
    };
    Some(Percentage {
        at,
        step,
        text: word,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(text: &str) -> Share {
        match figure(text).unwrap().test {
            Test::Share(share) => share,
            Test::Sessions { .. } => panic!("{text}"),
        }
    }

    #[test]
    fn shares_are_judged_on_exact_counts() {
        // 9 of 10 is 90 percent, 899 of 1000 is below it, and no rounding makes it 90.
        assert!(!share("below 90%").holds(9, 10) && share("below 90%").holds(899, 1000));
        assert!(share("at least 90%").holds(9, 10) && !share("at least 90%").holds(8999, 10_000));
        assert!(share("at most 90%").holds(9, 10) && !share("above 90%").holds(9, 10));
        assert!(share("above 92.5%").holds(926, 1000) && !share("above 92.5%").holds(925, 1000));
        assert!(
            !share("at least 0%").holds(0, 0),
            "out of none there is no share"
        );
    }

    #[test]
    fn neighbouring_bands_leave_no_hole() {
        let (lower, upper) = (share("85% to 89%"), share("90% to 94%"));
        for part in 0..=10_000 {
            let count = [&lower, &upper]
                .iter()
                .filter(|band| band.holds(part, 10_000))
                .count();
            assert_eq!(count, usize::from((8_500..9_500).contains(&part)), "{part}");
        }
        assert!(share("95% to 100%").holds(1, 1));
        assert!(
            share("85.5% to 89.5%").holds(8_959, 10_000)
                && !share("85.5% to 89.5%").holds(896, 1000)
        );
    }

    #[test]
    fn a_share_that_is_always_or_never_so_is_told() {
        for text in ["below 0%", "above 100%", "at least 0%", "at most 100%"] {
            assert!(!share(text).says_something(), "{text}");
        }
        for text in [
            "below 90%",
            "above 0%",
            "at least 100%",
            "at most 0%",
            "0% to 10%",
            "95% to 100%",
            "below 100%",
        ] {
            assert!(share(text).says_something(), "{text}");
        }
    }

    #[test]
    fn sessions_are_read_with_codes_and_window() {
        let found = figure(
            "at least 3 consecutive sessions of O or U within 9 school weeks before referral",
        )
        .unwrap();
        assert_eq!(
            found.test.to_string(),
            "at least 3 consecutive sessions of O or U"
        );
        assert_eq!(found.window.len(), 1);
        assert_eq!(
            figure("at most 0 sessions").unwrap().test.to_string(),
            "at most 0 sessions"
        );
        assert_eq!(
            figure("at least 1 session after warning")
                .unwrap()
                .test
                .to_string(),
            "at least 1 session"
        );
    }

    #[test]
    fn what_is_no_figure_says_at_which_word() {
        let why = |text| figure(text).unwrap_err().message;
        assert_eq!(
            why("below 12 sessions"),
            "expected a share in percent, such as 90%, found `12`"
        );
        assert_eq!(
            why("at least 12 days"),
            "expected `sessions`, or a share in percent such as 90%, found `days`"
        );
        assert_eq!(
            why("94% to 90%"),
            "expected a share in percent, no smaller than the first, found `90%`"
        );
        assert!(
            figure("below 101%").is_err() && figure("12 sessions").is_err() && figure("").is_err()
        );
        assert!(figure("at least 2 sessions of").is_err() && figure("at least 90 %").is_err());
    }
}
