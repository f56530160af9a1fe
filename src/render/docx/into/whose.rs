//! Whether a Word file names a pupil already, and another one than the case.

use chrono::NaiveDate;
use roxmltree::Document;

use super::grid::{Cell, Line, is, is_placeholder, lines_of, plain, read};
use super::{CannotFill, cannot};
use crate::case::entry::Details;
use crate::day;
use crate::form::{Fixed, Layout, Lie, PairValue};

/// By what a form asks for a pupil, as it is compared.
const NAME: &[&str] = &[
    "child name",
    "child s name",
    "full name of pupil",
    "name of child",
    "name of pupil",
    "name of student",
    "name of the child",
    "name of the pupil",
    "name of young person",
    "pupil full name",
    "pupil name",
    "pupil s name",
    "student name",
    "student s name",
    "young person s name",
];
const SOMEBODY: &[&str] = &["child", "pupil", "student"];
const UPN: &[&str] = &["pupil upn", "unique pupil number", "upn"];
const BORN: &[&str] = &[
    "birth date",
    "d o b",
    "date of birth",
    "dob",
    "pupil s date of birth",
];

/// What stands in labels beside the pupil's name, and in no name.
const OF_LABELS: &[&str] = &[
    "address",
    "attendance",
    "birth",
    "carer",
    "class",
    "commenced",
    "date",
    "dob",
    "ethnicity",
    "form",
    "gender",
    "group",
    "log",
    "name",
    "parent",
    "parents",
    "pupil",
    "referral",
    "school",
    "sex",
    "teacher",
    "telephone",
    "tutor",
    "upn",
    "urn",
    "year",
];

/// Refuses a file that names another pupil.
pub(super) fn refuse_others(
    document: &Document<'_>,
    layout: &Layout,
    pupil: &Details,
) -> Result<(), CannotFill> {
    let named = |asked: Asked, value: &str| !asked.is_theirs(value, pupil);
    let lines = lines_of(document);
    let ways = ways(layout);
    let in_cells = lines.iter().enumerate().any(|(n, line)| {
        line.cells.iter().enumerate().any(|(at, cell)| {
            let below = || value_below(cell, layout);
            if let Some((asked, value)) = with_value(&cell.raw, layout).or_else(below) {
                return named(asked, &value);
            }
            let Some(asked) = Asked::of(&cell.text, layout).filter(|_| !cell.continued) else {
                return false;
            };
            let way = ways.iter().find(|(known, _)| *known == cell.text);
            value_of(&lines, n, at, way.map(|(_, way)| *way), |value| {
                asked.is_theirs(value, pupil)
            })
            .is_some_and(|value| named(asked, &value))
        })
    });
    let paragraphs = document
        .descendants()
        .filter(|node| is(*node, "p") && !node.ancestors().any(|around| is(around, "tbl")));
    let in_text = paragraphs
        .filter_map(|paragraph| with_value(&read(paragraph), layout))
        .any(|(asked, value)| named(asked, &value));
    if in_cells || in_text {
        return cannot(
            "the form already names another pupil",
            "give a blank copy of the form; if it is this pupil's, put the name, the UPN and the date of birth in it as the case has them",
        );
    }
    Ok(())
}

/// What a label asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Name,
    /// A name perhaps: the same word may stand over what a pupil says.
    Somebody,
    Upn,
    Born,
}

impl Asked {
    fn of(label: &str, layout: &Layout) -> Option<Self> {
        let fixed = [
            (Self::Somebody, Fixed::Nothing, SOMEBODY),
            (Self::Name, Fixed::Name, NAME),
            (Self::Upn, Fixed::Upn, UPN),
            (Self::Born, Fixed::Born, BORN),
        ];
        let pairs = [&layout.head, &layout.foot];
        let pairs = || pairs.into_iter().flatten().flat_map(|pairs| &pairs.cells);
        fixed.into_iter().find_map(|(asked, fixed, words)| {
            let theirs = pairs()
                .filter(|pair| fixed != Fixed::Nothing && pair.value == PairValue::Fixed(fixed))
                .any(|pair| plain(&pair.label) == label);
            (theirs || words.contains(&label)).then_some(asked)
        })
    }

