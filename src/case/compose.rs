//! From what is to be recorded to the entry that records it.

use chrono::{DateTime, FixedOffset, NaiveDate, SubsecRound};

use super::entry::{
    Action, Attachment, Content, Deed, Details, EntryId, Fact, PersonEntry, PersonId, Plan, Sign,
};
use super::seal;
use crate::tree::{Key, Node, Value};

/// Pairs of an entry, in the order they are written.
#[derive(Default)]
struct Pairs(Vec<(Key, Node)>);

impl Pairs {
    fn put(&mut self, key: &str, node: Node) {
        self.0.push((
            Key {
                name: key.to_owned().into(),
                ..Key::default()
            },
            node,
        ));
    }

    fn text(&mut self, key: &str, text: &str) {
        self.put(key, Node::text(text));
    }

    fn some(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(key, text);
        }
    }

    fn day(&mut self, key: &str, day: Option<NaiveDate>) {
        if let Some(day) = day {
            self.text(key, &day.to_string());
        }
    }

    fn list<'a>(&mut self, key: &str, texts: impl IntoIterator<Item = &'a str>) {
        let list: Vec<&str> = texts.into_iter().collect();
        if !list.is_empty() {
            self.put(key, Node::list(list));
        }
    }

    fn persons(&mut self, persons: &[PersonId]) {
        self.list("for", persons.iter().map(|person| person.0.as_str()));
    }

    fn node(self) -> Node {
        Node {
            value: Value::Map(self.0),
            ..Node::default()
        }
    }
}

/// An entry with its id, ready to be written: what it does, who recorded it when, and what it follows.
pub fn entry(deed: &Deed, by: &str, at: DateTime<FixedOffset>, after: &[EntryId]) -> Node {
    let mut pairs = Pairs::default();
    let kind = match deed {
        Deed::Record(content) => content.kind(),
        Deed::Correct { .. } => "correct",
        Deed::Withdraw { .. } => "withdraw",
        Deed::Strike { .. } => "strike",
        Deed::Struck => "struck",
    };
    pairs.text("kind", kind);
    pairs.text("at", &instant(at));
    pairs.text("by", by);
    match deed {
        Deed::Record(content) => put_content(&mut pairs, content),
        Deed::Correct {
            corrects,
            why,
            content,
        } => {
            pairs.text("corrects", &corrects.0);
            pairs.text("why", why);
            if let Some(content) = content {
                put_content(&mut pairs, content);
            }
        }
        Deed::Withdraw { withdraws, why } => {
            pairs.text("withdraws", &withdraws.0);
            pairs.text("why", why);
        }
        Deed::Strike {
            strikes,
            followed,
            why,
        } => {
            pairs.text("strikes", &strikes.0);
            if let Some(followed) = followed {
                pairs.list("followed", followed.iter().map(|id| id.0.as_str()));
            }
            pairs.text("why", why);
        }
        Deed::Struck => {}
    }
    pairs.list("after", after.iter().map(|id| id.0.as_str()));
    with_id(pairs)
}

fn with_id(mut pairs: Pairs) -> Node {
    let bare = Node {
        value: Value::Map(pairs.0.clone()),
        ..Node::default()
    };
    pairs.text("id", &seal::entry_id(&bare).0);
    pairs.node()
}

/// What is left of an entry whose text is taken out: its `after` and its old id.
pub fn struck(after: &[EntryId], id: &EntryId) -> Node {
    let mut pairs = Pairs::default();
    pairs.text("kind", "struck");
    pairs.list("after", after.iter().map(|id| id.0.as_str()));
    pairs.text("id", &id.0);
    pairs.node()
}

/// An instant as entries write it: seconds and offset.
pub fn instant(at: DateTime<FixedOffset>) -> String {
    at.trunc_subsecs(0).to_rfc3339()
}

