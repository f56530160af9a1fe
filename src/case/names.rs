//! The names that stand in a case, and texts without them.

use std::collections::HashMap;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation as _;

use super::entry::{Content, PersonEntry};
use super::state::CaseState;
use crate::fold::{fold, is_apostrophe, is_invisible};

/// Names in every form in which a text may hold them, folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(HashMap<String, Vec<Part>>);

/// A piece of a form, with the number of its folded characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A word of the name.
    Word(usize),
    /// An initial or a title, which tells no name.
    Kept(usize),
}

/// What stands before a name and is none.
const TITLES: &[&str] = &["mr", "mrs", "ms", "miss", "mx", "dr", "the", "and"];

/// Of a name with more words only neighbours are looked for run together, since each word doubles the forms.
const MAX_WORDS_IN_ANY_CHOICE: usize = 6;

/// A shorter word with an initial or a title run into it may well be another word: Tariq Sen, and `sent`.
const MIN_LETTERS_BESIDE_OTHERS: usize = 4;

/// A shorter word with an `s` may well be another word: Thi, and `this`.
const MIN_LETTERS_BEFORE_S: usize = 4;

/// With so many letters a form of two words is no other word even in small letters.
const MIN_LETTERS_UNMISTAKABLE: usize = 8;

impl Names {
    /// Adds a name: each of its words but titles and single letters, and its words and initials run together.
    pub fn add(&mut self, name: &str) {
        let is_no_title = |word: &String| !word.is_empty() && !TITLES.contains(&word.as_str());
        let (mut words, mut pieces): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for part in name.split_whitespace() {
            let part = fold(part);
            // O'Rourke is typed as ORourke too.
            words.push(part.chars().filter(|c| is_of_a_word(*c)).collect());
            pieces.extend(part.split(|c: char| !is_of_a_word(c)).map(str::to_owned));
        }
        words.retain(is_no_title);
        pieces.retain(is_no_title);
        for word in words.iter().chain(&pieces) {
            self.add_word(word);
        }
        for form in run_together(&words).iter().chain(&run_together(&pieces)) {
            self.add_form(form);
        }
        for (n, word) in words.iter().enumerate() {
            if word.chars().count() < MIN_LETTERS_BESIDE_OTHERS {
                continue;
            }
            for title in TITLES {
                self.add_form(&[title, word]);
            }
            // Nobody's initials are looked for among a hundred words.
            let others = words.iter().enumerate().take(MAX_OTHERS);
            let others = others.filter(|(other, _)| *other != n);
            for (_, other) in others {
                let initial: String = other.chars().take(1).collect();
                self.add_form(&[&initial, word]);
                self.add_form(&[word, &initial]);
            }
        }
    }

    fn add_word(&mut self, word: &str) {
        if is_name_word(word) {
            self.0
                .insert(word.to_owned(), vec![Part::Word(word.chars().count())]);
        }
    }

    fn add_form(&mut self, words: &[&str]) {
        let parts: Vec<Part> = words
            .iter()
            .map(|word| match (is_name_word(word), word.chars().count()) {
                (true, letters) => Part::Word(letters),
                (false, letters) => Part::Kept(letters),
            })
            .collect();
        if parts.iter().any(|part| matches!(part, Part::Word(_))) {
            // A word of its own comes before one that only looks like two run together.
            self.0.entry(words.concat()).or_insert(parts);
        }
    }

    /// Adds the names of others.
    pub fn add_all(&mut self, others: &Self) {
        for (form, parts) in &others.0 {
            if parts.len() == 1 {
                self.0.insert(form.clone(), parts.clone());
            } else {
                self.0.entry(form.clone()).or_insert_with(|| parts.clone());
            }
        }
    }

