//! Reads spans, word by word.

use super::{AnchorWords, Clause, Cover, Interval, Length, NotASpan, Reach, Tally};
use crate::calendar::Unit;

/// Reads the clauses of `dated`, of a day in `expect` and of windows, joined by `and`.
///
/// # Errors
/// Says what was expected and at which word.
pub fn clauses(text: &str) -> Result<Vec<Clause<AnchorWords>>, NotASpan> {
    let mut words = Words::of(text);
    let found = words.clauses()?;
    words.end()?;
    Ok(found)
}

/// Reads the length of `lasts`.
///
/// # Errors
/// As [`clauses`].
pub fn length(text: &str) -> Result<Length<AnchorWords>, NotASpan> {
    let mut words = Words::of(text);
    let (least, most) = words.bounds(false)?;
    let unit = words.unit()?;
    let (from, to) = words.ends()?;
    words.end()?;
    Ok(Length {
        least,
        most,
        unit,
        from,
        to,
    })
}

/// Reads the interval of `repeat`.
///
/// # Errors
/// As [`clauses`].
pub fn interval(text: &str) -> Result<Interval<AnchorWords>, NotASpan> {
    let mut words = Words::of(text);
    words.need("every")?;
    let every = words.number()?;
    let unit = words.unit()?;
    let (from, to) = words.ends()?;
    words.end()?;
    Ok(Interval {
        every,
        unit,
        from,
        to,
    })
}

/// Reads the tally of `count`.
///
/// # Errors
/// As [`clauses`].
pub fn tally(text: &str) -> Result<Tally, NotASpan> {
    let mut words = Words::of(text);
    let (least, most) = words.bounds(true)?;
    words.end()?;
    let size = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
    Ok(Tally {
        least: least.map_or(0, size),
        most: most.map(size),
    })
}

/// Reads how far back a period in `expect` must reach.
///
/// # Errors
/// As [`clauses`].
pub fn cover(text: &str) -> Result<Cover<AnchorWords>, NotASpan> {
    let mut words = Words::of(text);
    let count = words.number()?;
    let unit = words.any_unit()?;
    words.need("before")?;
    let anchor = words.anchor()?;
    words.end()?;
    Ok(Cover {
        count,
        unit,
        anchor,
    })
}

/// A span, word by word.
pub(super) struct Words<'t> {
    words: Vec<&'t str>,
    at: usize,
}

