//! A receipt: a few lines that say what a record held on a day, to be lodged with a second person.
//!
//! From the file alone it cannot be seen that its newest entries were taken away, or that it was sealed anew. Whoever
//! holds a receipt can see it.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::Case;
use super::entry::{Deed, EntryId};
use super::seal::{canonical, hex};
use super::verify::{Strikes, Struck};

/// The first line of a receipt.
pub const TITLE: &str = "attcheck receipt/1";

/// How many different receipts one text may hold: each is compared with the whole record.
const MAX_RECEIPTS: usize = 20;

/// What a record held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Receipt {
    /// The case.
    pub case: String,
    /// How many entries there were.
    pub entries: usize,
    /// The entries that no other followed.
    pub heads: Vec<EntryId>,
    /// The SHA-256 over the ids of all of them, in their order, each with a line feed after it. It still holds when a text
    /// was taken out.
    pub ids: String,
    /// The SHA-256 over the canonical forms of all of them, in the order of their ids, each with a line feed after it.
    pub sha256: String,
    /// What else is told, such as the day and the verdict. It is for people, and nothing is compared with it.
    pub told: Vec<(&'static str, String)>,
}

/// How a record stands to a receipt of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// It holds all that the receipt tells of, unchanged, and so many entries more.
    Whole {
        /// Entries that came later.
        later: usize,
    },
    /// The same, but for texts that were taken out since, each by an entry that says so.
    Struck {
        /// Entries that came later.
        later: usize,
        /// The entries whose text is gone.
        struck: Vec<EntryId>,
    },
    /// Entries it tells of by their id are not in the record: they were taken away, or it was sealed anew.
    Gone(Vec<EntryId>),
    /// The same ids, but not the same number of entries or not the same texts.
    Changed,
    /// The receipt is of another case.
    OtherCase,
}

/// The receipt of a record as it stands.
pub fn receipt(case: &Case) -> Receipt {
    let heads = case.chain.heads();
    let mut ids: Vec<EntryId> = heads
        .iter()
        .filter_map(|n| case.entries[*n].id.clone())
        .collect();
    ids.sort();
    let held = case.chain.with_ancestors(heads);
    let Digest {
        entries,
        ids: over_ids,
        sha256,
    } = digest(case, &held);
    Receipt {
        case: case.id.to_string(),
        entries,
        heads: ids,
        ids: over_ids,
        sha256,
        told: Vec::new(),
    }
}

/// How many entries are held, and the hashes over their ids and over what they say.
struct Digest {
    entries: usize,
    ids: String,
    sha256: String,
}

fn digest(case: &Case, held: &[bool]) -> Digest {
    let mut lines: Vec<(&EntryId, String)> = case
        .entries
        .iter()
        .zip(held)
        .filter(|(_, held)| **held)
        .filter_map(|(entry, _)| Some((entry.id.as_ref()?, canonical(&entry.node, &["id"]))))
        .collect();
    lines.sort();
    Digest {
        entries: lines.len(),
        ids: hash_lines(lines.iter().map(|(id, _)| id.0.as_str())),
        sha256: hash_lines(lines.iter().map(|(_, line)| line.as_str())),
    }
}

/// The hash over lines in their order, each with a line feed after it.
pub(super) fn hash_lines<'t>(lines: impl IntoIterator<Item = &'t str>) -> String {
    let mut hash = Sha256::new();
    for line in lines {
        hash.update(line.as_bytes());
        hash.update(b"\n");
    }
    hex(&hash.finalize(), 64)
}

/// Whether a record still holds what a receipt tells of.
pub fn compare(case: &Case, receipt: &Receipt) -> Kept {
    if case.id.as_str() != receipt.case {
        return Kept::OtherCase;
    }
    let place = |id: &EntryId| case.chain.place_of(id);
    let gone: Vec<EntryId> = receipt
        .heads
        .iter()
        .filter(|id| place(id).is_none())
        .cloned()
        .collect();
    if !gone.is_empty() {
        return Kept::Gone(gone);
    }
    let heads: Vec<usize> = receipt.heads.iter().filter_map(place).collect();
    let held = case.chain.with_ancestors(&heads);
    let Digest {
        entries,
        ids,
        sha256,
    } = digest(case, &held);
    let later = case.entries.len().saturating_sub(entries);
    let same_ids = entries == receipt.entries && ids == receipt.ids;
    if same_ids && sha256 == receipt.sha256 {
        return Kept::Whole { later };
    }
    // A text that was taken out changes the hash over the texts; that it was there is still told by its id, and who took it
    // out by an entry that the receipt does not know. All the others must say what their ids say: what a struck entry
    // follows is covered by no id of its own, so the ids of the whole have to be those of the receipt.
    let strikes = |n: usize| match &case.entries[n].deed {
        Deed::Strike { strikes, .. } if !held[n] => Some(strikes),
        _ => None,
    };
    let since: Vec<&EntryId> = (0..case.entries.len()).filter_map(strikes).collect();
    let struck: Vec<EntryId> = (0..case.entries.len())
        .filter(|n| held[*n] && matches!(case.entries[*n].deed, Deed::Struck))
        .filter_map(|n| case.entries[n].id.clone())
        .filter(|id| since.contains(&id))
        .collect();
    // One that was struck before the receipt was made is struck still: the ids of the whole say where it stands.
    let strikes = Strikes::of(case);
    let others_stand = (0..case.entries.len()).filter(|n| held[*n]).all(|n| {
        let entry = &case.entries[n];
        match entry.deed {
            Deed::Struck => matches!(strikes.stands(entry), Struck::Stands | Struck::Unsure),
            _ => entry.id.as_ref() == Some(&entry.computed),
        }
    });
    if same_ids && others_stand && !struck.is_empty() {
        return Kept::Struck { later, struck };
    }
    Kept::Changed
}