    /// The parts of a folded run of letters that is one of these names, also with an `s` after it.
    fn parts_of(&self, run: &str, seen: Seen) -> Option<Vec<Part>> {
        if let Some(parts) = self.0.get(run) {
            let with_initial = parts.iter().any(|part| matches!(part, Part::Kept(1)));
            let words = parts
                .iter()
                .filter(|part| matches!(part, Part::Word(_)))
                .count();
            let fits = match seen {
                Seen::Own { .. }
                | Seen::Other {
                    is_address: true, ..
                } => true,
                Seen::Other { capital: true, .. } => !with_initial,
                Seen::Other { .. } => words > 1 && run.chars().count() >= MIN_LETTERS_UNMISTAKABLE,
            };
            return fits.then(|| parts.clone());
        }
        let run = run.strip_suffix('s')?;
        let parts = self.0.get(run)?;
        let letters = run.chars().count();
        let fits = match seen {
            Seen::Own { capital } => {
                letters >= MIN_LETTERS_BEFORE_S || capital && letters + 1 == MIN_LETTERS_BEFORE_S
            }
            Seen::Other {
                capital,
                is_address,
            } => is_address || capital && letters > MIN_LETTERS_BEFORE_S,
        };
        fits.then(|| {
            let mut parts = parts.clone();
            parts.push(Part::Kept(1));
            parts
        })
    }
}

/// How a run of letters stands in a text, and whose names it is compared with.
#[derive(Clone, Copy)]
enum Seen {
    /// With the names of the case itself, which are names in small letters too.
    Own { capital: bool },
    /// With the names of other pupils, some of which are other words in small letters, as `will` is.
    Other { capital: bool, is_address: bool },
}

/// A name's words run together: any choice of them in their order, and the last of them first, as in lists.
fn run_together(words: &[String]) -> Vec<Vec<&str>> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut forms = in_order(&words);
    if let Some((last, others)) = words.split_last()
        && !others.is_empty()
    {
        let before: Vec<Vec<&str>> = in_order(others)
            .into_iter()
            .chain(others.iter().map(|word| vec![*word]))
            .map(|others| [&[*last], others.as_slice()].concat())
            .collect();
        forms.extend(before);
    }
    forms
}

/// How many words of a long name are looked for run together.
const MAX_RUN: usize = 4;
/// Beside how many words of a name the initial of another is looked for.
const MAX_OTHERS: usize = 24;

/// Two or more of the words in their order.
fn in_order<'w>(words: &[&'w str]) -> Vec<Vec<&'w str>> {
    if words.len() > MAX_WORDS_IN_ANY_CHOICE {
        return (2..=words.len().min(MAX_RUN))
            .flat_map(|many| words.windows(many).map(<[&str]>::to_vec))
            .collect();
    }
    let choice = |choice: usize| -> Vec<&'w str> {
        words
            .iter()
            .enumerate()
            .filter(|(n, _)| choice & (1 << n) != 0)
            .map(|(_, word)| *word)
            .collect()
    };
    (0..1usize << words.len())
        .map(choice)
        .filter(|chosen| chosen.len() > 1)
        .collect()
}

fn is_name_word(word: &str) -> bool {
    word.chars().count() > 1 && !TITLES.contains(&word)
}

fn is_of_a_word(c: char) -> bool {
    (c.is_alphanumeric() || is_combining_mark(c)) && !is_apostrophe(c)
}

impl CaseState<'_> {
    /// The names that were ever given in the case: the pupil's alone, and everybody's.
    pub fn names_given(&self) -> (Names, Names) {
        let (mut pupil, mut people) = (Names::default(), Names::default());
        for entry in &self.case.entries {
            match entry.content() {
                Some(Content::Opened { details, .. } | Content::Details(details)) => {
                    pupil.add(details.name.as_deref().unwrap_or_default());
                }
                Some(Content::Person(PersonEntry::Named { name, .. })) => {
                    people.add(name.as_deref().unwrap_or_default());
                }
                _ => {}
            }
        }
        people.add_all(&pupil);
        (pupil, people)
    }
}

/// The initials of a name: `A.O.`.
pub fn initials(name: &str) -> String {
    name.split_whitespace().map(first_letter).collect()
}

/// The first letter of a word, whole with its marks, and a full stop.
fn first_letter(word: &str) -> String {
    let seen: String = word
        .chars()
        .filter(|c| !is_invisible(*c))
        .skip_while(|c| !is_of_a_word(*c) || is_combining_mark(*c))
        .collect();
    seen.graphemes(true)
        .next()
        .map_or_else(String::new, |letter| format!("{letter}."))
}

/// A letter or digit of a text with its marks, and what cannot be seen after it.
struct Letter {
    start: usize,
    /// Where the last character that can be seen ends.
    end: usize,
    /// Where the next letter would begin.
    whole: usize,
    folded: String,
    first: char,
    /// Whether a name may begin here: Unicode breaks words here, or a capital or a digit does.
    breaks: bool,
}