    /// Whether a value is what the case says; one that cannot be compared is taken for it, but for a name.
    fn is_theirs(self, value: &str, pupil: &Details) -> bool {
        match self {
            Self::Somebody if !looks_like_name(value) => true,
            Self::Name | Self::Somebody => pupil
                .name
                .as_deref()
                .is_some_and(|name| is_same_name(name, value)),
            Self::Upn => {
                let short = |text: &str| plain(text).replace(' ', "");
                pupil
                    .upn
                    .as_deref()
                    .is_none_or(|upn| short(upn) == short(value))
            }
            Self::Born => pupil
                .born
                .zip(written_day(value))
                .is_none_or(|(born, written)| born == written),
        }
    }
}

/// Whether a text may be first name and surname: a few words, each with a capital letter.
fn looks_like_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    (2..=5).contains(&words.len())
        && words
            .iter()
            .all(|word| word.chars().next().is_some_and(char::is_uppercase))
}

/// A day as a form may have it, with its whole year: what else is written cannot be compared.
fn written_day(text: &str) -> Option<NaiveDate> {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    // With a year of four digits, the day that others are counted from plays no part.
    numbers
        .any(|number| number.len() == 4)
        .then(|| day::typed(text, NaiveDate::default()).ok())?
}

/// Whether two names are one: the same words in any order, or one of them with more words than the other.
fn is_same_name(ours: &str, theirs: &str) -> bool {
    let (ours, theirs) = (plain(ours), plain(theirs));
    if ours.replace(' ', "") == theirs.replace(' ', "") {
        return true;
    }
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let (ours, theirs) = (words(&ours), words(&theirs));
    let all_in = |some: &[String], all: &[String]| some.iter().all(|word| all.contains(word));
    all_in(&ours, &theirs) || theirs.len() > 1 && all_in(&theirs, &ours)
}

/// Which way the labels of the layout lie from their values.
fn ways(layout: &Layout) -> Vec<(String, Lie)> {
    [&layout.head, &layout.foot]
        .into_iter()
        .flatten()
        .flat_map(|pairs| {
            let of = |pair: &crate::form::Pair| (plain(&pair.label), pairs.lie);
            pairs.cells.iter().map(of).collect::<Vec<_>>()
        })
        .collect()
}

/// A label with its value in one text: "Name of pupil: A. Child".
fn with_value(text: &str, layout: &Layout) -> Option<(Asked, String)> {
    let (label, value) = text.split_once(':')?;
    let asked = Asked::of(&plain(label), layout)?;
    is_value(value).then(|| (asked, value.to_owned()))
}

/// A label with its value in a paragraph below it, in one cell.
fn value_below(cell: &Cell<'_>, layout: &Layout) -> Option<(Asked, String)> {
    let mut paragraphs = cell.node.children().filter(|node| is(*node, "p")).map(read);
    let asked = Asked::of(&plain(&paragraphs.next()?), layout)?;
    let value = paragraphs.find(|text| !text.is_empty())?;
    is_value(&value).then_some((asked, value))
}

/// Whether a text may be a value, and is neither another label nor what shows how to answer.
fn is_value(text: &str) -> bool {
    let words = plain(text);
    let mut words = words.split(' ');
    !is_placeholder(text)
        && !text.trim_end().ends_with(':')
        && words.all(|word| !OF_LABELS.contains(&word))
}

/// What stands beside or below a label as its value, as far as that can be told. What is the pupil's own settles it.
fn value_of(
    lines: &[Line<'_>],
    n: usize,
    at: usize,
    way: Option<Lie>,
    is_theirs: impl Fn(&str) -> bool,
) -> Option<String> {
    let line = &lines[n];
    let said = |cell: Option<&Cell<'_>>| {
        cell.filter(|cell| !cell.is_empty && !cell.continued && is_value(&cell.raw))
            .map(|cell| cell.raw.clone())
    };
    let next = lines.get(n + 1).filter(|next| next.table == line.table);
    let below = said(next.and_then(|next| next.cell_at(line.cells[at].at)));
    let beside = said(line.cells.get(at + 1));
    if [&below, &beside]
        .into_iter()
        .flatten()
        .any(|value| is_theirs(value))
    {
        return None;
    }
    // Labels side by side have their values below them.
    let side_by_side = line.cells.len() > 2 && line.cells.iter().all(|cell| !cell.is_empty);
    match way {
        Some(Lie::Columns) => below.or(beside.filter(|_| line.cells.len() == 2)),
        None if side_by_side => below,
        None if line.cells.len() == 1 => below,
        Some(Lie::Rows) | None => beside,
    }
}
