//! What is worth a second look in a checklist that can be used: nothing is wrong with it, but it may not say what was meant.

use std::fmt;

use super::{Checklist, Item};

/// Something about an item that may not be meant so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The item.
    pub item: String,
    /// The rows it stands for, as a message names them.
    pub rows: String,
    /// What is so.
    pub says: String,
    /// How it is written if it is not meant so.
    pub hint: &'static str,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            item,
            rows,
            says,
            hint,
        } = self;
        write!(f, "`{item}` ({rows}): {says}; {hint}")
    }
}

impl Checklist {
    /// What is worth a second look, in the order of the form.
    pub fn remarks(&self) -> Vec<Remark> {
        self.items.iter().filter_map(met_by_silence).collect()
    }
}

/// A greatest number without a least is kept by a record in which nobody has written anything.
fn met_by_silence(item: &Item) -> Option<Remark> {
    let most = item.count.most?;
    let silent = item.count.least == 0 && item.needs.is_none();
    silent.then(|| Remark {
        item: item.id.clone(),
        rows: item.rows(),
        says: format!(
            "a count of at most {most} is met where nothing is recorded, also if nobody has looked"
        ),
        hint: "add `needs` with an item or a fact that says that somebody has",
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::store::builtin;

    #[test]
    fn a_greatest_number_alone_is_remarked_on() {
        for (keys, remarked) in [
            ("count: at most 1", true),
            ("count: exactly 0", true),
            ("count: 0 to 2", true),
            ("count: 1 to 2", false),
            ("count: exactly 1", false),
            ("count: at least 0, entries: every", false),
            ("count: at most 1, needs: looked-up", false),
            ("record: [outcome]", false),
        ] {
            let text = format!(
                "attcheck: checklist/1\nid: x\nedition: \"2026-12\"\ntitle: X\nauthority: X\nsubject: pupil\n\
                 gates:\n  referral: {{title: R, sections: s}}\nsections:\n  - id: s\n    title: S\n    level: must\n    items:\n\
                 \x20     - {{id: looked-up, title: Looked up, source: \"1\", record: [outcome]}}\n\
                 \x20     - {{id: few, title: Few, source: \"2\", {keys}}}\n"
            );
            let list = builtin::parse_checklist(&text, Path::new("x")).unwrap();
            let told: Vec<String> = list.remarks().iter().map(ToString::to_string).collect();
            assert_eq!(!told.is_empty(), remarked, "{keys}: {told:?}");
            assert!(told.iter().all(|one| one.starts_with("`few` (row 2)")));
        }
    }
}
