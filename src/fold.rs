//! Names and words in one form, so that Zoe is found where the case says Zoë, however a computer writes its letters.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::canonical_combining_class;

/// A text in small letters, without accents and without characters that cannot be seen: `Zieliński` becomes `zielinski`.
pub fn fold(text: &str) -> String {
    let plain = text
        .nfkd()
        .filter(|c| !is_invisible(*c) && !is_accent(*c))
        // By way of capitals, so that the two small sigmas are one letter.
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase);
    let mut out = String::with_capacity(text.len());
    for c in plain {
        // Letters that are no letter with a mark, by what English keyboards make of them.
        match c {
            'ł' => out.push('l'),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'þ' => out.push_str("th"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            c => out.push(c),
        }
    }
    out
}

/// A name as it is compared with others: folded, with one kind of apostrophe and one space between words.
pub fn fold_name(name: &str) -> String {
    let folded: String = fold(name)
        .chars()
        .map(|c| if is_apostrophe(c) { '\'' } else { c })
        .collect();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether somebody's name holds what is looked for, both as [`fold_name`] writes them.
pub fn name_holds(name: &str, wanted: &str) -> bool {
    fold_name(name).contains(&fold_name(wanted))
}

/// The apostrophes that keyboards and other programs write, and the letters of other alphabets that stand for one.
pub fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '`'
            | '\u{b4}'
            | '\u{2018}'
            | '\u{2019}'
            | '\u{201b}'
            | '\u{2032}'
            | '\u{ff07}'
            | '\u{2b9}'..='\u{2bf}' | '\u{2c8}'
    )
}

/// Characters that nobody sees: the soft hyphen, joiners and spaces of no width, marks of direction, fillers (Unicode's
/// `Default_Ignorable_Code_Point`), and the line that stretches Arabic words.
pub fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{640}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Characters that turn the direction of the text after them.
pub fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Marks that people leave out: accents, dots below, nuktas, Hebrew and Arabic points, and tones. The vowel signs of Indian
/// and Thai writing stay, since without them two names become one.
fn is_accent(c: char) -> bool {
    matches!(
        canonical_combining_class(c),
        1 | 7 | 10..=36 | 107 | 122 | 202..=240
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_fall_away_and_letters_stay() {
        for (text, folded) in [
            ("Zoë", "zoe"),
            ("Zoe\u{308}", "zoe"),
            ("Élodie", "elodie"),
            ("Zieliński", "zielinski"),
            ("Łukasz", "lukasz"),
            ("Şükrü", "sukru"),
            ("IŞIL ışıl", "isil isil"),
            ("Ọlábísí", "olabisi"),
            ("O\u{323}la\u{301}bi\u{301}si\u{301}", "olabisi"),
            ("Weiß WEISS", "weiss weiss"),
            ("Γιώργος ΓΙΩΡΓΟΣ", "γιωργοσ γιωργοσ"),
            ("Oka\u{ad}for", "okafor"),
            ("Oka\u{200b}for", "okafor"),
            ("محـمّد", "محمد"),
            ("李", "李"),
        ] {
            assert_eq!(fold(text), folded.nfkd().collect::<String>());
        }
    }

    #[test]
    fn vowel_signs_are_letters() {
        assert_ne!(fold("राम"), fold("रमा"));
        assert_eq!(fold("फ़ातिमा"), fold("फातिमा"), "with the dot or without");
    }

    #[test]
    fn a_name_is_one_whatever_its_apostrophe() {
        for name in ["O’Rourke", "OʼROURKE", " o'rourke "] {
            assert_eq!(fold_name(name), "o'rourke");
        }
        assert!(name_holds("Mrs  Zoë O’Rourke", "zoe o'r"));
    }
}
