//! What `verify` tells beside the findings on the record itself.

use crate::case::entry::words;

words! {
    /// A finding about what lies beside a record, or what somebody else holds of it.
    Beside {
        /// A copy of a document that an entry names is not there.
        CopyGone => "copy-gone",
        /// A copy of a document is not what was attached.
        CopyChanged => "copy-changed",
        /// A copy of a document could not be looked at.
        CopyUnreadable => "copy-unreadable",
        /// The marks of the register could not be looked at.
        RegisterUnreadable => "register-unreadable",
        /// The marks of the register are not as the program writes them.
        RegisterBroken => "register-broken",
        /// The record still holds what a receipt tells of.
        ReceiptKept => "receipt-kept",
        /// The record does not hold what a receipt tells of.
        ReceiptBroken => "receipt-broken",
        /// The record holds all that the backup does.
        BackupKept => "backup-kept",
        /// The backup holds entries that the record lacks.
        BackupHasMore => "backup-has-more",
        /// The backup's copy cannot be read.
        BackupBroken => "backup-broken",
        /// The backup holds another case under the same id.
        BackupDiffers => "backup-differs",
        /// The backup does not hold the case.
        NotInBackup => "not-in-backup",
        /// The backup holds marks that are not here.
        MarksLost => "marks-lost",
        /// The backup holds a case that is not here.
        CaseLost => "case-lost",
        /// A copy without some entries, each of the others as it was sealed.
        Redacted => "redacted",
        /// A copy without some entries, in which something does not fit.
        RedactedChanged => "redacted-changed",
    }
}

impl Beside {
    /// Whether something needs doing.
    pub fn is_fault(self) -> bool {
        !matches!(
            self,
            Self::ReceiptKept
                | Self::BackupKept
                | Self::NotInBackup
                | Self::Redacted
                | Self::CopyUnreadable
                | Self::RegisterUnreadable
        )
    }

    /// Whether something could not be looked at, so that nothing is known of it.
    pub fn is_unread(self) -> bool {
        matches!(self, Self::CopyUnreadable | Self::RegisterUnreadable)
    }
}
