//! Yes, no and unknown, and how they combine (Kleene's strong logic).

/// A truth that may not be known yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Truth {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// It is not known.
    Unknown,
}

impl Truth {
    /// Both. A no settles it, whatever else is unknown.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::Unknown,
        }
    }

    /// Either. A yes settles it, whatever else is unknown.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        !(!self).and(!other)
    }

    /// Whether at least so many of some are so.
    pub fn at_least(wanted: usize, of: impl IntoIterator<Item = Self>) -> Self {
        let (mut yes, mut open) = (0, 0);
        for truth in of {
            match truth {
                Self::Yes => yes += 1,
                Self::Unknown => open += 1,
                Self::No => {}
            }
        }
        if yes >= wanted {
            Self::Yes
        } else if yes + open >= wanted {
            Self::Unknown
        } else {
            Self::No
        }
    }

    /// Whether it is known to be so.
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }

    /// Whether it is known not to be so.
    pub fn is_no(self) -> bool {
        self == Self::No
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(known: bool) -> Self {
        if known { Self::Yes } else { Self::No }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, No, Unknown, Yes};

    const ALL: [Truth; 3] = [Yes, No, Unknown];

    #[test]
    fn the_nine_cells_of_and_and_or() {
        let cells = |f: fn(Truth, Truth) -> Truth| ALL.map(|a| ALL.map(|b| f(a, b)));
        assert_eq!(
            cells(Truth::and),
            [[Yes, No, Unknown], [No, No, No], [Unknown, No, Unknown]]
        );
        assert_eq!(
            cells(Truth::or),
            [[Yes, Yes, Yes], [Yes, No, Unknown], [Yes, Unknown, Unknown]]
        );
    }

    #[test]
    fn de_morgan_and_at_least() {
        for a in ALL {
            for b in ALL {
                assert_eq!(!(a.and(b)), (!a).or(!b));
                assert_eq!(Truth::at_least(1, [a, b]), a.or(b));
                assert_eq!(Truth::at_least(2, [a, b]), a.and(b));
                assert_eq!(Truth::at_least(0, [a, b]), Yes);
                assert_eq!(Truth::at_least(3, [a, b]), No);
            }
        }
        assert_eq!(Truth::at_least(2, [Yes, Unknown, No]), Unknown);
    }
}