/// A text in which each name of the case itself, and each that stands as a name and is another pupil's, is cut to its first
/// letter. All else stays byte for byte.
///
/// A name begins and ends where Unicode's words do (UAX 29), at anything that is no letter, at a capital after a small
/// letter, and where digits begin or end. Characters that cannot be seen are passed over.
pub fn cut(text: &str, own: &Names, others: &Names) -> String {
    let mut out = String::with_capacity(text.len());
    let mut written = 0;
    for run in runs(text) {
        let is_address = stands_in_an_address(text, run.first().map_or(0, |first| first.start));
        let mut at = 0;
        while at < run.len() {
            let found = run[at]
                .breaks
                .then(|| longest(&run[at..], own, others, is_address))
                .flatten();
            let Some((letters, parts)) = found else {
                at += 1;
                continue;
            };
            out.push_str(&text[written..run[at].start]);
            write_cut(text, &run[at..at + letters], &parts, &mut out);
            at += letters;
            written = run[at - 1].end;
        }
    }
    out.push_str(&text[written..]);
    out
}

/// The longest name at the start of a run: how many letters it takes, and its parts.
fn longest(
    run: &[Letter],
    own: &Names,
    others: &Names,
    is_address: bool,
) -> Option<(usize, Vec<Part>)> {
    let capital = !run.first()?.first.is_lowercase();
    let mut folded = String::new();
    let mut found = None;
    for (n, letter) in run.iter().enumerate() {
        folded.push_str(&letter.folded);
        if run.get(n + 1).is_some_and(|next| !next.breaks) {
            continue;
        }
        let parts = own.parts_of(&folded, Seen::Own { capital }).or_else(|| {
            let seen = Seen::Other {
                capital,
                is_address,
            };
            others.parts_of(&folded, seen)
        });
        found = parts.map(|parts| (n + 1, parts)).or(found);
    }
    found
}

fn write_cut(text: &str, mut letters: &[Letter], parts: &[Part], out: &mut String) {
    for part in parts {
        let (Part::Word(count) | Part::Kept(count)) = *part;
        let mut taken = 0;
        let mut length = 0;
        while taken < count && length < letters.len() {
            taken += letters[length].folded.chars().count();
            length += 1;
        }
        let (these, rest) = letters.split_at(length);
        letters = rest;
        let (Some(first), Some(last)) = (these.first(), these.last()) else {
            continue;
        };
        let word = &text[first.start..last.end];
        match part {
            Part::Word(_) => out.push_str(&first_letter(word)),
            Part::Kept(_) => out.push_str(word),
        }
        if !letters.is_empty() {
            out.push_str(&text[last.end..last.whole]);
        }
    }
}

/// The runs of letters of a text.
fn runs(text: &str) -> Vec<Vec<Letter>> {
    let mut runs: Vec<Vec<Letter>> = Vec::new();
    let mut run: Vec<Letter> = Vec::new();
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        match run.last_mut() {
            Some(letter) if is_invisible(c) => letter.whole = end,
            Some(letter) if is_combining_mark(c) => {
                (letter.end, letter.whole) = (end, end);
            }
            _ if is_of_a_word(c) && !is_invisible(c) => run.push(Letter {
                start,
                end,
                whole: end,
                folded: String::new(),
                first: c,
                breaks: false,
            }),
            _ => runs.push(std::mem::take(&mut run)),
        }
    }
    runs.push(run);
    runs.retain(|run| !run.is_empty());
    for run in &mut runs {
        find_breaks(text, run);
    }
    runs
}

fn find_breaks(text: &str, run: &mut [Letter]) {
    let mut seen = String::new();
    let mut starts: HashMap<usize, usize> = HashMap::new();
    for (n, letter) in run.iter_mut().enumerate() {
        let whole = &text[letter.start..letter.whole];
        letter.folded = fold(whole);
        starts.insert(seen.len(), n);
        seen.extend(whole.chars().filter(|c| !is_invisible(*c)));
    }
    for (at, _) in seen.split_word_bound_indices() {
        if let Some(n) = starts.get(&at) {
            run[*n].breaks = true;
        }
    }
    for n in 1..run.len() {
        let (before, here) = (run[n - 1].first, run[n].first);
        let small_next = run.get(n + 1).is_some_and(|next| next.first.is_lowercase());
        if before.is_lowercase() && here.is_uppercase()
            || before.is_uppercase() && here.is_uppercase() && small_next
            || before.is_numeric() != here.is_numeric()
        {
            run[n].breaks = true;
        }
    }
}

