//! Which headings a message may repeat: a table without headings has a pupil's name where they belong.

use super::columns::ROLES;
use super::days;
use crate::day;

/// Words that stand in headings, singular. No first name is among them but Mark, which is a usual heading.
#[rustfmt::skip]
const HEADING_WORDS: &[&str] = &[
    "absence", "absent", "academic", "address", "admission", "adno", "afternoon", "age", "all", "am", "and", "arrival",
    "arrived", "att", "attendance", "attended", "authorised", "band", "birth", "by", "category", "class", "code",
    "column", "comment", "count", "course", "data", "date", "day", "description", "dob", "eal", "email", "end", "enrolment",
    "entered", "entry", "ethnicity", "event", "father", "fee", "first", "flag", "form", "forename", "from", "fsm",
    "full", "gender", "group", "grp", "guardian", "half", "home", "hour", "house", "id", "identifier", "in", "initial",
    "is", "issue", "last", "late", "lateness", "lac", "legal", "lesson", "letter", "level", "list", "mark", "middle",
    "minute", "mins", "missed", "mk", "mobile", "month", "morning", "mother", "na", "name", "nc", "ncy", "no",
    "note", "num", "number", "of", "on", "order", "out", "parent", "percent", "percentage", "period", "phase", "phone",
    "pm", "possible", "postcode", "pp", "preferred", "premium", "present", "provision", "pupil", "reason", "recorded",
    "ref", "reference", "reg", "register", "registration", "relationship", "remark", "report", "roll", "room", "school",
    "sen", "send", "session", "sex", "slot", "source", "staff", "start", "state", "status", "student", "subject", "sum",
    "surname", "tag", "taken", "taker", "teacher", "tel", "telephone", "term", "text", "the", "time", "title", "to",
    "total", "tutor", "type", "unauthorised", "unique", "upn", "uln", "url", "user", "value", "week", "weekday",
    "weekly", "when", "year", "yr", "yeargroup", "given", "family", "learner", "child", "wk", "commencing", "beginning",
    "starting", "wc", "ampm", "entitlement", "free", "meal", "looked", "after", "leaver", "joined", "leaving", "joining",
];

/// Whether a heading consists of words that stand in headings, so that it is no pupil's name.
pub(super) fn is_plain_heading(heading: &str) -> bool {
    let lower = heading.to_lowercase();
    let mut words = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let is_number = |word: &str| word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit());
    // May and June are names, and with a number they are days.
    let has_number = words.clone().any(is_number);
    let is_known = |word: &str| {
        let one = word.strip_suffix('s').unwrap_or(word);
        HEADING_WORDS.contains(&word)
            || HEADING_WORDS.contains(&one)
            || days::weekday(word).is_some()
            || has_number && day::month(word).is_some()
            || ROLES.iter().any(|(_, known)| known.contains(&word))
    };
    let some = words.clone().any(is_known);
    some && words.all(|word| is_known(word) || is_number(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_heading() {
        for heading in [
            "Pupil ref",
            "Att. Mk",
            "Year group",
            "Reg Grp 7",
            "Mon AM",
            "Session name",
            "UPN",
            "Mon 14 Sep AM",
        ] {
            assert!(is_plain_heading(heading), "{heading}");
        }
        for heading in [
            "Ada",
            "Ada O'Kafor",
            "H801200001001",
            "Grace",
            "June",
            "Late Grace",
            "",
            "1234",
            "01/02/2012",
        ] {
            assert!(!is_plain_heading(heading), "{heading}");
        }
    }
}
