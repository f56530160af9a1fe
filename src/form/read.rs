//! From the tree of a file to a [`Layout`], every name checked against the checklist.

use super::{
    Column, FORMAT, Fixed, From, Holds, Layout, Lie, Lines, Page, Pair, PairValue, Pairs, Part,
    Shows, Target, shows,
};
use crate::case::entry::words;
use crate::checklist::Checklist;
use crate::fields::{Fields, text_of, texts_of};
use crate::problem::{Code, Problems, did_you_mean};
use crate::tree::{Node, Value};

/// Most rows a table of follow-ups can be asked to have.
const MOST_BLANK: usize = 50;

words! {
    /// The words for [`Lines`].
    Word {
        /// A line for each row of the form, whatever items stand for it.
        Rows => "rows",
        /// A line for each item.
        Items => "items",
        /// A line for each follow-up of the case.
        FollowUps => "follow-ups",
    }
}

/// Reads a layout; `None` if the file cannot be used. Why is then among the problems, all of them.
pub fn layout(file: &Node, checklist: &Checklist, problems: &mut Problems<'_>) -> Option<Layout> {
    let before = problems.len();
    let mut fields = Fields::of(file, "a layout", problems)?;
    if fields.need("attcheck", problems)? != FORMAT {
        let hint = format!("a layout begins with `attcheck: {FORMAT}`");
        let node = file.get("attcheck").unwrap_or(file);
        problems.node(
            node,
            Code::WrongFormat,
            "this is not the layout of a form",
            Some(hint),
        );
        return None;
    }
    if let Some(named) = fields
        .text("checklist", problems)
        .filter(|named| *named != checklist.id)
    {
        let node = file.get("checklist").unwrap_or(file);
        let message = format!(
            "the layout is for `{named}`, and the checklist is `{}`",
            checklist.id
        );
        problems.node(node, Code::UnknownName, message, None);
    }
    let title = fields
        .text("title", problems)
        .unwrap_or_else(|| checklist.title.clone());
    let about = fields.text("about", problems);
    let page = fields
        .word("page", Page::WORDS, Page::from_word, problems)
        .unwrap_or(Page::Landscape);
    let head = fields
        .take("head")
        .and_then(|node| pairs(node, checklist, problems));
    if fields.node().get("columns").is_none() {
        fields.missing("columns", problems);
    }
    let columns = fields
        .take("columns")
        .map(|node| columns(node, false, checklist, problems))
        .unwrap_or_default();
    let foot = fields
        .take("foot")
        .and_then(|node| pairs(node, checklist, problems));
    let parts = match fields.take("parts") {
        Some(node) => parts(node, checklist, problems),
        None => (0..checklist.sections.len())
            .map(|section| Part {
                section,
                about: None,
                columns: None,
                lines: Lines::Rows,
            })
            .collect(),
    };
    let headings: Vec<&Column> = columns
        .iter()
        .chain(
            parts
                .iter()
                .filter_map(|part| part.columns.as_ref())
                .flatten(),
        )
        .collect();
    let (rows, cells) = fields
        .take("rows")
        .map(|node| rows(node, checklist, &headings, problems))
        .unwrap_or_default();
    let hints = fields.texts("hints", problems);
    fields.finish(problems);
    let layout = Layout {
        title,
        about,
        page,
        head,
        columns,
        parts,
        foot,
        rows,
        cells,
        hints,
    };
    nothing_left_out(file, &layout, checklist, problems);
    (problems.len() == before).then_some(layout)
}

