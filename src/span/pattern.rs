//! The language as regular expressions, for schemas: what these take the readers take too, apart from names and ranges.

const UNIT: &str = "(days?|weeks?|months?|years?|school days?|school weeks?|working days?|sessions?|academic years?)";
const WHOLE: &str = "whole school weeks?";
const ANCHOR: &str = r"((first|latest) )?[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)?";
const SIDE: &str = "(before|after)";

fn clause() -> String {
    let apart = format!("(within [0-9]+|at least [0-9]+|[0-9]+ to [0-9]+) {UNIT} {SIDE} {ANCHOR}");
    let whole = format!("within [0-9]+ {WHOLE} before {ANCHOR}");
    format!("((on or )?{SIDE} {ANCHOR}|on {ANCHOR}|{apart}|{whole})")
}

fn ends() -> String {
    format!("( from {ANCHOR})?( to {ANCHOR})?")
}

/// `dated`, and a day in `expect`.
pub fn clauses() -> String {
    format!("^{0}( and {0})*$", clause())
}

/// `lasts`.
pub fn length() -> String {
    format!(
        "^(at least [0-9]+|at most [0-9]+|[0-9]+ to [0-9]+) {UNIT}{}$",
        ends()
    )
}

/// `repeat`.
pub fn interval() -> String {
    format!("^every [0-9]+ {UNIT}{}$", ends())
}

/// `covers` in `expect`.
pub fn cover() -> String {
    format!("^[0-9]+ ({UNIT}|{WHOLE}) before {ANCHOR}$")
}

/// A figure of the register, with its window.
pub fn figure() -> String {
    let n = r"[0-9]{1,3}(\.[0-9]{1,2})?%";
    let share = format!("(at least|at most|below|above) {n}|{n} to {n}");
    let of = "( of [^ ]+( or [^ ]+)*)?";
    let sessions = format!("(at least|at most) [0-9]+( consecutive)? sessions?{of}");
    format!(
        "^({share}|{sessions})( while of school age)?( {0}( and {0})*)?$",
        clause()
    )
}

/// `count`.
pub fn tally() -> String {
    "^((at least|at most|exactly) [0-9]+|[0-9]+ to [0-9]+)$".to_owned()
}