/// Whether what stands at a place is part of an e-mail address, in which names have small letters.
fn stands_in_an_address(text: &str, at: usize) -> bool {
    let (before, after) = text.split_at(at);
    let before = before.rsplit(char::is_whitespace).next();
    let after = after.split(char::is_whitespace).next();
    before.is_some_and(|part| part.contains('@')) || after.is_some_and(|part| part.contains('@'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::UnicodeNormalization as _;

    use super::*;

    fn of(name: &str) -> Names {
        let mut names = Names::default();
        names.add(name);
        names
    }

    fn cut_own(name: &str, text: &str) -> String {
        cut(text, &of(name), &Names::default())
    }

    #[test]
    fn names_become_first_letters_wherever_they_stand() {
        for (text, without) in [
            (
                "Ring Ada's mother, Mrs OKAFOR.",
                "Ring A.'s mother, Mrs O..",
            ),
            ("ada", "a."),
            (
                "adapt the plan, (Ada) – Ada-Lovelace",
                "adapt the plan, (A.) – A.-Lovelace",
            ),
            ("Ring ÁDA and Okáfor", "Ring Á. and O."),
            ("", ""),
            ("  ", "  "),
        ] {
            assert_eq!(cut_own("Mrs Ada Okafor", text), without);
        }
    }

    #[test]
    fn a_name_run_together_with_another_is_cut() {
        for (text, without) in [
            ("AdaOkafor", "A.O."),
            ("adaokafor", "a.o."),
            ("OkaforAda", "O.A."),
            ("ada.okafor@x.org", "a..o.@x.org"),
            ("ada_okafor2012", "a._o.2012"),
            ("Okafor's", "O.'s"),
            ("Okafor’s", "O.’s"),
            ("the Okafors, Adas mother", "the O.s, A.s mother"),
            ("OkaforA", "O.A"),
            ("okafora@x.org", "o.a@x.org"),
            ("aokafor@x.org", "ao.@x.org"),
            ("MrsOkafor mrsokafor", "MrsO. mrso."),
            ("MrsAdaOkafor", "MrsA.O."),
            ("ADAOkafor", "A.O."),
        ] {
            assert_eq!(cut_own("Ada Okafor", text), without, "{text}");
        }
        assert_eq!(cut_own("Tariq Sen", "sent to Sen"), "sent to S.");
        assert_eq!(cut_own("Thi Nguyen", "this week"), "this week");
        assert_eq!(
            cut_own("Ada Smith-Jones", "adasmith, Smith-Jones, SmithJones"),
            "a.s., S.-J., S."
        );
    }

    #[test]
    fn a_name_is_known_however_a_computer_writes_it() {
        for (name, text, without) in [
            // As macOS writes names: letters and marks apart.
            ("Zoë Ọlábísí", "Ring Zoe\u{308}", "Ring Z."),
            (
                "Zoë Ọlábísí",
                "O\u{323}la\u{301}bi\u{301}si\u{301} came",
                "O\u{323}. came",
            ),
            ("Zoe\u{308}", "Zoë came", "Z. came"),
            ("Ada Okafor", "Oka\u{ad}for came", "O. came"),
            ("Ada Okafor", "A\u{200b}da\u{200b} came", "A.\u{200b} came"),
            ("Oka\u{ad}for", "Okafor came", "O. came"),
            ("प्रिया शर्मा", "प्रिया की माँ, शर्मा जी", "प्रि. की माँ, श. जी"),
            ("Seán O’Rourke", "ORourke, OʼRourke", "O., OʼR."),
            ("李小龙", "请联系李小龙的母亲", "请联系李.的母亲"),
            ("สมชาย ใจดี", "โทรหาสมชายพรุ่งนี้", "โทรหาส.พรุ่งนี้"),
            ("محمد علي", "اتصل بأم محمّد", "اتصل بأم م."),
            (
                "김민준",
                "김민준 \u{1100}\u{1175}\u{11b7}\u{1106}\u{1175}\u{11ab}\u{110c}\u{116e}\u{11ab}",
                "김. \u{1100}\u{1175}\u{11b7}.",
            ),
        ] {
            assert_eq!(cut_own(name, text), without, "{text}");
        }
    }

    #[test]
    fn a_word_in_small_letters_is_a_name_only_to_its_own_case() {
        let others = of("Will O'Rourke");
        let cut = |text| cut(text, &Names::default(), &others);
        assert_eq!(
            cut("He will ring Will ORourke and O'Rourke's aunt"),
            "He will ring W. O. and O'R.'s aunt"
        );
        assert_eq!(
            cut("He will write to will.rourke@x.org, willorourke"),
            "He will write to w..r.@x.org, w.o."
        );
    }

    #[test]
    fn initials_are_whole_letters() {
        for (name, letters) in [
            ("Ada Okafor", "A.O."),
            ("Ẹniọlá (Ada) d'Arcy", "Ẹ.A.d."),
            ("E\u{323}nio\u{323}la\u{301}", "E\u{323}."),
            ("\u{200b}Ada", "A."),
            ("प्रिया शर्मा", "प्रि.श."),
            ("’Aisha -", "A."),
        ] {
            assert_eq!(initials(name), letters);
        }
    }

    /// Words of names in many scripts, none of which occurs in the texts around them.
    const WORDS: &[&str] = &[
        "Okafor",
        "Zoë",
        "Ọlábísí",
        "Ẹniọlá",
        "Nguyễn",
        "Łukasz",
        "Şükrü",
        "Weißmann",
        "Ćamil",
        "प्रिया",
        "शर्मा",
        "ফাতেমা",
        "ਗੁਰਪ੍ਰੀਤ",
        "தமிழ்ச்செல்வன்",
        "محمد",
        "فاطمة",
        "יעקב",
        "Юрий",
        "Катерина",
        "Γιώργος",
        "李小龙",
        "田中さくら",
        "김민준",
        "สมชาย",
        "ትግስት",
        "Հայկ",
        "ნინო",
    ];

    const AROUND: &[&str] = &[
        "",
        " ",
        "Ring ",
        ", 2 Oct: ",
        "(",
        ")",
        "’s",
        "'s mum",
        " – see ",
        "\n",
        "/",
        "@x.org",
        "1",
        "_",
    ];

    #[derive(Debug, Clone, Copy)]
    enum Written {
        Composed,
        Decomposed,
        Capitals,
        WithInvisible(char),
    }

    fn written(name: &str, how: Written) -> String {
        match how {
            Written::Composed => name.nfc().collect(),
            Written::Decomposed => name.nfd().collect(),
            Written::Capitals => name.to_uppercase(),
            Written::WithInvisible(c) => {
                let letters: Vec<String> = name.chars().map(String::from).collect();
                letters.join(&c.to_string())
            }
        }
    }

    fn how() -> impl Strategy<Value = Written> {
        prop_oneof![
            Just(Written::Composed),
            Just(Written::Decomposed),
            Just(Written::Capitals),
            prop::sample::select(vec![
                '\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}'
            ])
            .prop_map(Written::WithInvisible),
        ]
    }

    fn around() -> impl Strategy<Value = &'static str> {
        prop::sample::select(AROUND)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_name_of_any_script_is_left_in_a_text(
            chosen in prop::sample::subsequence(WORDS, 1..4).prop_shuffle(),
            (in_case, in_text) in (how(), how()),
            between in prop::sample::select(vec!["", " ", ".", "-", "_"]),
            before in around().prop_filter("no letter", |text| !text.ends_with(char::is_alphabetic)),
            after in around().prop_filter("no letter", |text| !text.starts_with(char::is_alphabetic)),
        ) {
            let name = chosen.join(" ");
            let text = format!("{before}{}{after}", written(&chosen.join(between), in_text));
            let without = cut(&text, &of(&written(&name, in_case)), &Names::default());
            for word in &chosen {
                prop_assert!(!fold(&without).contains(&fold(word)), "{text:?} became {without:?}");
            }
            prop_assert!(without.starts_with(before), "{text:?} became {without:?}");
            prop_assert!(without.ends_with(after), "{text:?} became {without:?}");
        }

        #[test]
        fn a_text_without_the_names_stays_byte_for_byte(text in "\\PC*", name in "[xq]{9,12} [xq]{9,12}") {
            prop_assume!(!fold(&text).contains(&fold(&name)[..9]));
            prop_assert_eq!(cut_own(&name, &text), text);
        }

        #[test]
        fn the_form_of_a_word_is_the_same_whatever_its_bytes(word in prop::sample::select(WORDS), how in how()) {
            prop_assert_eq!(fold(&written(word, how)), fold(word));
        }
    }
}
