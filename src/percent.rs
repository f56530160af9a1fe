//! Shares of sessions in percent, kept exactly.

use std::fmt;

/// A share in hundredths of a percent, from 0 to 100 percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u32);

impl Percent {
    /// How far another share lies above this one; `None` if it does not.
    pub fn up_to(self, other: Self) -> Option<Self> {
        other
            .0
            .checked_sub(self.0)
            .filter(|apart| *apart > 0)
            .map(Self)
    }

    /// In words, as the distance of two shares: `4 points`.
    pub fn points(self) -> String {
        let points = decimal(self.0);
        format!("{points} point{}", if points == "1" { "" } else { "s" })
    }

    /// So many out of all, rounded down to hundredths of a percent; out of none it is nought.
    pub fn of(part: u32, all: u32) -> Self {
        let share = (u64::from(part) * 10_000)
            .checked_div(u64::from(all))
            .unwrap_or_default();
        Self(u32::try_from(share).unwrap_or(10_000).min(10_000))
    }

    /// In hundredths of a percent.
    pub fn hundredths(self) -> u32 {
        self.0
    }

    /// As a number of percent, for programs: exact to the two digits it has.
    pub fn number(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", decimal(self.0))
    }
}

/// Hundredths as a decimal number without needless noughts.
fn decimal(hundredths: u32) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Reads `92%`, `92`, `92.5 %` or `92.25`; `None` for anything else, and for more than 100.
pub fn read(text: &str) -> Option<Percent> {
    let text = text.trim();
    let number = text.strip_suffix('%').unwrap_or(text).trim_end();
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str, most| {
        (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    if !digits(whole, 3) || !digits(part, 2) {
        return None;
    }
    let hundredths = format!("{part:0<2}").parse::<u32>().ok()?;
    let all = whole.parse::<u32>().ok()? * 100 + hundredths;
    (all <= 10_000).then_some(Percent(all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_and_written_exactly() {
        let read = |text| super::read(text).map(|share| share.to_string());
        for (text, kept) in [
            ("92%", "92%"),
            (" 92.5 % ", "92.5%"),
            ("92.25", "92.25%"),
            ("100", "100%"),
            ("0", "0%"),
        ] {
            assert_eq!(read(text).as_deref(), Some(kept), "{text}");
        }
        for text in [
            "", "%", "90%%", "101", "100.01", "92,5", "ninety", "-1", "1.234", "1e2", "９２",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_way_to_a_target_is_in_points() {
        let share = |text| super::read(text).unwrap();
        assert_eq!(
            share("88.5")
                .up_to(share("92"))
                .map(Percent::points)
                .as_deref(),
            Some("3.5 points")
        );
        assert_eq!(
            share("91")
                .up_to(share("92"))
                .map(Percent::points)
                .as_deref(),
            Some("1 point")
        );
        assert_eq!(share("92").up_to(share("92")), None);
        assert_eq!(share("95").up_to(share("92")), None);
    }
}
