//! The script of a structured conversation with a parent: its steps, and how its blanks are filled.

use crate::fields::Fields;
use crate::problem::{Code, Problems};
use crate::tree::Node;

/// The practice an item names that takes such a conversation; where a list has none, what comes nearest.
pub const PRACTICES: &[&str] = &[
    "structured-conversation",
    "phone-call",
    "parent-contact",
    "parent-meeting",
];
/// The blanks a script may hold.
pub const BLANKS: &[&str] = &[
    "parent",
    "caller",
    "school",
    "child",
    "days-missed",
    "registers-close",
];

/// A script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Its title.
    pub title: String,
    /// Where its steps come from.
    pub source: String,
    /// What is said, in order.
    pub steps: Vec<Step>,
    /// What belongs to it afterwards: the item of the list it stands for, and the follow-up in words.
    pub afterwards: Vec<(String, String)>,
}

/// One step of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The point of the item that it covers.
    pub point: Option<String>,
    /// What it is about.
    pub heading: String,
    /// What is said, with blanks.
    pub say: String,
    /// Advice to the caller that is not spoken.
    pub listen: Option<String>,
}

impl Script {
    /// Reads a script from the tree of its file.
    pub fn read(file: &Node, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(file, "a script", problems)?;
        fields.take("attcheck");
        let (title, source) = (
            fields.need("title", problems)?,
            fields.need("source", problems)?,
        );
        let steps = fields
            .take("steps")
            .and_then(Node::as_list)
            .unwrap_or_default();
        let steps = steps
            .iter()
            .filter_map(|node| step(node, problems))
            .collect();
        let afterwards = fields
            .take("afterwards")
            .and_then(Node::as_list)
            .unwrap_or_default();
        let afterwards = afterwards.iter().filter_map(|node| {
            let mut fields = Fields::of(node, "a follow-up", problems)?;
            let pair = fields.need("item", problems)?;
            let next = fields.need("next", problems)?;
            fields.finish(problems);
            Some((pair, next))
        });
        let afterwards = afterwards.collect();
        fields.finish(problems);
        Some(Self {
            title,
            source,
            steps,
            afterwards,
        })
    }
}

fn step(node: &Node, problems: &mut Problems<'_>) -> Option<Step> {
    let mut fields = Fields::of(node, "a step", problems)?;
    let step = Step {
        point: fields.text("point", problems),
        heading: fields.need("heading", problems)?,
        say: fields.need("say", problems)?,
        listen: fields.text("listen", problems),
    };
    fields.finish(problems);
    for piece in pieces(&step.say) {
        if let Piece::Blank(name) = piece
            && !BLANKS.contains(&name)
        {
            problems.node(
                node,
                Code::UnknownName,
                format!("`{{{name}}}` is no blank of a script"),
                None,
            );
        }
    }
    Some(step)
}

enum Piece<'t> {
    Text(&'t str),
    Blank(&'t str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        found.push(Piece::Text(before));
        match after.split_once('}') {
            Some((name, after)) => {
                found.push(Piece::Blank(name));
                rest = after;
            }
            None => rest = after,
        }
    }
    found.push(Piece::Text(rest));
    found
}

/// Fills the blanks of a text; what is not known stays a blank that can be seen.
pub fn filled(text: &str, known: impl Fn(&str) -> Option<String>) -> String {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Blank(name) => known(name).unwrap_or_else(|| marked(name)),
        })
        .collect()
}

/// A blank as it is shown: `[____ days missed]`.
fn marked(name: &str) -> String {
    let words = match name {
        "parent" => "the parent's name",
        "caller" => "your name",
        "school" => "the school",
        "child" => "the child's name",
        "days-missed" => "how many days",
        "registers-close" => "when the registers close",
        other => other,
    };
    format!("[____ {words}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_filled_or_marked() {
        let known = |name: &str| (name == "child").then(|| "Ada".to_owned());
        let text = "{child} has missed {days-missed} of school, {child}.";
        assert_eq!(
            filled(text, known),
            "Ada has missed [____ how many days] of school, Ada."
        );
        assert_eq!(filled("no blank", known), "no blank");
        // What a name holds is text and no blank.
        assert_eq!(filled("{child}", |_| Some("{school}".into())), "{school}");
    }
}