/// A form that leaves a row out would come back from the council.
fn nothing_left_out(
    file: &Node,
    layout: &Layout,
    checklist: &Checklist,
    problems: &mut Problems<'_>,
) {
    let in_cells: Vec<&str> = [&layout.head, &layout.foot]
        .into_iter()
        .flatten()
        .flat_map(|pairs| &pairs.cells)
        .filter_map(|pair| match &pair.value {
            PairValue::Field { item, .. } => Some(item.as_str()),
            PairValue::Fixed(_) | PairValue::Shows(_) => None,
        })
        .collect();
    for (n, section) in checklist.sections.iter().enumerate() {
        let shown = layout.parts.iter().any(|part| part.section == n)
            || checklist
                .items_of(n)
                .all(|item| in_cells.contains(&item.id.as_str()));
        if !shown {
            let node = file.get("parts").unwrap_or(file);
            let message = format!("the section `{}` stands nowhere on the form", section.id);
            let hint = Some(format!("add `- section: {}` to `parts`", section.id));
            problems.node(node, Code::MissingKey, message, hint);
        }
    }
}

fn list<'n>(node: &'n Node, key: &str, problems: &mut Problems<'_>) -> &'n [Node] {
    match node.as_list() {
        Some([]) | None => {
            let message = format!("`{key}` must be a list with something in it");
            problems.node(node, Code::WrongType, message, None);
            &[]
        }
        Some(nodes) => nodes,
    }
}

fn pairs(node: &Node, checklist: &Checklist, problems: &mut Problems<'_>) -> Option<Pairs> {
    let mut fields = Fields::of(node, "a head or a foot", problems)?;
    let lie = fields
        .word("as", Lie::WORDS, Lie::from_word, problems)
        .unwrap_or(Lie::Rows);
    let from = fields
        .word("from", From::WORDS, From::from_word, problems)
        .unwrap_or(From::Council);
    if node.get("cells").is_none() {
        fields.missing("cells", problems);
    }
    let cells = fields
        .take("cells")
        .map(|node| list(node, "cells", problems))
        .unwrap_or_default();
    fields.finish(problems);
    let cells = cells
        .iter()
        .filter_map(|node| pair(node, checklist, problems))
        .collect();
    Some(Pairs { lie, from, cells })
}

fn pair(node: &Node, checklist: &Checklist, problems: &mut Problems<'_>) -> Option<Pair> {
    let mut fields = Fields::of(node, "a cell", problems)?;
    let label = fields.need("label", problems);
    let holds = node.get("holds");
    let shown = match holds.map(|holds| &holds.value) {
        Some(Value::Map(_)) => fields
            .take("holds")
            .and_then(|node| shows::of_pair(node, checklist, problems)),
        _ => fields
            .word("holds", Fixed::WORDS, Fixed::from_word, problems)
            .map(PairValue::Fixed),
    };
    let item = fields.text("item", problems);
    let field = fields.text("field", problems);
    let find = find(&mut fields, label.as_deref(), problems);
    fields.finish(problems);
    let value = match (holds.is_some(), item, field) {
        (true, None, None) => shown?,
        (false, Some(item), Some(field)) => {
            shows::known_item(node.get("item").unwrap_or(node), &item, checklist, problems);
            shows::known_field(
                node.get("field").unwrap_or(node),
                &field,
                checklist,
                problems,
            );
            PairValue::Field { item, field }
        }
        _ => {
            let message = "a cell has either `holds`, or `item` and `field`";
            problems.node(
                node,
                Code::Clash,
                message,
                Some("write `holds: name`".to_owned()),
            );
            return None;
        }
    };
    Some(Pair {
        label: label?,
        find,
        value,
    })
}

/// The words something is known by in the council's own file: those given, or its label.
fn find(fields: &mut Fields<'_>, label: Option<&str>, problems: &mut Problems<'_>) -> Vec<String> {
    match fields.take("find") {
        Some(node) => texts_of(node, "find", problems),
        None => label.map(str::to_owned).into_iter().collect(),
    }
}

fn columns(
    node: &Node,
    follow_ups: bool,
    checklist: &Checklist,
    problems: &mut Problems<'_>,
) -> Vec<Column> {
    let columns: Vec<Column> = list(node, "columns", problems)
        .iter()
        .filter_map(|node| column(node, follow_ups, checklist, problems))
        .collect();
    let whole: u32 = columns.iter().map(|column| column.width).sum();
    if !columns.is_empty() && whole != 100 && problems.is_clear() {
        let message = format!("the columns are {whole} percent wide together, and must be 100");
        problems.node(node, Code::Clash, message, Some("mend `width`".to_owned()));
    }
    columns
}

