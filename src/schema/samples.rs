//! The schema of sample situations.

use serde_json::{Value, json};

use super::{closed, day, described, kebab, one_of, pattern, words};
use crate::case::entry::Role;
use crate::readiness::State;
use crate::readiness::gap::GapCode;
use crate::samples::FORMAT;

pub(super) fn schema() -> Value {
    let states = format!("^({})( ({}))?$", State::WORDS.join("|"), GapCode::WORDS.join("|"));
    let facts = json!({"type": "object", "additionalProperties": words()});
    let entries = json!({"type": "array", "items": super::case::told()});
    let sample = closed(
        &["name", "as-of"],
        &json!({
            "name": described("the situation in a sentence"),
            "as-of": day(),
            "gate": kebab(),
            "verdict": one_of(&["ready", "not-ready"]),
            "facts": facts,
            "school-facts": facts,
            "people": {"type": "object", "additionalProperties": one_of(Role::WORDS)},
            "entries": entries,
            "school-entries": entries,
            "expect": {
                "type": "object",
                "additionalProperties": pattern(&states, "a state, and after it the first gap if you like"),
            },
        }),
    );
    closed(
        &["attcheck", "checklist", "samples"],
        &json!({
            "attcheck": {"const": FORMAT},
            "checklist": kebab(),
            "samples": {"type": "array", "items": sample},
        }),
    )
}
