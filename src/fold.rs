//! Letters without their marks, so that Zoe is found where the case says Zoë.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A text in small letters without accents: `Zieliński` becomes `zielinski`.
pub fn fold(text: &str) -> String {
    let plain = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase);
    let mut out = String::with_capacity(text.len());
    for c in plain {
        // Letters that are no letter with a mark, by what English keyboards make of them.
        match c {
            'ł' => out.push('l'),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ı' => out.push('i'),
            'þ' => out.push_str("th"),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn marks_fall_away_and_letters_stay() {
        for (text, folded) in [
            ("Zoë", "zoe"),
            ("Élodie", "elodie"),
            ("Zieliński", "zielinski"),
            ("Łukasz", "lukasz"),
            ("Şükrü", "sukru"),
            ("李", "李"),
        ] {
            assert_eq!(fold(text), folded);
        }
    }
}