fn column(
    node: &Node,
    follow_ups: bool,
    checklist: &Checklist,
    problems: &mut Problems<'_>,
) -> Option<Column> {
    let mut fields = Fields::of(node, "a column", problems)?;
    let label = fields.need("label", problems);
    let own = match node.get("holds").map(|holds| &holds.value) {
        Some(Value::Map(_)) => fields
            .take("holds")
            .and_then(|node| shows::read(node, checklist, problems)),
        Some(Value::Text(word)) if word == shows::NOTHING => {
            fields.take("holds");
            Some(Shows::Nothing)
        }
        _ => None,
    };
    let holds = match &own {
        Some(own) => Some(own.nature()),
        None => fields.word("holds", Holds::WORDS, Holds::from_word, problems),
    };
    if node.get("holds").is_none() {
        fields.missing("holds", problems);
    }
    let percent = |text: &str| text.parse().ok().filter(|n| (1..=100).contains(n));
    let width = fields.need("width", problems).and_then(|text| {
        let width = percent(&text);
        if let (None, Some(node)) = (width, node.get("width")) {
            let hint = Some("write a whole number from 1 to 100".to_owned());
            problems.node(
                node,
                Code::WrongType,
                "`width` is a share of the table in percent",
                hint,
            );
        }
        width
    });
    let find = find(&mut fields, label.as_deref(), problems);
    fields.finish(problems);
    if let (Some(found), Some(node)) = (
        holds.filter(|holds| holds.of_follow_up() != follow_ups),
        node.get("holds"),
    ) {
        let of = if follow_ups {
            "a row of the form"
        } else {
            "a follow-up"
        };
        let message = format!("`{found}` is said of {of}, and this table has none");
        problems.node(node, Code::Clash, message, None);
    }
    Some(Column {
        label: label?,
        holds: holds?,
        shows: own,
        width: width?,
        find,
    })
}

fn parts(node: &Node, checklist: &Checklist, problems: &mut Problems<'_>) -> Vec<Part> {
    list(node, "parts", problems)
        .iter()
        .filter_map(|node| part(node, checklist, problems))
        .collect()
}

fn part(node: &Node, checklist: &Checklist, problems: &mut Problems<'_>) -> Option<Part> {
    let mut fields = Fields::of(node, "a part", problems)?;
    let named = fields.need("section", problems)?;
    let section = checklist
        .sections
        .iter()
        .position(|section| section.id == named);
    if section.is_none() {
        let hint = did_you_mean(
            &named,
            checklist.sections.iter().map(|section| section.id.as_str()),
        );
        let node = node.get("section").unwrap_or(node);
        problems.node(
            node,
            Code::UnknownName,
            format!("there is no section `{named}`"),
            hint,
        );
    }
    let about = fields.text("about", problems);
    let found = fields.word("rows", Word::WORDS, Word::from_word, problems);
    let follow_ups = found == Some(Word::FollowUps);
    let least = fields.text("at-least", problems).map(|text| {
        let least = text.parse().ok().filter(|n| *n <= MOST_BLANK && follow_ups);
        if let (None, Some(node)) = (least, node.get("at-least")) {
            let hint = format!("a whole number up to {MOST_BLANK}, beside `rows: follow-ups`");
            problems.node(
                node,
                Code::WrongType,
                "`at-least` is a number of rows",
                Some(hint),
            );
        }
        least.unwrap_or_default()
    });
    let own = fields
        .take("columns")
        .map(|node| columns(node, follow_ups, checklist, problems));
    if follow_ups && own.is_none() {
        fields.missing("columns", problems);
    }
    fields.finish(problems);
    let lines = match found {
        Some(Word::FollowUps) => Lines::FollowUps {
            least: least.unwrap_or_default(),
        },
        Some(Word::Items) => Lines::Items,
        Some(Word::Rows) | None => Lines::Rows,
    };
    Some(Part {
        section: section?,
        about,
        columns: own,
        lines,
    })
}

