//! A follow-up: what is to be done by when and by whom, or what became of one.

use super::{Fault, Rules, Source};
use crate::case::entry::{Answer, EntryId, Plan};

impl Rules<'_> {
    pub(super) fn of_plan(&self, plan: &Plan, was: Option<&Plan>) -> Vec<Fault> {
        let mut faults = Vec::new();
        let situation = self.source == Source::Situation;
        let item = match &plan.item {
            Some(id) if was.is_none_or(|was| was.item.as_ref() != Some(id)) => {
                match self.known_item(id) {
                    Ok(item) => Some(item),
                    Err(fault) => {
                        faults.push(fault);
                        None
                    }
                }
            }
            _ => None,
        };
        if situation {
            return faults;
        }
        if was.is_none_or(|was| was.settles != plan.settles) {
            match (&plan.settles, plan.answer) {
                (Some(entry), Some(_)) => faults.extend(self.settles(entry)),
                (Some(_), None) => faults.push(Fault::AnswerMissing),
                (None, Some(_)) => faults.push(Fault::SettlesNothing),
                (None, None) => {}
            }
        }
        match (plan.answer, &plan.reason) {
            (Some(Answer::Done), Some(_)) => faults.push(Fault::ReasonWithDone {
                accepts: Answer::ALL[1..].to_vec(),
            }),
            (Some(answer), None) if answer != Answer::Done => {
                faults.push(Fault::ReasonMissing { answer });
            }
            _ => {}
        }
        let agrees = plan.settles.is_none() || plan.next.is_some() || plan.due.is_some();
        if agrees {
            if plan.next.is_none() && was.is_none_or(|was| was.next.is_some()) {
                faults.push(Fault::NextMissing);
            }
            if plan.due.is_none() && was.is_none_or(|was| was.due.is_some()) {
                faults.push(Fault::DueMissing);
            }
            // What settles an item is an entry of it; a follow-up beside it would leave the item as it is.
            if let Some(item) = item.filter(|item| item.record.iter().any(|name| name == "next")) {
                faults.push(Fault::RecordedOnItem {
                    item: item.id.clone(),
                    case: self.case().to_string(),
                });
            }
            if let Some(list) = self.checklist.filter(|list| list.wants_owner())
                && plan.owner.is_none()
                && was.is_none_or(|was| was.owner.is_some())
            {
                faults.push(Fault::NoOwner {
                    list: list.id.clone(),
                });
            }
        }
        faults
    }

    /// Whether an entry holds something that can still be settled.
    fn settles(&self, entry: &EntryId) -> Option<Fault> {
        let state = self.state;
        let Some(place) = state.case.chain.place_of(entry) else {
            return self.no_such_entry(entry);
        };
        let first = state
            .event_of(place)
            .and_then(|event| state.entry(event.first).id.as_ref());
        // However far ahead it is due: what was agreed is there from the day it was recorded.
        let all = state.follow_ups_on(self.today);
        let mut theirs = all.iter().filter(|one| Some(one.id) == first).peekable();
        if theirs.peek().is_none() {
            return Some(Fault::NoFollowUp {
                entry: entry.short().to_owned(),
                case: self.case().to_string(),
            });
        }
        let settled = theirs
            .map(|one| one.settled.as_ref())
            .collect::<Option<Vec<_>>>()?;
        let settled = settled.first()?;
        let by = state
            .entry(settled.entry)
            .id
            .as_ref()
            .map(|id| id.short().to_owned())
            .unwrap_or_default();
        Some(Fault::SettledAlready {
            by,
            answer: settled.answer,
            case: self.case().to_string(),
        })
    }
}
