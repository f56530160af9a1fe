//! The schema of sample situations.

use serde_json::{Value, json};

use super::{closed, day, described, kebab, one_of, one_or_more, pattern, words};
use crate::case::entry::Role;
use crate::readiness::State;
use crate::readiness::gap::GapCode;
use crate::samples::FORMAT;

pub(super) fn schema() -> Value {
    let states = format!(
        "^({})( ({}))?$",
        State::WORDS.join("|"),
        GapCode::WORDS.join("|")
    );
    let facts = json!({"type": "object", "additionalProperties": words()});
    let entries = json!({"type": "array", "items": super::case::told()});
    let period = pattern(
        "^[0-9]{4}-[0-9]{2}-[0-9]{2} to [0-9]{4}-[0-9]{2}-[0-9]{2}$",
        "a period of two days, such as: 2026-09-02 to 2026-10-23",
    );
    let terms = one_or_more(&period);
    let register = closed(
        &["covers"],
        &json!({
            "covers": period,
            "marks": {
                "type": "object",
                "additionalProperties": pattern("^[^ ]{1,2} [^ ]{1,2}$", "the marks of the morning and the afternoon, such as: O O"),
            },
        }),
    );
    let sample = closed(
        &["name", "as-of"],
        &json!({
            "name": described("the situation in a sentence"),
            "as-of": day(),
            "gate": kebab(),
            "verdict": one_of(&["ready", "not-ready"]),
            "facts": facts,
            "school-facts": facts,
            "terms": terms,
            "closed": one_or_more(&day()),
            "register": register,
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
            "terms": terms,
            "closed": one_or_more(&day()),
            "samples": {"type": "array", "items": sample},
        }),
    )
}
