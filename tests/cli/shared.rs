//! A folder that several people share: two accounts, and whatever their masks are.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::{CASE, School};

/// The group that both accounts belong to; each has a first group of its own.
const TEAM: u32 = 20_000;
const FIRST: u32 = 20_001;
const SECOND: u32 = 20_002;
const MASKS: [&str; 4] = ["022", "027", "077", "002"];

/// A school whose folder has a mode and a group, and a program that any account can run. Nothing without the rights to make
/// other accounts' files.
struct Shared {
    school: School,
    program: PathBuf,
}

impl Shared {
    fn new(mode: u32, group: u32) -> Option<Self> {
        let tried = Command::new("setpriv")
            .args([
                "--reuid", "20001", "--regid", "20001", "--groups", "20000", "true",
            ])
            .stderr(Stdio::null())
            .status();
        if !tried.is_ok_and(|status| status.success()) {
            println!("passed over: this user may not take other accounts");
            return None;
        }
        let school = School::new();
        let set = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        set(school.dir.path(), 0o755);
        let program = school.dir.path().join("attcheck");
        fs::copy(env!("CARGO_BIN_EXE_attcheck"), &program).unwrap();
        std::os::unix::fs::chown(school.root(), Some(FIRST), Some(group)).unwrap();
        set(&school.root(), mode);
        Some(Self { school, program })
    }

    fn run(&self, account: u32, mask: &str, args: &[&str]) -> Output {
        let id = account.to_string();
        let mut command = Command::new("setpriv");
        command
            .args([
                "--reuid",
                &id,
                "--regid",
                &id,
                "--groups",
                &TEAM.to_string(),
            ])
            .args(["--inh-caps", "-all", "--bounding-set", "-all", "sh", "-c"])
            .arg(format!("umask {mask}; exec \"$@\""))
            .arg("sh")
            .arg(&self.program)
            .args(args)
            .current_dir(self.school.root())
            .stdin(Stdio::null());
        self.school.surround(&mut command);
        command.output().unwrap()
    }

    #[track_caller]
    fn ok(&self, account: u32, mask: &str, args: &[&str]) -> String {
        let output = self.run(account, mask, args);
        let told = self.school.told(&output);
        assert!(output.status.success(), "{account} {mask} {args:?}: {told}");
        told
    }

    /// Every file and folder of the school.
    fn files(&self) -> Vec<(PathBuf, fs::Metadata)> {
        let mut found = Vec::new();
        let mut folders = vec![self.school.root()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                let meta = fs::symlink_metadata(&path).unwrap();
                if meta.is_dir() {
                    folders.push(path.clone());
                }
                found.push((path, meta));
            }
        }
        found
    }
}

/// What two colleagues do in turn, the second with documents and marks of the first.
fn work(place: &Shared, accounts: [u32; 2], mask: &str) {
    let [first, second] = accounts;
    let root = place.school.root();
    fs::write(root.join("letter.pdf"), "a letter").unwrap();
    fs::write(
        root.join("marks.csv"),
        "case,date,am,pm\nk7m4px,2026-09-02,/,\\\n",
    )
    .unwrap();
    for name in ["letter.pdf", "marks.csv"] {
        fs::set_permissions(root.join(name), fs::Permissions::from_mode(0o644)).unwrap();
    }
    place.ok(first, mask, &["init"]);
    let pupil = [
        "--name",
        "Ada O'Kafor",
        "--born",
        "14/3/2012",
        "--upn",
        "V999201417003",
    ];
    let new = ["new", "--checklist", "lancashire", "--id", CASE];
    place.ok(first, mask, &[&new[..], &pupil].concat());
    place.ok(first, mask, &["register", "import", "marks.csv"]);
    let record = [
        "record",
        CASE,
        "letters",
        "--on",
        "18/9/2026",
        "--outcome",
        "Sent",
    ];
    let attach = ["--attach", "letter=letter.pdf"];
    place.ok(first, mask, &[&record[..], &attach].concat());
    place.ok(second, mask, &["verify"]);
    place.ok(second, mask, &["note", CASE, "Of the second"]);
    fs::write(root.join("letter.pdf"), "another letter").unwrap();
    place.ok(second, mask, &[&record[..], &attach, &["--again"]].concat());
    place.ok(second, mask, &["register", "import", "marks.csv"]);
    place.ok(second, mask, &["hand-over", CASE, "--output", "parcel.zip"]);
    place.ok(first, mask, &["note", CASE, "Of the first"]);
    place.ok(first, mask, &["verify"]);
    for name in ["letter.pdf", "marks.csv"] {
        fs::remove_file(root.join(name)).unwrap();
    }
}