impl<'t> Words<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self {
            words: text.split_whitespace().collect(),
            at: 0,
        }
    }

    pub(super) fn peek(&self) -> Option<&'t str> {
        self.words.get(self.at).copied()
    }

    pub(super) fn fail<T>(&self, expected: &str) -> Result<T, NotASpan> {
        let word = self.peek().map(str::to_owned);
        let found = word
            .as_ref()
            .map_or("the end".to_owned(), |word| format!("`{word}`"));
        Err(NotASpan {
            message: format!("expected {expected}, found {found}"),
            word,
        })
    }

    pub(super) fn take(&mut self, word: &str) -> bool {
        let there = self.peek() == Some(word);
        self.at += usize::from(there);
        there
    }

    pub(super) fn need(&mut self, word: &str) -> Result<(), NotASpan> {
        if self.take(word) {
            Ok(())
        } else {
            self.fail(&format!("`{word}`"))
        }
    }

    pub(super) fn end(&self) -> Result<(), NotASpan> {
        if self.peek().is_none() {
            Ok(())
        } else {
            self.fail("nothing more, or `and`")
        }
    }

    pub(super) fn number(&mut self) -> Result<u32, NotASpan> {
        match self.peek().and_then(|word| word.parse().ok()) {
            Some(number) => {
                self.at += 1;
                Ok(number)
            }
            None => self.fail("a whole number"),
        }
    }

    /// `at least 2`, `at most 1`, `2 to 3`, and for a tally `exactly 1`.
    fn bounds(&mut self, exactly: bool) -> Result<(Option<u32>, Option<u32>), NotASpan> {
        if self.take("at") {
            if self.take("least") {
                return Ok((Some(self.number()?), None));
            }
            if self.take("most") {
                return Ok((None, Some(self.number()?)));
            }
            return self.fail("`least` or `most`");
        }
        if exactly && self.take("exactly") {
            let n = self.number()?;
            return Ok((Some(n), Some(n)));
        }
        if self.peek().is_none_or(|word| word.parse::<u32>().is_err()) {
            return self.fail(if exactly {
                "`at least`, `at most`, `exactly` or a number"
            } else {
                "`at least`, `at most` or a number"
            });
        }
        let least = self.number()?;
        self.need("to")?;
        let most = self.number()?;
        if most < least {
            return Err(NotASpan {
                message: format!("{least} to {most} is no range"),
                word: None,
            });
        }
        Ok((Some(least), Some(most)))
    }

    /// Any unit but the one that only reaches back.
    fn unit(&mut self) -> Result<Unit, NotASpan> {
        if self.peek() == Some("whole") {
            return self.fail(
                "another unit: whole school weeks stand only in `within N whole school weeks before …` and in `covers`",
            );
        }
        self.any_unit()
    }

    fn any_unit(&mut self) -> Result<Unit, NotASpan> {
        let words: Vec<&str> = self.words[self.at..].iter().take(3).copied().collect();
        let fits = |one: &str| {
            let parts: Vec<&str> = one.split(' ').collect();
            let (last, before) = parts.split_last()?;
            let given = words.get(..parts.len())?;
            let same = given.last()?.strip_suffix('s').unwrap_or(given.last()?) == *last;
            (same && given[..before.len()] == *before).then_some(parts.len())
        };
        let found = Unit::WORDS
            .iter()
            .find_map(|(unit, one)| Some((*unit, fits(one)?)));
        let Some((unit, len)) = found else {
            return self.fail(
                "a unit (days, weeks, months, years, school days, school weeks, working days, sessions or academic years)",
            );
        };
        self.at += len;
        Ok(unit)
    }

    fn side(&mut self) -> Result<bool, NotASpan> {
        if self.take("before") {
            Ok(false)
        } else if self.take("after") {
            Ok(true)
        } else {
            self.fail("`before` or `after`")
        }
    }

    pub(super) fn skip(&mut self) {
        self.at += 1;
    }

    pub(super) fn clauses(&mut self) -> Result<Vec<Clause<AnchorWords>>, NotASpan> {
        let mut found = vec![self.clause()?];
        while self.take("and") {
            found.push(self.clause()?);
        }
        Ok(found)
    }

    fn clause(&mut self) -> Result<Clause<AnchorWords>, NotASpan> {
        let reach = match self.peek() {
            Some("before" | "after") => self.beside(false)?,
            Some("on") => {
                self.at += 1;
                if self.take("or") {
                    self.beside(true)?
                } else {
                    Reach::On
                }
            }
            Some("within") => {
                self.at += 1;
                let most = self.number()?;
                if self.peek() == Some("whole") {
                    self.whole_weeks(most)?
                } else {
                    self.apart(0, Some(most))?
                }
            }
            Some("at") => {
                self.at += 1;
                self.need("least")?;
                let least = self.number()?;
                self.apart(least, None)?
            }
            Some(word) if word.parse::<u32>().is_ok() => {
                let (least, most) = self.bounds(false)?;
                self.apart(least.unwrap_or(0), most)?
            }
            _ => return self.fail("`before`, `after`, `on`, `within`, `at least` or a number"),
        };
        Ok(Clause {
            reach,
            anchor: self.anchor()?,
        })
    }

    fn beside(&mut self, or_on: bool) -> Result<Reach, NotASpan> {
        Ok(if self.side()? {
            Reach::After { or_on }
        } else {
            Reach::Before { or_on }
        })
    }

    fn whole_weeks(&mut self, most: u32) -> Result<Reach, NotASpan> {
        let unit = self.any_unit()?;
        self.need("before")?;
        Ok(Reach::Apart {
            least: 0,
            most: Some(most),
            unit,
            after: false,
        })
    }

    fn apart(&mut self, least: u32, most: Option<u32>) -> Result<Reach, NotASpan> {
        let unit = self.unit()?;
        let after = self.side()?;
        Ok(Reach::Apart {
            least,
            most,
            unit,
            after,
        })
    }

    fn anchor(&mut self) -> Result<AnchorWords, NotASpan> {
        let chosen = matches!(self.peek(), Some("first" | "latest"))
            && self.words.get(self.at + 1).is_some_and(|w| *w != "and");
        let first = chosen && self.take("first");
        if chosen && !first {
            self.at += 1;
        }
        let Some(word) = self.peek() else {
            return self.fail("a day to count from (today, a gate, an item or a field)");
        };
        self.at += 1;
        let (name, field) = match word.split_once('.') {
            Some((name, field)) => (name, Some(field.to_owned())),
            None => (word, None),
        };
        Ok(AnchorWords {
            first,
            name: name.to_owned(),
            field,
        })
    }

    fn ends(&mut self) -> Result<(Option<AnchorWords>, Option<AnchorWords>), NotASpan> {
        let from = if self.take("from") {
            Some(self.anchor()?)
        } else {
            None
        };
        let to = if self.take("to") {
            Some(self.anchor()?)
        } else {
            None
        };
        Ok((from, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchor(name: &str) -> AnchorWords {
        AnchorWords {
            first: false,
            name: name.into(),
            field: None,
        }
    }

    #[track_caller]
    fn clause(text: &str, reach: Reach, name: &str) {
        assert_eq!(
            clauses(text),
            Ok(vec![Clause {
                reach,
                anchor: anchor(name)
            }]),
            "{text}"
        );
    }

    #[test]
    fn every_kind_of_clause() {
        let weeks = Unit::Week;
        clause("before x", Reach::Before { or_on: false }, "x");
        clause("on or before x", Reach::Before { or_on: true }, "x");
        clause("after x", Reach::After { or_on: false }, "x");
        clause("on or after today", Reach::After { or_on: true }, "today");
        clause("on x", Reach::On, "x");
        clause(
            "within 2 weeks before x",
            Reach::Apart {
                least: 0,
                most: Some(2),
                unit: weeks,
                after: false,
            },
            "x",
        );
        clause(
            "at least 1 week after x",
            Reach::Apart {
                least: 1,
                most: None,
                unit: weeks,
                after: true,
            },
            "x",
        );
        clause(
            "1 to 2 weeks before x",
            Reach::Apart {
                least: 1,
                most: Some(2),
                unit: weeks,
                after: false,
            },
            "x",
        );
        let school = Unit::SchoolDay;
        clause(
            "at least 5 school days after date",
            Reach::Apart {
                least: 5,
                most: None,
                unit: school,
                after: true,
            },
            "date",
        );
        clause(
            "within 3 working days after x",
            Reach::Apart {
                least: 0,
                most: Some(3),
                unit: Unit::WorkingDay,
                after: true,
            },
            "x",
        );
        clause(
            "within 10 whole school weeks before x",
            Reach::Apart {
                least: 0,
                most: Some(10),
                unit: Unit::WholeSchoolWeek,
                after: false,
            },
            "x",
        );
        for nowhere_else in [
            "within 2 whole school weeks after x",
            "at least 2 whole school weeks before x",
            "1 to 2 whole school weeks before x",
            "within 2 whole weeks before x",
        ] {
            assert!(clauses(nowhere_else).is_err(), "{nowhere_else}");
        }
        assert!(length("at least 2 whole school weeks").is_err());
        assert!(interval("every 2 whole school weeks").is_err());
        assert_eq!(
            cover("10 whole school weeks before x").map(|found| (found.count, found.unit)),
            Ok((10, Unit::WholeSchoolWeek))
        );
        assert_eq!(
            clauses("after a and within 3 months before referral").map(|found| found.len()),
            Ok(2)
        );
        let first = AnchorWords {
            first: true,
            name: "m".into(),
            field: Some("review-on".into()),
        };
        assert_eq!(clauses("after first m.review-on").unwrap()[0].anchor, first);
    }

    #[test]
    fn lengths_intervals_and_tallies() {
        let found = length("at least 5 school weeks from plan-meeting to date").unwrap();
        assert_eq!(
            (found.least, found.from, found.to),
            (Some(5), Some(anchor("plan-meeting")), Some(anchor("date")))
        );
        assert_eq!(
            interval("every 12 months").map(|i| (i.every, i.unit)),
            Ok((12, Unit::Month))
        );
        assert_eq!(
            tally("at least 0"),
            Ok(Tally {
                least: 0,
                most: None
            })
        );
        assert_eq!(
            tally("at most 1"),
            Ok(Tally {
                least: 0,
                most: Some(1)
            })
        );
        assert_eq!(
            tally("exactly 1"),
            Ok(Tally {
                least: 1,
                most: Some(1)
            })
        );
        assert_eq!(
            tally("2 to 3"),
            Ok(Tally {
                least: 2,
                most: Some(3)
            })
        );
    }

    #[test]
    fn what_cannot_be_read_says_at_which_word() {
        let why = |text| clauses(text).unwrap_err().message;
        assert_eq!(
            why("beforehand x"),
            "expected `before`, `after`, `on`, `within`, `at least` or a number, found `beforehand`"
        );
        assert_eq!(
            why("within six weeks before x"),
            "expected a whole number, found `six`"
        );
        assert_eq!(
            why("within 6 weeks of x"),
            "expected `before` or `after`, found `of`"
        );
        assert_eq!(
            why("after x, after y"),
            "expected nothing more, or `and`, found `after`"
        );
        assert_eq!(
            why("after"),
            "expected a day to count from (today, a gate, an item or a field), found the end"
        );
        assert!(
            tally("some").is_err() && length("5 weeks").is_err() && interval("12 months").is_err()
        );
    }
}
