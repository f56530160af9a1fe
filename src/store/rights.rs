//! Who may read and write what the program makes: its owner, and in a folder that is shared with a group, that group too.
//! Others never, whatever the user's mask is.
//!
//! A folder is shared if it hands its group on (setgid) or its group may write in it. `/tmp` and its like, where everybody may
//! make files and nobody another's (sticky), is not.

#[cfg(unix)]
pub use of_unix::{Access, access, of_record};
#[cfg(unix)]
pub(super) use of_unix::{can_be_run, keep, private, private_folder, share, share_folder};
#[cfg(not(unix))]
pub(super) use of_windows::{can_be_run, keep, private, private_folder, share, share_folder};

#[cfg(unix)]
mod of_unix {
    use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
    use std::os::unix::fs::{
        DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
    };
    use std::path::{Path, PathBuf};

    use anyhow::Context as _;

    use crate::error::refuse;
    use crate::store::beside::{EVIDENCE, REGISTERS};
    use crate::store::file::listed;
    use crate::store::{CASES, Store};

    const SETGID: u32 = 0o2000;
    const STICKY: u32 = 0o1000;
    const GROUP_WRITES: u32 = 0o020;

    /// The group a folder is shared with.
    fn group_of(folder: &Path) -> Option<u32> {
        let meta = fs::metadata(folder).ok()?;
        is_shared(&meta).then(|| meta.gid())
    }

    fn is_shared(folder: &Metadata) -> bool {
        let mode = folder.mode();
        mode & SETGID != 0 || mode & GROUP_WRITES != 0 && mode & STICKY == 0
    }

    /// A file made with these options can be read by its owner only, until [`share`] says otherwise.
    pub(in crate::store) fn private(options: &mut OpenOptions) {
        options.mode(0o600);
    }

    /// The same of a folder, until [`share_folder`] says otherwise.
    pub(in crate::store) fn private_folder(builder: &mut DirBuilder) {
        builder.mode(0o700);
    }

    /// Lets the group of a shared folder read and write a file in it. Where the file cannot be given to that group, it stays
    /// its owner's alone: another group must not have it.
    pub(in crate::store) fn share(file: &File, folder: &Path) {
        let (Some(group), Ok(meta)) = (group_of(folder), file.metadata()) else {
            return;
        };
        let given =
            meta.gid() == group || std::os::unix::fs::fchown(file, None, Some(group)).is_ok();
        if given && meta.mode() & 0o777 != 0o660 {
            // Ignore errors: a lock that a colleague made is theirs, and has these rights.
            let _ = file.set_permissions(Permissions::from_mode(0o660));
        }
    }

    /// Lets the group of a shared folder use a folder just made in it, and hands the group on.
    pub(in crate::store) fn share_folder(folder: &Path) {
        let around = folder
            .parent()
            .filter(|around| !around.as_os_str().is_empty());
        let Some(group) = group_of(around.unwrap_or(Path::new("."))) else {
            return;
        };
        let given = fs::metadata(folder).is_ok_and(|meta| meta.gid() == group)
            || std::os::unix::fs::chown(folder, None, Some(group)).is_ok();
        if given {
            let _ = fs::set_permissions(folder, Permissions::from_mode(SETGID | 0o770));
        }
    }

    /// Gives the draft of a file the rights of the one it will replace, less those of others; a new file has those of its
    /// folder.
    ///
    /// # Errors
    /// If the group cannot be kept.
    pub(in crate::store) fn keep(draft: &File, target: &Path) -> anyhow::Result<()> {
        let around = target
            .parent()
            .filter(|around| !around.as_os_str().is_empty());
        let folder = around.unwrap_or(Path::new("."));
        let Ok(old) = fs::metadata(target) else {
            draft
                .set_permissions(Permissions::from_mode(0o600))
                .context("cannot set who may read the case")?;
            share(draft, folder);
            return Ok(());
        };
        let new = draft.metadata().context("cannot read the draft")?;
        if new.gid() != old.gid()
            && std::os::unix::fs::fchown(draft, None, Some(old.gid())).is_err()
        {
            let hint = "ask whoever owns the file to record, or to put you into its group";
            return Err(refuse(
                "the file belongs to a group you are not in, and would lose it",
                hint,
            ));
        }
        let shared = if group_of(folder) == Some(old.gid()) {
            0o660
        } else {
            0o600
        };
        draft
            .set_permissions(Permissions::from_mode(old.mode() & 0o770 | shared))
            .context("cannot give the draft the rights of the case")
    }

    /// Whether a file could be run as a program.
    pub(in crate::store) fn can_be_run(meta: &Metadata) -> bool {
        meta.mode() & 0o111 != 0
    }

    /// Who can use a file or folder.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Access {
        /// Whether others than its owner and its group can read or write it.
        pub others: bool,
        /// Its group.
        pub group_id: u32,
        /// The group, if it can read and write it.
        pub group: Option<u32>,
        /// Whether it is a folder that is shared with its group.
        pub is_shared: bool,
    }

    /// Who can use the folders of the record, and each file in them. A file counts as open to others where they can come to it.
    pub fn of_record(store: &Store) -> Vec<Access> {
        let is_passable = |folder: &Path| {
            let mode = fs::metadata(folder).map_or(0, |meta| meta.mode());
            mode & 0o001 != 0
        };
        let mut found = Vec::new();
        let tops = [CASES, REGISTERS, EVIDENCE].map(|name| store.root().join(name));
        let mut folders: Vec<(PathBuf, bool)> = tops
            .into_iter()
            .filter(|folder| folder.is_dir())
            .map(|folder| (folder, is_passable(store.root())))
            .collect();
        while let Some((folder, passable)) = folders.pop() {
            let passable = passable && is_passable(&folder);
            found.extend(access(&folder).map(|access| Access {
                others: false,
                ..access
            }));
            for path in listed(&folder).unwrap_or_default() {
                if path.is_dir() {
                    folders.push((path, passable));
                } else if let Some(access) = access(&path) {
                    found.push(Access {
                        others: access.others && passable,
                        ..access
                    });
                }
            }
        }
        found
    }

    /// Who can use a file or folder; nothing if it cannot be looked at.
    pub fn access(path: &Path) -> Option<Access> {
        let meta = fs::metadata(path).ok()?;
        let group = if meta.is_dir() { 0o070 } else { 0o060 };
        Some(Access {
            others: meta.mode() & 0o006 != 0,
            group_id: meta.gid(),
            group: (meta.mode() & group == group).then(|| meta.gid()),
            is_shared: meta.is_dir() && is_shared(&meta),
        })
    }
}

/// On Windows a new file takes the rights of its folder.
#[cfg(not(unix))]
mod of_windows {
    use std::fs::{DirBuilder, File, Metadata, OpenOptions};
    use std::path::Path;

    pub(in crate::store) fn private(_: &mut OpenOptions) {}
    pub(in crate::store) fn private_folder(_: &mut DirBuilder) {}
    pub(in crate::store) fn share(_: &File, _: &Path) {}
    pub(in crate::store) fn share_folder(_: &Path) {}

    pub(in crate::store) fn keep(_: &File, _: &Path) -> anyhow::Result<()> {
        Ok(())
    }

    pub(in crate::store) fn can_be_run(_: &Metadata) -> bool {
        true
    }
}