fn put_content(pairs: &mut Pairs, content: &Content) {
    match content {
        Content::Opened {
            checklist,
            edition,
            details,
            header,
        } => {
            pairs.text("checklist", checklist);
            pairs.text("edition", edition);
            put_details(pairs, details);
            pairs.text("header", header);
        }
        Content::Action(action) => put_action(pairs, action),
        Content::Fact(Fact {
            fact,
            value,
            since,
            persons,
        }) => {
            pairs.text("fact", fact);
            pairs.text("value", value);
            pairs.day("since", *since);
            pairs.persons(persons);
        }
        Content::Details(details) => put_details(pairs, details),
        Content::Person(person) => put_person(pairs, person),
        Content::Plan(plan) => put_plan(pairs, plan),
        Content::Note { text, date } => {
            pairs.day("date", *date);
            pairs.text("text", text);
        }
        Content::Sign(sign) => put_sign(pairs, sign),
        Content::Checklist {
            checklist,
            edition,
            carried,
        } => {
            pairs.text("checklist", checklist);
            pairs.text("edition", edition);
            let pair = |(from, to): &(String, String)| {
                Node::map([("from", Node::text(from)), ("to", Node::text(to))])
            };
            if !carried.is_empty() {
                let list = carried.iter().map(pair).collect();
                pairs.put(
                    "carried",
                    Node {
                        value: Value::List(list),
                        ..Node::default()
                    },
                );
            }
        }
        Content::Close { reason, date, text } => {
            pairs.day("date", *date);
            pairs.text("reason", reason.as_str());
            pairs.some("text", text.as_deref());
        }
        Content::Reopen { reason, date } => {
            pairs.day("date", *date);
            pairs.text("reason", reason);
        }
        Content::Outcome {
            result,
            date,
            reason,
            items,
        } => {
            pairs.text("result", result);
            pairs.day("date", *date);
            pairs.some("reason", reason.as_deref());
            pairs.list("items", items.iter().map(String::as_str));
        }
        Content::Joined { text } => pairs.some("text", text.as_deref()),
    }
}

fn put_details(pairs: &mut Pairs, details: &Details) {
    let mut inner = Pairs::default();
    inner.some("name", details.name.as_deref());
    inner.some("upn", details.upn.as_deref());
    inner.day("born", details.born);
    inner.some("year-group", details.year_group.as_deref());
    inner.some("school", details.school.as_deref());
    inner.some("urn", details.urn.as_deref());
    if !inner.0.is_empty() {
        pairs.put("details", inner.node());
    }
}

fn put_action(pairs: &mut Pairs, action: &Action) {
    pairs.day("date", action.date);
    pairs.text("item", &action.item);
    pairs.text("answer", action.answer.as_str());
    pairs.persons(&action.persons);
    pairs.some("reason", action.reason.as_deref());
    for (name, value) in &action.fields {
        pairs.text(name, value);
    }
    pairs.list("points", action.points.iter().map(String::as_str));
    if !action.attach.is_empty() {
        let list = action.attach.iter().map(attachment).collect();
        pairs.put(
            "attach",
            Node {
                value: Value::List(list),
                ..Node::default()
            },
        );
    }
}

fn attachment(document: &Attachment) -> Node {
    let mut pairs = Pairs::default();
    pairs.text("name", &document.name);
    pairs.text("file", &document.file);
    pairs.some("size", document.size.as_deref());
    pairs.some("sha256", document.sha256.as_deref());
    pairs.node()
}

fn put_person(pairs: &mut Pairs, person: &PersonEntry) {
    match person {
        PersonEntry::Named {
            person,
            name,
            role,
            responsibility,
            from,
            until,
        } => {
            pairs.text("person", &person.0);
            pairs.some("name", name.as_deref());
            pairs.some("role", role.map(super::entry::Role::as_str));
            pairs.some(
                "parental-responsibility",
                responsibility.map(super::entry::YesNo::as_str),
            );
            pairs.day("from", *from);
            pairs.day("until", *until);
        }
        PersonEntry::None { role, from } => {
            pairs.text("none", role.as_str());
            pairs.day("from", *from);
        }
    }
}

fn put_plan(pairs: &mut Pairs, plan: &Plan) {
    pairs.some("settles", plan.settles.as_ref().map(|id| id.0.as_str()));
    pairs.some("item", plan.item.as_deref());
    pairs.some("next", plan.next.as_deref());
    pairs.day("due", plan.due);
    pairs.some("owner", plan.owner.as_deref());
    pairs.some("answer", plan.answer.map(super::entry::Answer::as_str));
    pairs.day("date", plan.date);
    pairs.some("outcome", plan.outcome.as_deref());
    pairs.some("reason", plan.reason.as_deref());
    pairs.some("comments", plan.comments.as_deref());
}

fn put_sign(pairs: &mut Pairs, sign: &Sign) {
    pairs.day("date", sign.date);
    pairs.some("item", sign.item.as_deref());
    pairs.text("role", &sign.role);
    pairs.text("name", &sign.name);
    pairs.some("scope", sign.scope.as_deref());
    pairs.list("signs", sign.signs.iter().map(|id| id.0.as_str()));
    for (name, value) in &sign.fields {
        pairs.text(name, value);
    }
}

/// What a typed text becomes before it is kept: line ends as LF, blanks at line ends taken away.
///
/// # Errors
/// Names the control character that may not stand in a record (all but tab and line feed are refused).
pub fn clean(text: &str) -> Result<String, String> {
    let text = text.replace("\r\n", "\n");
    if let Some(bad) = text
        .chars()
        .find(|c| c.is_control() && *c != '\t' && *c != '\n')
    {
        return Err(format!(
            "the text holds the control character U+{:04X}",
            u32::from(bad)
        ));
    }
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    Ok(lines.join("\n").trim_end().to_owned())
}
