//! The one language of conditions, for `when`, `must-when` and `needs`.
//!
//! It knows nothing of cases or files: whoever asks supplies what is known about the leaves.

use crate::case::entry::Answer;
use crate::checklist::Anchor;
use crate::register::Kind;
use crate::span::Figure;
use crate::truth::Truth;

/// A condition, its names bound to things of the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Something that can be looked up.
    Leaf(Leaf),
    /// All of them.
    All(Vec<Condition>),
    /// Any of them.
    Any(Vec<Condition>),
    /// Not so.
    Not(Box<Condition>),
    /// At least so many of them.
    AtLeast(usize, Vec<Condition>),
}

/// What a condition can look up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Leaf {
    /// A fact has one of these answers.
    Fact {
        /// Its name.
        fact: String,
        /// The answers that make it so.
        answers: Vec<String>,
    },
    /// An item is met.
    Item(String),
    /// The latest counted entry of an item has one of these answers.
    Answered {
        /// The item.
        item: String,
        /// The answers that make it so.
        answers: Vec<Answer>,
    },
    /// A field of the latest counted entry of an item says one of these.
    Field {
        /// The item.
        item: String,
        /// The field.
        field: String,
        /// The values that make it so.
        values: Vec<String>,
    },
    /// Every must-level line of a section is met or not applicable.
    Section(String),
    /// A figure of the register is as it must be.
    Figure {
        /// What is counted.
        kind: Kind,
        /// What it must come to, and over which days.
        figure: Figure<Anchor>,
    },
}

/// What is known about a leaf: nothing, if it is not owed and drops out of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// So, not so, or unknown.
    Truth(Truth),
    /// Its item is not applicable, and the condition is a need: it drops out of its list.
    NotOwed,
}

/// A condition as it came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// So, not so, or unknown; a condition with nothing left asks nothing, and is so.
    pub truth: Truth,
    /// The leaves that made it come out so, in the order they are written.
    pub causes: Vec<Leaf>,
    owed: bool,
}

/// How many of the things that a condition names are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HowMany {
    /// One of them is enough.
    One,
    /// At least so many.
    AtLeast(usize),
    /// Every one.
    All,
}

impl HowMany {
    /// In words, before one of the things.
    pub fn words(self) -> String {
        match self {
            Self::One => "one of these is enough".to_owned(),
            Self::AtLeast(n) => format!("{n} of these are needed"),
            Self::All => "needed".to_owned(),
        }
    }

    /// What is waited for, by name, and how much of it.
    pub fn waits_for(self, names: &[&str]) -> String {
        match (self, names) {
            (_, [only]) => format!("waits for {only}"),
            (Self::One, names) => format!("waits for {} (one is enough)", names.join(" or ")),
            (Self::AtLeast(n), names) => format!("waits for {n} of {}", names.join(", ")),
            (Self::All, names) => format!("waits for {} (all of them)", names.join(", ")),
        }
    }
}

impl Condition {
    /// How many of the things it names are needed, as its outermost list says.
    pub fn how_many(&self) -> HowMany {
        match self {
            Self::Any(list) if list.len() > 1 => HowMany::One,
            Self::AtLeast(1, list) if list.len() > 1 => HowMany::One,
            Self::AtLeast(n, list) if *n < list.len() => HowMany::AtLeast(*n),
            Self::All(list) | Self::Any(list) | Self::AtLeast(_, list) => match list.as_slice() {
                [only] => only.how_many(),
                _ => HowMany::All,
            },
            Self::Leaf(_) | Self::Not(_) => HowMany::All,
        }
    }

    /// Works the condition out. `look` tells what is known about a leaf.
    pub fn judge(&self, look: &mut dyn FnMut(&Leaf) -> Known) -> Judged {
        match self {
            Self::Leaf(leaf) => match look(leaf) {
                Known::Truth(truth) => Judged {
                    truth,
                    causes: vec![leaf.clone()],
                    owed: true,
                },
                Known::NotOwed => Judged {
                    truth: Truth::Yes,
                    causes: Vec::new(),
                    owed: false,
                },
            },
            Self::Not(inner) => {
                let inner = inner.judge(look);
                let truth = if inner.owed { !inner.truth } else { Truth::Yes };
                Judged { truth, ..inner }
            }
            Self::All(list) => combine(list, look, |owed| owed),
            Self::Any(list) => combine(list, look, |_| 1),
            Self::AtLeast(wanted, list) => combine(list, look, |owed| (*wanted).min(owed)),
        }
    }

    /// Every leaf, in the order they are written.
    pub fn leaves(&self) -> Vec<&Leaf> {
        match self {
            Self::Leaf(leaf) => vec![leaf],
            Self::Not(inner) => inner.leaves(),
            Self::All(list) | Self::Any(list) | Self::AtLeast(_, list) => {
                list.iter().flat_map(Self::leaves).collect()
            }
        }
    }

    /// Both conditions, where there are two.
    pub fn both(a: Option<Self>, b: Option<Self>) -> Option<Self> {
        match (a, b) {
            (Some(a), Some(b)) => Some(Self::All(vec![a, b])),
            (one, other) => one.or(other),
        }
    }
}

