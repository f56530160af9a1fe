//! What conditions came to, in words: what is not known, what is not so, and why a line does not apply.

use super::Assessor;
use super::because::Because;
use super::count::Whose;
use super::days::theirs;
use super::figures::figure_words;
use super::gap::{Gap, GapCode, Run};
use super::look::{Purpose, Said};
use super::says::words;
use super::{Line, State};
use crate::case::entry::{EntryId, PersonId};
use crate::checklist::circles::anchor_item;
use crate::checklist::{Item, Level};
use crate::condition::{Condition, HowMany, Judged, Known, Leaf};
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
                Leaf::Item(_) | Leaf::Section(_) | Leaf::Answered { .. }
                    if !self.is_worked_on(leaf) =>
                {
                    // Nobody is asked for that item by itself, so its questions are asked here.
                    gaps.extend(self.questions_of(leaf));
                }
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
                    gaps.extend(self.figure_unknown(*kind, figure, &looked, item));
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
        let awaited: Vec<&Leaf> = judged
            .causes
            .iter()
            .filter(|leaf| matches!(leaf, Leaf::Item(_) | Leaf::Section(_)))
            .filter(|leaf| self.look(leaf, item, who, Purpose::Needs) != Known::Truth(Truth::Yes))
            .collect();
        let how_many = item
            .needs
            .as_ref()
            .map_or(HowMany::All, Condition::how_many);
        // What nobody is asked for by itself does not come by waiting: each way is named here.
        // Only where the line must be: nobody is shown a way towards what is merely possible, such as legal action.
        let must = item.level == Level::Must || item.must_when.is_some();
        let left_alone = must && !awaited.iter().any(|leaf| self.is_worked_on(leaf));
        if left_alone {
            gaps.extend(awaited.iter().flat_map(|leaf| self.ways(leaf, how_many)));
        }
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
                        run: self.moves_window(figure, item, who),
                    });
                }
                Leaf::Item(_) | Leaf::Section(_) if open && left_alone => {}
                Leaf::Item(name) | Leaf::Section(name) if open => waiting.push(name),
                Leaf::Item(name) | Leaf::Section(name) => {
                    contrary.push(format!("`{name}` is settled"));
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
            let says = match &item.otherwise {
                Some(otherwise) => otherwise.clone(),
                None => format!("this is not so: {}", contrary.join("; ")),
            };
            gaps.push(Gap {
                code: GapCode::NotSo,
                definite: true,
                says,
                fact: fact_of,
                run: None,
            });
        }
        if !waiting.is_empty() {
            let says = how_many.waits_for(&waiting);
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

    /// Where one of several things would settle a line and it is not known whether one of them is so: the others that could
    /// be done instead. Only where the line must be, as in [`Self::not_so`].
    pub(super) fn other_ways(&self, item: &'a Item, who: Option<&PersonId>) -> Vec<Gap> {
        let must = item.level == Level::Must || item.must_when.is_some();
        let Some(needs) = item.needs.as_ref().filter(|_| must) else {
            return Vec::new();
        };
        if needs.how_many() != HowMany::One {
            return Vec::new();
        }
        let open = |leaf: &&Leaf| {
            matches!(leaf, Leaf::Item(_) | Leaf::Section(_))
                && self.look(leaf, item, who, Purpose::Needs) == Known::Truth(Truth::No)
        };
        let leaves = needs.leaves();
        let ways = leaves.into_iter().filter(open);
        let mut gaps: Vec<Gap> = ways
            .flat_map(|leaf| self.ways(leaf, HowMany::One))
            .collect();
        for gap in &mut gaps {
            gap.definite = false;
        }
        gaps
    }

    /// The items that a condition's leaf names: one, or those of a section that must be.
    fn named_by(&self, leaf: &Leaf) -> Vec<&'a Item> {
        let checklist = self.question.checklist;
        match leaf {
            Leaf::Item(id) | Leaf::Answered { item: id, .. } | Leaf::Field { item: id, .. } => {
                checklist.item(id).into_iter().collect()
            }
            Leaf::Section(id) => checklist
                .sections
                .iter()
                .position(|section| section.id == *id)
                .map(|section| checklist.items_of(section).collect())
                .unwrap_or_default(),
            Leaf::Fact { .. } | Leaf::Figure { .. } => Vec::new(),
        }
    }

    /// Whether what a leaf names is itself to be done or found out here: then it comes by waiting.
    fn is_worked_on(&self, leaf: &Leaf) -> bool {
        let looked_at = |item: &Item| {
            self.sections
                .as_ref()
                .is_none_or(|sections| sections.contains(&item.section))
        };
        self.named_by(leaf)
            .into_iter()
            .filter(|item| looked_at(item))
            .any(|item| self.lines(item).iter().any(Line::holds_up))
    }

    /// What is not known about an item that nobody is asked for by itself.
    fn questions_of(&self, leaf: &Leaf) -> Vec<Gap> {
        let mut gaps = Vec::new();
        for item in self.named_by(leaf) {
            for line in self.lines(item).iter() {
                let unknown = line.gaps.iter().filter(|gap| !gap.definite);
                gaps.extend(unknown.filter(|gap| gap.run.is_some()).cloned());
            }
        }
        if gaps.is_empty() {
            // Whatever keeps it from being known is what is to be done first.
            gaps.extend(self.ways(leaf, HowMany::All).into_iter().map(|gap| Gap {
                definite: false,
                ..gap
            }));
        }
        gaps
    }

    /// The ways to settle what a leaf names, each with the command of its first gap.
    fn ways(&self, leaf: &Leaf, how_many: HowMany) -> Vec<Gap> {
        let section = matches!(leaf, Leaf::Section(_));
        let mut gaps = Vec::new();
        for item in self.named_by(leaf) {
            for line in self.lines(item).iter() {
                let settled = matches!(line.state, State::Met | State::NotApplicable);
                if settled || section && line.level != Level::Must {
                    continue;
                }
                let first = line.gaps.iter().find(|gap| gap.run.is_some());
                let Some(gap) = first.or(line.gaps.first()) else {
                    continue;
                };
                let whom = line
                    .person
                    .as_ref()
                    .map(|person| format!(" for {person}"))
                    .unwrap_or_default();
                let says = format!(
                    "{}: {} ({}){whom}: {}",
                    how_many.words(),
                    item.title,
                    item.source.join(", "),
                    gap.says
                );
                gaps.push(Gap {
                    code: GapCode::NeedsItems,
                    definite: gap.definite,
                    says,
                    fact: gap.fact.clone(),
                    run: gap.run.clone(),
                });
            }
        }
        gaps
    }

    pub(super) fn fact_unknown(&self, fact: &str, item: &Item, who: Option<&PersonId>) -> Gap {
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

    /// Why an item does not apply, each reason once.
    pub(super) fn because(
        &self,
        judged: &Judged,
        item: &'a Item,
        who: Option<&PersonId>,
    ) -> Vec<Because> {
        let mut found: Vec<Because> = Vec::new();
        for leaf in &judged.causes {
            let is_so = self.look(leaf, item, who, Purpose::When) == Known::Truth(Truth::Yes);
            let one = match leaf {
                Leaf::Fact { fact, .. } => Because::Fact {
                    fact: fact.clone(),
                    value: match self.fact(fact, who) {
                        Said::Value(value) => Some(value.clone()),
                        Said::Unknown | Said::Conflict(_) => None,
                    },
                },
                Leaf::Item(item) => Because::Item {
                    item: item.clone(),
                    settled: is_so,
                },
                Leaf::Figure { kind, figure } => {
                    let looked = self.figure(*kind, figure, item, who);
                    Because::Figure(figure_words(*kind, figure, &looked))
                }
                Leaf::Section(section) => Because::Section {
                    section: section.clone(),
                    complete: is_so,
                },
                Leaf::Answered { item, answers } => Because::Answered {
                    item: item.clone(),
                    answers: answers.clone(),
                    is_so,
                },
                Leaf::Field {
                    item,
                    field,
                    values,
                } => Because::Field {
                    item: item.clone(),
                    field: field.clone(),
                    values: values.clone(),
                    is_so,
                },
            };
            if !found.contains(&one) {
                found.push(one);
            }
        }
        found
    }
}