impl Receipt {
    /// The receipt as text: short lines, no name of a child.
    pub fn text(&self) -> String {
        let mut out = format!("{TITLE}\ncase: {}\nentries: {}\n", self.case, self.entries);
        // Writing to a String cannot fail.
        for head in &self.heads {
            let _ = writeln!(out, "head: {head}");
        }
        let _ = writeln!(out, "ids: {}\nsha256: {}", self.ids, self.sha256);
        for (what, value) in &self.told {
            let _ = writeln!(out, "{what}: {value}");
        }
        out
    }

    /// Reads the receipts out of a text, which may be an e-mail that quotes them, and earlier ones below.
    ///
    /// # Errors
    /// Says what is missing.
    pub fn read_all(text: &str) -> Result<Vec<Self>, &'static str> {
        let bare = |line: &str| -> String {
            line.trim_start_matches(|c: char| c == '>' || c.is_whitespace())
                .trim_end()
                .to_owned()
        };
        let lines: Vec<String> = text
            .trim_start_matches('\u{feff}')
            .lines()
            .map(bare)
            .collect();
        let starts: Vec<usize> = (0..lines.len()).filter(|n| lines[*n] == TITLE).collect();
        if starts.is_empty() {
            return Err("it holds no line `attcheck receipt/1`");
        }
        let ends = starts.iter().skip(1).copied().chain([lines.len()]);
        let mut found: Vec<Self> = Vec::new();
        for (start, end) in starts.iter().zip(ends) {
            let one = Self::of_lines(&lines[*start..end])?;
            // A mail is quoted again and again.
            if !found.contains(&one) {
                if found.len() >= MAX_RECEIPTS {
                    return Err(
                        "it holds more than 20 different receipts: save them in several files",
                    );
                }
                found.push(one);
            }
        }
        Ok(found)
    }

    fn of_lines(lines: &[String]) -> Result<Self, &'static str> {
        let (mut found, mut count) = (Self::default(), None);
        for line in lines {
            let Some((what, value)) = line.split_once(": ") else {
                continue;
            };
            match what {
                "case" if found.case.is_empty() => value.clone_into(&mut found.case),
                "entries" if count.is_none() => count = value.parse().ok(),
                "head" => found.heads.push(EntryId(value.to_lowercase())),
                "ids" if found.ids.is_empty() => found.ids = value.to_lowercase(),
                "sha256" => {
                    found.sha256 = value.to_lowercase();
                    // What comes after is for people, or another text altogether.
                    break;
                }
                _ => {}
            }
        }
        let is_hex = |text: &str, length: usize| {
            text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit())
        };
        let is_id = |id: &EntryId| id.0.strip_prefix('e').is_some_and(|hex| is_hex(hex, 32));
        found.entries = count.ok_or("it does not say how many entries there were")?;
        match &found {
            Self { case, .. } if case.is_empty() => Err("it does not say which case it is of"),
            Self { heads, .. } if heads.is_empty() || !heads.iter().all(is_id) => {
                Err("it does not name the newest entry by its whole id")
            }
            Self { ids, .. } if !is_hex(ids, 64) => Err("its line `ids` is not whole"),
            Self { sha256, .. } if !is_hex(sha256, 64) => Err("its line `sha256` is not whole"),
            _ => Ok(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_is_read_out_of_an_e_mail() {
        let receipt = Receipt {
            case: "k7m4px".into(),
            entries: 3,
            heads: vec![EntryId(format!("e{}", "0a".repeat(16)))],
            ids: "2c".repeat(32),
            sha256: "1b".repeat(32),
            told: vec![("made", "2026-11-20".into())],
        };
        let text = receipt.text();
        let plain = Receipt {
            told: Vec::new(),
            ..receipt
        };
        assert_eq!(Receipt::read_all(&text), Ok(vec![plain.clone()]));
        let quoted = format!("> {}", text.replace('\n', "\r\n> "));
        let mail =
            format!("\u{feff}Dear all,\r\n\r\n{quoted}\r\nhead: Mrs Smith\r\nearlier:\r\n{text}");
        // The same lines, quoted again, are one receipt; others are others, up to a limit.
        assert_eq!(Receipt::read_all(&mail), Ok(vec![plain.clone()]));
        let others = |count: usize| -> String {
            let other = |n: usize| text.replace("entries: 3", &format!("entries: {}", n + 4));
            (0..count).map(other).collect()
        };
        assert_eq!(Receipt::read_all(&others(20)).map(|all| all.len()), Ok(20));
        let too_many = Receipt::read_all(&others(21)).unwrap_err();
        assert!(too_many.contains("more than 20"), "{too_many}");
        for (without, says) in [
            ("case:", "which case"),
            ("entries:", "how many"),
            ("head:", "newest entry"),
            ("sha256:", "whole"),
        ] {
            let short: String = text
                .lines()
                .filter(|line| !line.starts_with(without))
                .flat_map(|l| [l, "\n"])
                .collect();
            assert!(
                Receipt::read_all(&short).unwrap_err().contains(says),
                "{without}"
            );
        }
        assert!(Receipt::read_all("case: k7m4px\n").is_err());
    }
}
