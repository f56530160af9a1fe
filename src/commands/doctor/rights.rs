//! Who can read and write the record.

use super::Finding;
use crate::commands::Context;

/// On Windows the rights are those of the folder, which its properties show.
#[cfg(not(unix))]
pub(super) fn finding(_: &Context) -> Option<Finding> {
    let says = "a new file takes the rights of its folder; see the folder's properties, Security";
    Some(Finding::well("rights", says))
}

/// Who can read and write the cases, with their marks and documents. Nothing where there are none.
#[cfg(unix)]
pub(super) fn finding(cx: &Context) -> Option<Finding> {
    use crate::number::counted;
    use crate::store::rights::{access, of_record};

    let root = cx.store.root();
    let cases = access(&cx.store.cases())?;
    let around = access(root)?;
    let shared_with = [around, cases]
        .into_iter()
        .find(|one| one.is_shared)
        .map(|one| one.group_id);
    let files = of_record(&cx.store);
    let open = files.iter().filter(|file| file.others).count();
    let folder = root.display();
    if open > 0 {
        return Some(Finding::ill(
            "rights",
            format!(
                "everybody on this computer can read or write {} of the record",
                counted(open, "file")
            ),
            format!("take that right away: chmod -R o= \"{folder}\""),
        ));
    }
    let Some(group) = shared_with else {
        let says = "only the owner of the files can read and write the record";
        return Some(Finding::well("rights", says));
    };
    let apart = files
        .iter()
        .filter(|file| file.group != Some(group))
        .count();
    let group = name_of(group);
    if apart > 0 {
        return Some(Finding::ill(
            "rights",
            format!(
                "the folder is shared with the group {group}, which cannot use {apart} of its files and folders"
            ),
            format!(
                "whoever owns them gives them to the group: chgrp -R {group} \"{folder}\"; chmod -R g+rwX,o= \"{folder}\""
            ),
        ));
    }
    Some(Finding::well(
        "rights",
        format!("the owner of the files and the group {group} can read and write the record"),
    ))
}

/// The name of a group, or its number where this computer alone cannot tell.
#[cfg(unix)]
fn name_of(group: u32) -> String {
    let groups = crate::store::read_if_there("/etc/group".as_ref());
    let groups = groups.ok().flatten().unwrap_or_default();
    let named = groups.lines().find_map(|line| {
        let mut parts = line.split(':');
        let name = parts.next()?;
        (parts.nth(1)?.parse() == Ok(group)).then(|| name.to_owned())
    });
    named.unwrap_or_else(|| group.to_string())
}
