//! Whether a situation could be recorded at all: by the rules that every entry goes by, but for what may be incomplete.

use chrono::NaiveDate;

use super::read::Reader;
use crate::case::Case;
use crate::case::entry::{Content, Deed};
use crate::case::state::CaseState;
use crate::entry_rules::{Fault, Rules, Source, Waived};
use crate::problem::{Code, Problems, did_you_mean};
use crate::tree::Node;

impl Reader<'_> {
    /// Checks what each entry of a situation says, at its place in the file.
    pub(super) fn check(
        &self,
        case: &Case,
        as_of: NaiveDate,
        told: &[(Content, Node)],
        problems: &mut Problems<'_>,
    ) {
        let state = CaseState::replay(case, None);
        let rules = Rules {
            checklist: Some(self.checklist),
            state: &state,
            new_people: &[],
            today: as_of,
            school_record: None,
            source: Source::Situation,
            waived: Waived::default(),
        };
        for (content, node) in told {
            for fault in rules.faults(&Deed::Record(content.clone())) {
                let at = fault.key().and_then(|key| node.get(key)).unwrap_or(node);
                problems.node(at, code(&fault), fault.message(), hint(&fault));
            }
            if let Content::Sign(sign) = content {
                self.check_role(&sign.role, node, problems);
            }
        }
    }

    /// A role nobody is asked to sign in is allowed: who signs wrongly is a situation too. A slip of the pen is told.
    fn check_role(&self, role: &str, node: &Node, problems: &mut Problems<'_>) {
        let mut known = self.checklist.items.iter().flat_map(|item| &item.signed_by);
        let slip = |known: &&String| *known != role && strsim::levenshtein(known, role) <= 2;
        if !known.clone().any(|known| known == role)
            && let Some(near) = known.find(slip)
        {
            let node = node.get("role").unwrap_or(node);
            let message = format!("nobody is asked to sign as `{role}`");
            problems.node(
                node,
                Code::UnknownWord,
                message,
                Some(format!("did you mean `{near}`?")),
            );
        }
    }

    /// Checks the name of an item.
    pub(super) fn check_item(&self, item: Option<&str>, node: &Node, problems: &mut Problems<'_>) {
        let Some(item) = item.filter(|item| self.checklist.item(item).is_none()) else {
            return;
        };
        let hint = did_you_mean(
            item,
            self.checklist.items.iter().map(|item| item.id.as_str()),
        );
        let node = node.get("item").unwrap_or(node);
        let message = format!("`{item}` is not an item of `{}`", self.checklist.id);
        problems.node(node, Code::UnknownName, message, hint);
    }
}

/// The kind of mistake in a file that a fault is.
fn code(fault: &Fault) -> Code {
    match fault {
        Fault::UnknownItem { .. } | Fault::UnknownPoint { .. } | Fault::Nobody { .. } => {
            Code::UnknownName
        }
        Fault::UnknownField { .. } => Code::UnknownField,
        Fault::UnknownFact { .. } => Code::UnknownFact,
        Fault::NotAnAnswer { .. } | Fault::NotAnAnswerOfFact { .. } => Code::UnknownAnswer,
        Fault::NotADay { .. } | Fault::NotAPeriod { .. } => Code::BadDay,
        Fault::NotAPercent { .. } => Code::WrongType,
        Fault::NotARole => Code::BadName,
        _ => Code::Clash,
    }
}

/// What to write instead; a situation is in no case that a command could be about.
fn hint(fault: &Fault) -> Option<String> {
    match fault {
        Fault::FollowsFromOthers { .. } => Some("record on the items it follows from".to_owned()),
        Fault::OnlyLooksAt { first, .. } => Some(format!("name `{first}`")),
        Fault::IsSignOff { .. } => Some("write it with `kind: sign`".to_owned()),
        Fault::Nobody { ids, .. } => match ids.as_slice() {
            [] => Some("name them under `people`".to_owned()),
            ids => Some(format!("known here: {}", ids.join(", "))),
        },
        other => other.hint(Source::Situation),
    }
}
