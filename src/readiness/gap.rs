//! What a line still lacks, each kind with a stable code.

use crate::case::entry::words;

words! {
    /// The kinds of gap, in the order in which a line lists them.
    GapCode {
        /// A fact that decides is not answered.
        FactUnknown => "fact-unknown",
        /// Not known whether a person counts.
        PersonUnknown => "person-unknown",
        /// An entry without id.
        Unsealed => "unsealed",
        /// Two versions of one event.
        Contested => "contested",
        /// Nobody of a role is named, nor said to be none.
        NobodyNamed => "nobody-named",
        /// Nothing is recorded.
        Missing => "missing",
        /// Recorded only with answers that do not settle it.
        AnswerNotAccepted => "answer-not-accepted",
        /// A refusal without its reason.
        ReasonMissing => "reason-missing",
        /// The entry has no day.
        NoDate => "no-date",
        /// The entry does not say for which person.
        ForWhom => "for-whom",
        /// The outcome is blank.
        NoOutcome => "no-outcome",
        /// Another field is blank.
        FieldMissing => "field-missing",
        /// A field says something else.
        NotAsExpected => "not-as-expected",
        /// Points are not covered.
        PointsOpen => "points-open",
        /// A document is not attached.
        CopyMissing => "copy-missing",
        /// A document is gone or changed.
        CopyBroken => "copy-broken",
        /// A document could not be looked at.
        CopyUnreadable => "copy-unreadable",
        /// A role has not signed.
        Unsigned => "unsigned",
        /// The record changed after the sign-off.
        SignOffStale => "sign-off-stale",
        /// On the wrong side of, or not on, the day of its anchor.
        OutOfOrder => "out-of-order",
        /// Less than the least distance: short notice.
        TooClose => "too-close",
        /// A deadline missed.
        TooLate => "too-late",
        /// Too long before another item.
        TooOld => "too-old",
        /// It was good and is no more.
        Lapsed => "lapsed",
        /// A period's last day lies before its first.
        EndsBeforeStart => "ends-before-start",
        /// A period is too short.
        TooShort => "too-short",
        /// A period is too long.
        TooLong => "too-long",
        /// A copy does not reach over the stretch asked for.
        NotCovered => "not-covered",
        /// Too few good entries.
        TooFew => "too-few",
        /// Too many good entries.
        TooMany => "too-many",
        /// It has not been done again in time, up to today.
        OverdueReview => "overdue-review",
        /// There was too long a stretch without it.
        IntervalMissed => "interval-missed",
        /// Facts or answers contradict a need.
        NotSo => "not-so",
        /// The register says otherwise.
        FigureNotMet => "figure-not-met",
        /// Other items are needed that nobody is asked for by themselves: this names the ways.
        NeedsItems => "needs-items",
        /// Other items or sections are open or undecided.
        Waiting => "waiting",
        /// A field that is read is blank.
        FieldUnknown => "field-unknown",
        /// The register does not reach.
        NoRegister => "no-register",
        /// Term dates, or bank holidays, are not known.
        NoTermDates => "no-term-dates",
    }
}

/// The command that would clear a gap: only what is known stands in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Run {
    /// The command, word by word; no word needs quoting.
    pub argv: Vec<String>,
    /// What it will still ask for, or must be given.
    pub needs: Vec<String>,
}

/// Something a line lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Which kind.
    pub code: GapCode,
    /// Whether it stands open for certain, or only cannot be decided yet.
    pub definite: bool,
    /// In a sentence, without a name.
    pub says: String,
    /// The fact to find out.
    pub fact: Option<String>,
    /// What would clear it.
    pub run: Option<Run>,
}

impl Gap {
    /// Whether it is beyond the school: a figure of the register over days that go by the day of the check alone, so that
    /// nothing the school records would move them. A figure whose days hang on an entry names the command that records that
    /// again.
    pub fn is_beyond_school(&self) -> bool {
        self.code == GapCode::FigureNotMet && self.run.is_none()
    }
}

/// Puts the gaps of a line in order: the definite ones first, then as the codes are listed; none twice.
pub(super) fn ordered(mut gaps: Vec<Gap>) -> Vec<Gap> {
    // Another way to settle what hangs on a question comes after the question.
    let another_way = |gap: &Gap| !gap.definite && gap.code == GapCode::NeedsItems;
    gaps.sort_by_key(|gap| (!gap.definite, another_way(gap), gap.code));
    let mut kept: Vec<Gap> = Vec::new();
    for gap in gaps {
        if !kept.contains(&gap) {
            kept.push(gap);
        }
    }
    kept
}
