//! What conditions came to, in words: what is not known, what is not so, and why a line does not apply.

use super::Assessor;
use super::count::Whose;
use super::days::theirs;
use super::figures::figure_words;
use super::gap::{Gap, GapCode, Run};
use super::look::{Purpose, Said};
use super::says::words;
use crate::case::entry::{EntryId, PersonId};
use crate::checklist::Item;
use crate::checklist::circles::anchor_item;
use crate::condition::{Judged, Known, Leaf};
use crate::truth::Truth;

impl<'a> Assessor<'a> {
    /// What a condition came to that is not known, as gaps.
    pub(super) fn unknowns(
        &self,
        judged: &Judged,
        item: &'a Item,
        who: Option<&PersonId>,
    ) -> Vec<Gap> {
        let mut gaps: Vec<Gap> = Vec::new();
        let mut waiting: Vec<&str> = Vec::new();
        for leaf in &judged.causes {
            match leaf {
                Leaf::Fact { fact, .. } => gaps.push(self.fact_unknown(fact, item, who)),
                Leaf::Item(name) | Leaf::Section(name) | Leaf::Answered { item: name, .. } => {
                    // An item of another gate may have no line that says why.
                    let other = self.question.checklist.item(name);
                    gaps.extend(
                        other.and_then(|other| self.who_is_meant(other, theirs(other, item, who))),
                    );
                    waiting.push(name);
                }
                Leaf::Figure { kind, figure } => {
                    let looked = self.figure(*kind, figure, item, who);
                    let named = figure
                        .window
                        .iter()
                        .filter_map(|clause| anchor_item(&clause.anchor))
                        .filter_map(|id| self.question.checklist.item(id));
                    gaps.extend(
                        named
                            .filter_map(|other| self.who_is_meant(other, theirs(other, item, who))),
                    );
                    gaps.extend(self.figure_unknown(*kind, figure, &looked));
                }
                Leaf::Field {
                    item: other, field, ..
                } => {
                    if let Some(gap) = self
                        .question
                        .checklist
                        .item(other)
                        .and_then(|other| self.who_is_meant(other, theirs(other, item, who)))
                    {
                        gaps.push(gap);
                        continue;
                    }
                    let says =
                        format!("`{field}` of `{other}` is not recorded, and this depends on it");
                    let run = self.question.checklist.item(other).and_then(|other| {
                        // The person's own entry is put right, never somebody else's.
                        let theirs = theirs(other, item, who);
                        if self.applies_at_all(other, theirs) == Truth::Unknown {
                            // What may not be owed at all is not suggested: first comes the question that decides it.
                            return None;
                        }
                        let latest = self
                            .counted_of(other, theirs)
                            .last()
                            .and_then(|entry| entry.id);
                        let alone = other.each.is_none_or(|role| self.persons(role).len() < 2);
                        let whose = match theirs {
                            Some(id) => Whose::Person {
                                id: id.clone(),
                                alone,
                            },
                            None => Whose::Everybody,
                        };
                        match latest {
                            Some(id) => self.correct(other, Some(id), &[field]),
                            None => Some(self.record(other, &whose)),
                        }
                    });
                    gaps.push(Gap {
                        code: GapCode::FieldUnknown,
                        definite: false,
                        says,
                        fact: None,
                        run,
                    });
                }
            }
        }
        if !waiting.is_empty() {
            let says = format!("not decided yet: {}", waiting.join(", "));
            gaps.push(Gap {
                code: GapCode::Waiting,
                definite: false,
                says,
                fact: None,
                run: None,
            });
        }
        gaps
    }

    /// What a need came to that is not so, as gaps; and whether nothing but other items is awaited.
    pub(super) fn not_so(
        &self,
        judged: &Judged,
        item: &'a Item,
        who: Option<&PersonId>,
    ) -> (Vec<Gap>, bool) {
        let (mut waiting, mut contrary): (Vec<&str>, Vec<String>) = (Vec::new(), Vec::new());
        let mut gaps = Vec::new();
        let mut fact_of = None;
        for leaf in &judged.causes {
            let open = self.look(leaf, item, who, Purpose::Needs) != Known::Truth(Truth::Yes);
            match leaf {
                Leaf::Figure { kind, figure } => {
                    let looked = self.figure(*kind, figure, item, who);
                    let says = figure_words(*kind, figure, &looked);
                    let code = GapCode::FigureNotMet;
                    gaps.push(Gap {
                        code,
                        definite: true,
                        says,
                        fact: None,
                        run: None,
                    });
                }
                Leaf::Item(name) | Leaf::Section(name) if open => waiting.push(name),
                Leaf::Item(name) | Leaf::Section(name) => {
                    contrary.push(format!("`{name}` is settled"))
                }
                Leaf::Fact { fact, .. } => {
                    fact_of = Some(fact.clone());
                    contrary.push(match self.fact(fact, who) {
                        Said::Value(value) => format!("{fact} is {value}"),
                        Said::Unknown | Said::Conflict(_) => format!("{fact} is not known"),
                    });
                }
                Leaf::Answered { item, answers } => {
                    let answers: Vec<&str> = answers.iter().map(|answer| answer.as_str()).collect();
                    let word = if open { "is not" } else { "is" };
                    contrary.push(format!(
                        "the answer to `{item}` {word} {}",
                        answers.join(" or ")
                    ));
                }
                Leaf::Field {
                    item,
                    field,
                    values,
                } => {
                    let word = if open { "does not say" } else { "says" };
                    contrary.push(format!(
                        "`{field}` of `{item}` {word} {}",
                        values.join(" or ")
                    ));
                }
            }
        }
        let only_waiting = contrary.is_empty() && gaps.is_empty() && !waiting.is_empty();
        if !contrary.is_empty() {
            let says = format!("this is not so: {}", contrary.join("; "));
            gaps.push(Gap {
                code: GapCode::NotSo,
                definite: true,
                says,
                fact: fact_of,
                run: None,
            });
        }
        if !waiting.is_empty() {
            let says = format!("waits for {}", waiting.join(", "));
            gaps.push(Gap {
                code: GapCode::Waiting,
                definite: true,
                says,
                fact: None,
                run: None,
            });
        }
        (gaps, only_waiting)
    }