/// Judges a list of which `wanted` (of those owed) must be so.
fn combine(
    list: &[Condition],
    look: &mut dyn FnMut(&Leaf) -> Known,
    wanted: impl Fn(usize) -> usize,
) -> Judged {
    let judged: Vec<Judged> = list
        .iter()
        .map(|one| one.judge(look))
        .filter(|one| one.owed)
        .collect();
    if judged.is_empty() {
        return Judged {
            truth: Truth::Yes,
            causes: Vec::new(),
            owed: false,
        };
    }
    let truth = Truth::at_least(wanted(judged.len()), judged.iter().map(|one| one.truth));
    let causes = judged
        .into_iter()
        .filter(|one| one.truth == truth)
        .flat_map(|one| one.causes)
        .collect();
    Judged {
        truth,
        causes,
        owed: true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fact(name: &str) -> Condition {
        Condition::Leaf(Leaf::Fact {
            fact: name.into(),
            answers: vec!["yes".into()],
        })
    }

    fn look(known: &[Known]) -> impl FnMut(&Leaf) -> Known {
        move |leaf| match leaf {
            Leaf::Fact { fact, .. } => known[fact.parse::<usize>().unwrap()],
            _ => Known::NotOwed,
        }
    }

    #[test]
    fn an_item_that_is_not_owed_drops_out() {
        let (yes, no, gone) = (
            Known::Truth(Truth::Yes),
            Known::Truth(Truth::No),
            Known::NotOwed,
        );
        let judge =
            |condition: &Condition, known: &[Known]| condition.judge(&mut look(known)).truth;
        let three = || vec![fact("0"), fact("1"), fact("2")];
        assert_eq!(
            judge(&Condition::All(three()), &[yes, gone, yes]),
            Truth::Yes
        );
        assert_eq!(judge(&Condition::Any(three()), &[no, gone, no]), Truth::No);
        assert_eq!(
            judge(&Condition::Any(three()), &[gone, gone, gone]),
            Truth::Yes,
            "nothing left asks nothing"
        );
        assert_eq!(
            judge(&Condition::AtLeast(2, three()), &[yes, gone, no]),
            Truth::No
        );
        assert_eq!(
            judge(&Condition::AtLeast(2, three()), &[yes, gone, gone]),
            Truth::Yes,
            "no more than is left"
        );
        assert_eq!(
            judge(&Condition::Not(Box::new(fact("0"))), &[gone]),
            Truth::Yes
        );
    }

    #[test]
    fn the_causes_are_the_leaves_that_made_it_so() {
        let known = [
            Known::Truth(Truth::Yes),
            Known::Truth(Truth::No),
            Known::Truth(Truth::Unknown),
        ];
        let all = Condition::All(vec![fact("0"), fact("1"), fact("2")]).judge(&mut look(&known));
        assert_eq!(
            all.causes,
            [Leaf::Fact {
                fact: "1".into(),
                answers: vec!["yes".into()]
            }]
        );
        let any = Condition::Any(vec![fact("1"), fact("2")]).judge(&mut look(&known));
        assert_eq!(
            any.causes,
            [Leaf::Fact {
                fact: "2".into(),
                answers: vec!["yes".into()]
            }]
        );
    }

    const FACTS: usize = 5;

    fn condition() -> impl Strategy<Value = Condition> {
        let leaf = (0..FACTS).prop_map(|n| fact(&n.to_string()));
        leaf.prop_recursive(4, 24, 4, |inner| {
            let list = prop::collection::vec(inner.clone(), 1..4);
            prop_oneof![
                list.clone().prop_map(Condition::All),
                list.clone().prop_map(Condition::Any),
                inner.prop_map(|one| Condition::Not(Box::new(one))),
                (1usize..4, list).prop_map(|(n, list)| Condition::AtLeast(n.min(list.len()), list)),
            ]
        })
    }

    fn truth() -> impl Strategy<Value = Truth> {
        prop_oneof![Just(Truth::Yes), Just(Truth::No), Just(Truth::Unknown)]
    }

    proptest! {
        /// A condition decided on some facts stays decided when unknown facts become known.
        #[test]
        fn learning_a_fact_never_overturns(
            condition in condition(),
            known in prop::collection::vec(truth(), FACTS),
            learnt in prop::collection::vec(any::<bool>(), FACTS),
        ) {
            let before: Vec<Known> = known.iter().map(|t| Known::Truth(*t)).collect();
            let after: Vec<Known> = known.iter().zip(learnt).map(|(old, new)| {
                Known::Truth(if *old == Truth::Unknown { Truth::from(new) } else { *old })
            }).collect();
            let first = condition.judge(&mut look(&before)).truth;
            let then = condition.judge(&mut look(&after)).truth;
            prop_assert!(first == Truth::Unknown || first == then);
            prop_assert!(then != Truth::Unknown, "all is known");
        }

        /// The causes alone, with everything else unknown, decide it just so.
        #[test]
        fn the_causes_are_enough(condition in condition(), known in prop::collection::vec(any::<bool>(), FACTS)) {
            let all: Vec<Known> = known.iter().map(|b| Known::Truth((*b).into())).collect();
            let judged = condition.judge(&mut look(&all));
            let mut only = |leaf: &Leaf| match leaf {
                Leaf::Fact { fact, .. } if judged.causes.contains(leaf) => all[fact.parse::<usize>().unwrap()],
                _ => Known::Truth(Truth::Unknown),
            };
            prop_assert_eq!(condition.judge(&mut only).truth, judged.truth);
        }
    }
}
