//! The words of a case file that come from a fixed set.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident => $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// Every word there is.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];
            /// The words as files and the command line write them.
            pub const WORDS: &[&str] = &[$($word,)*];

            /// The word as files and the command line write it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The value of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What came of an action.
    Answer {
        /// It was done.
        Done => "done",
        /// It was offered and declined.
        Declined => "declined",
        /// Nobody replied.
        NoReply => "no-reply",
        /// It was considered and does not suit this pupil.
        NotSuitable => "not-suitable",
        /// It is not to be had here.
        NotAvailable => "not-available",
    }
}

words! {
    /// What a person named in a case is to the pupil.
    Role {
        /// A parent or carer.
        Parent => "parent",
        /// The pupil, or another child the case is about.
        Child => "child",
        /// A brother or sister.
        Sibling => "sibling",
        /// A service or a worker of one.
        Agency => "agency",
        /// Somebody else.
        Other => "other",
    }
}

words! {
    /// Yes, no, or not known: said of parental responsibility.
    YesNo {
        /// Yes.
        Yes => "yes",
        /// No.
        No => "no",
        /// Not known.
        Unknown => "unknown",
    }
}

words! {
    /// Why a case was closed.
    CloseReason {
        /// Attendance improved.
        Improved => "improved",
        /// The pupil left the school.
        Left => "left",
        /// The case went to the council.
        Referred => "referred",
        /// The pupil moved away.
        Moved => "moved",
        /// Something else.
        Other => "other",
    }
}

words! {
    /// Whom a case is about.
    Subject {
        /// One pupil.
        Pupil => "pupil",
        /// The school itself.
        School => "school",
    }
}