    fn fact_unknown(&self, fact: &str, item: &Item, who: Option<&PersonId>) -> Gap {
        let def = self.question.checklist.facts.get(fact);
        let ask = def.map_or(fact, |def| def.ask.as_str());
        let about_school = def.is_some_and(|def| def.about_school);
        let by_person = who.filter(|_| def.is_some_and(|def| def.each.is_some()));
        if let Said::Conflict(entries) = self.fact(fact, who) {
            let shorts: Vec<&str> = entries.iter().map(EntryId::short).collect();
            let says = format!("{} say different things: {ask}", shorts.join(" and "));
            let run = self.correct(item, entries.first(), &["value"]);
            return Gap {
                code: GapCode::FactUnknown,
                definite: false,
                says,
                fact: Some(fact.to_owned()),
                run,
            };
        }
        let record = self
            .question
            .school
            .filter(|_| about_school)
            .unwrap_or(self.question.state);
        let case = record.case.id.to_string();
        let nobody = def.and_then(|def| def.each).filter(|_| by_person.is_none());
        let (argv, needs) = if let Some(role) = nobody {
            // It is answered for each of them, and nobody is named yet.
            let argv = words(["attcheck", "person", &case, "add", "--role", role.as_str()]);
            (argv, vec!["name".to_owned()])
        } else if fact == "compulsory_school_age" {
            (
                words(["attcheck", "details", &case, "--born"]),
                vec!["born".to_owned()],
            )
        } else {
            let mut argv = words(["attcheck", "fact", &case, fact]);
            if let Some(who) = by_person {
                argv.extend(words(["--for", &who.0]));
            }
            (argv, vec!["value".to_owned()])
        };
        let says = match by_person {
            Some(who) => format!("not known for {who}: {ask}"),
            None => format!("not known: {ask}"),
        };
        let run = Some(Run { argv, needs });
        Gap {
            code: GapCode::FactUnknown,
            definite: false,
            says,
            fact: Some(fact.to_owned()),
            run,
        }
    }

    /// Why an item does not apply, in words.
    pub(super) fn because(
        &self,
        judged: &Judged,
        item: &'a Item,
        who: Option<&PersonId>,
    ) -> String {
        let mut parts: Vec<String> = Vec::new();
        for leaf in &judged.causes {
            let holds = self.look(leaf, item, who, Purpose::When) == Known::Truth(Truth::Yes);
            let part = match leaf {
                Leaf::Fact { fact, .. } => match self.fact(fact, who) {
                    Said::Value(value) => format!("{fact} is {value}"),
                    Said::Unknown | Said::Conflict(_) => format!("{fact} is not known"),
                },
                Leaf::Item(name) => {
                    format!("`{name}` is {}", if holds { "settled" } else { "not met" })
                }
                Leaf::Figure { kind, figure } => {
                    figure_words(*kind, figure, &self.figure(*kind, figure, item, who))
                }
                Leaf::Section(name) => {
                    format!(
                        "`{name}` is {}",
                        if holds { "complete" } else { "not complete" }
                    )
                }
                Leaf::Answered { item, answers } => {
                    let answers: Vec<&str> = answers.iter().map(|answer| answer.as_str()).collect();
                    format!(
                        "`{item}` {} recorded as {}",
                        if holds { "is" } else { "is not" },
                        answers.join(" or ")
                    )
                }
                Leaf::Field {
                    item,
                    field,
                    values,
                } => {
                    let word = if holds { "says" } else { "does not say" };
                    format!("`{field}` of `{item}` {word} {}", values.join(" or "))
                }
            };
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        parts.join(", ")
    }
}
