//! Unique pupil numbers.

/// What is wrong with a UPN in capitals, if anything is. Source: UK Government Data Standards Catalogue, Unique Pupil
/// Number, version 2.0.
pub fn fault(upn: &str) -> Option<&'static str> {
    const ALPHABET: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";
    if !is_upn(upn) {
        return Some("a UPN is a letter, eleven digits, and a digit or letter");
    }
    let value = |byte: u8| {
        let letter = || ALPHABET.iter().position(|letter| *letter == byte);
        if byte.is_ascii_digit() {
            Some(usize::from(byte - b'0'))
        } else {
            letter()
        }
    };
    let sum: Option<usize> = upn
        .bytes()
        .enumerate()
        .skip(1)
        .map(|(n, byte)| Some(value(byte)? * (n + 1)))
        .sum();
    let letter = sum.map(|sum| ALPHABET[sum % ALPHABET.len()]);
    (letter != upn.bytes().next())
        .then_some("the check letter does not fit, so a character is mistyped")
}

/// Whether a text has the shape of a UPN: a letter, eleven digits, and a digit or letter.
pub fn is_upn(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 13
        && bytes[0].is_ascii_alphabetic()
        && bytes[1..12].iter().all(u8::is_ascii_digit)
        && bytes[12].is_ascii_alphanumeric()
}