/// By what words each row is known, and what single cells of it show.
type RowsRead = (Vec<(String, Vec<String>)>, Vec<(String, Target, Shows)>);

fn rows(
    node: &Node,
    checklist: &Checklist,
    columns: &[&Column],
    problems: &mut Problems<'_>,
) -> RowsRead {
    let (mut found, mut cells) = (Vec::new(), Vec::new());
    let Some(pairs) = node.as_map() else {
        let hint = "write a row and the words it is known by, as in `M6: early help assessment`"
            .to_owned();
        problems.node(
            node,
            Code::WrongType,
            "`rows` must be a map from rows to words",
            Some(hint),
        );
        return (found, cells);
    };
    for (key, node) in pairs {
        let known: Vec<&str> = checklist
            .items
            .iter()
            .flat_map(|item| &item.source)
            .map(String::as_str)
            .collect();
        if !known.contains(&key.name.as_ref()) {
            let hint = did_you_mean(&key.name, known.iter().copied());
            let message = format!("no item stands for a row `{}`", key.name);
            problems.at(
                key.place,
                key.name.chars().count(),
                Code::UnknownName,
                message,
                hint,
            );
        }
        let words = match &node.value {
            Value::Map(_) => {
                let Some(mut fields) = Fields::of(node, "a row", problems) else {
                    continue;
                };
                let words = fields
                    .take("find")
                    .map(|node| texts_of(node, "find", problems));
                if let Some(holds) = fields.take("holds") {
                    let shown = cells_of(holds, checklist, columns, problems);
                    cells.extend(
                        shown
                            .into_iter()
                            .map(|(target, shows)| (key.name.to_string(), target, shows)),
                    );
                }
                fields.finish(problems);
                words
            }
            Value::List(_) => Some(texts_of(node, &key.name, problems)),
            Value::Text(_) => Some(text_of(node, &key.name, problems).into_iter().collect()),
        };
        found.extend(words.map(|words| (key.name.to_string(), words)));
    }
    (found, cells)
}

/// What cells of a row show: by the word of their column, or by its heading.
fn cells_of(
    node: &Node,
    checklist: &Checklist,
    columns: &[&Column],
    problems: &mut Problems<'_>,
) -> Vec<(Target, Shows)> {
    let Some(pairs) = node.as_map() else {
        let hint = "write a column and what stands there, as in `completed: {fact: young_carer}`";
        problems.node(
            node,
            Code::WrongType,
            "`holds` of a row must be a map from columns to what they show",
            Some(hint.to_owned()),
        );
        return Vec::new();
    };
    let in_answer = |holds: Holds| {
        matches!(holds, Holds::Completed | Holds::Date | Holds::Outcome)
            && columns.iter().any(|column| column.holds == Holds::Answer)
    };
    let mut found = Vec::new();
    for (key, node) in pairs {
        let holds = Holds::from_word(&key.name).filter(|holds| {
            in_answer(*holds)
                || columns
                    .iter()
                    .any(|column| column.shows.is_none() && column.holds == *holds)
        });
        let target = match holds {
            Some(holds) => Target::Holds(holds),
            None if columns
                .iter()
                .any(|column| column.label == key.name.as_ref()) =>
            {
                Target::Column(key.name.to_string())
            }
            None => {
                let known = columns.iter().map(|column| column.label.as_str());
                let hint = did_you_mean(&key.name, Holds::WORDS.iter().copied().chain(known));
                let message = format!("the form has no column `{}`", key.name);
                problems.at(
                    key.place,
                    key.name.chars().count(),
                    Code::UnknownName,
                    message,
                    hint,
                );
                continue;
            }
        };
        if let Some(shows) = shows::read(node, checklist, problems) {
            found.push((target, shows));
        }
    }
    found
}
