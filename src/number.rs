//! Numbers of things in words.

use std::fmt::Display;

/// So many of something: `1 day`, `3 entries`.
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(count: N, one: &str) -> String {
    if count == N::from(1) {
        return format!("{count} {one}");
    }
    match one.strip_suffix("ry") {
        Some(stem) => format!("{count} {stem}ries"),
        None => format!("{count} {one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_and_many() {
        assert_eq!(
            [0_u32, 1, 2].map(|n| counted(n, "day")),
            ["0 days", "1 day", "2 days"]
        );
        assert_eq!(
            [0_u32, 1, 2].map(|n| counted(n, "entry")),
            ["0 entries", "1 entry", "2 entries"]
        );
    }
}