#[test]
fn two_colleagues_work_in_a_folder_of_their_group() {
    for (mode, group) in [(0o2770, TEAM), (0o770, TEAM), (0o2775, TEAM)] {
        for mask in MASKS {
            let Some(place) = Shared::new(mode, group) else {
                return;
            };
            work(&place, [FIRST, SECOND], mask);
            for (path, meta) in place.files() {
                let wanted = if meta.is_dir() { 0o2770 } else { 0o660 };
                assert_eq!(
                    (meta.mode() & 0o7777, meta.gid()),
                    (wanted, TEAM),
                    "{mode:o} {mask} {}: {:o}",
                    path.display(),
                    meta.mode()
                );
            }
            let told = place.school.told(&place.run(SECOND, mask, &["doctor"]));
            assert!(
                told.contains("the owner of the files and the group 20000 can read and write"),
                "{told}"
            );
        }
    }
}

#[test]
fn a_folder_that_is_not_shared_is_its_owner_s_alone() {
    for mask in MASKS {
        let Some(place) = Shared::new(0o755, FIRST) else {
            return;
        };
        work(&place, [FIRST, FIRST], mask);
        for (path, meta) in place.files() {
            let wanted = if meta.is_dir() { 0o700 } else { 0o600 };
            assert_eq!(meta.mode() & 0o7777, wanted, "{mask} {}", path.display());
        }
        let told = place.school.told(&place.run(FIRST, mask, &["doctor"]));
        assert!(
            told.contains("only the owner of the files can read"),
            "{told}"
        );
        // The colleague is told that it cannot be read, and not that it is gone.
        let output = place.run(SECOND, mask, &["verify"]);
        let told = place.school.told(&output);
        assert!(
            output.status.code() == Some(2) && !told.contains("copy-gone"),
            "{told}"
        );
    }
}

/// Folders that an earlier program made for their owner alone, and a document whose folder a colleague may not enter.
#[test]
fn what_the_group_cannot_use_is_told_and_is_not_gone() {
    let Some(place) = Shared::new(0o2770, TEAM) else {
        return;
    };
    work(&place, [FIRST, SECOND], "022");
    let evidence = place.school.root().join("evidence");
    let set = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    set(&evidence, 0o700);
    let output = place.run(SECOND, "022", &["verify"]);
    let told = place.school.told(&output);
    assert!(
        output.status.code() == Some(2)
            && told.contains("copy-unreadable")
            && !told.contains("copy-gone"),
        "{told}"
    );
    let told = place.school.told(&place.run(FIRST, "022", &["doctor"]));
    assert!(
        told.contains("shared with the group 20000, which cannot use 1 of its files and folders"),
        "{told}"
    );
    set(&evidence, 0o2770);
    set(&place.school.case_file(), 0o664);
    for folder in [place.school.root(), place.school.root().join("cases")] {
        set(&folder, 0o2775);
    }
    let told = place.school.told(&place.run(FIRST, "022", &["doctor"]));
    assert!(
        told.contains("everybody on this computer can read or write 1 file of the record")
            && told.contains("chmod -R o="),
        "{told}"
    );
    // The next entry takes the right away again.
    place.ok(SECOND, "002", &["note", CASE, "Further"]);
    let mode = fs::metadata(place.school.case_file()).unwrap().mode();
    assert_eq!(mode & 0o777, 0o660);
}
