//! Many programs at one case: every append is there, or was refused, and the chain is sound.

use std::fs;
use std::process::Stdio;
use std::thread;

use super::{CASE, School};

const WRITERS: usize = 16;

/// Lets sixteen programs append to one case, and checks that all of it is there.
fn together(each: usize, command: impl Fn(&School, usize, usize) -> std::process::Command + Sync) {
    let school = School::with_case();
    let refused: usize = thread::scope(|scope| {
        let run = |writer: usize| {
            let (school, command) = (&school, &command);
            move || {
                (0..each)
                    .filter(|n| !command(school, writer, *n).status().unwrap().success())
                    .count()
            }
        };
        let threads: Vec<_> = (0..WRITERS)
            .map(|writer| scope.spawn(run(writer)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    let text = school.case_text();
    assert_eq!(refused, 0, "nobody had to give up");
    assert_eq!(text.matches("kind: note").count(), WRITERS * each);
    let verify = school.run(&["verify", CASE]);
    assert_eq!(verify.status.code(), Some(0), "{}", school.told(&verify));
    assert!(
        !school.told(&verify).contains("forked"),
        "each follows the one before"
    );
}

#[test]
fn sixteen_writers_lose_nothing() {
    together(100, |school, writer, n| {
        let mut command = school.command(&[
            "note",
            CASE,
            &format!("writer {writer}, entry {n}"),
            "--quiet",
        ]);
        command.stdout(Stdio::null());
        command
    });
}

/// The same on a network share whose locks do nothing.
#[cfg(target_os = "linux")]
#[test]
fn sixteen_writers_lose_nothing_where_locks_do_nothing() {
    if !super::has_tool(
        "strace",
        &["-f", "--seccomp-bpf", "-o", "/dev/null", "true"],
    ) {
        return;
    }
    together(100, |school, writer, n| {
        let mut command = std::process::Command::new("strace");
        // Stopped at this one call alone, so that waiting costs what it costs otherwise.
        command.args([
            "-f",
            "--seccomp-bpf",
            "-o",
            "/dev/null",
            "-e",
            "trace=flock",
            "-e",
            "inject=flock:retval=0",
        ]);
        command.args([
            env!("CARGO_BIN_EXE_attcheck"),
            "note",
            CASE,
            &format!("writer {writer}, entry {n}"),
        ]);
        command.current_dir(school.root()).stdout(Stdio::null());
        school.surround(&mut command);
        command
    });
}

/// Six people who do one thing at one moment: what can be true once is recorded once, and the others are told.
#[test]
fn what_can_happen_once_is_recorded_once() {
    let school = School::new();
    let six = |args: &[&str]| -> Vec<String> {
        let runs: Vec<_> = (0..6)
            .map(|_| {
                let mut command = school.command(args);
                command.stdout(Stdio::piped()).stderr(Stdio::piped());
                command.spawn().unwrap()
            })
            .collect();
        let ended = runs.into_iter().map(|run| run.wait_with_output().unwrap());
        let done = ended.filter(|output| output.status.success());
        done.map(|output| school.told(&output)).collect()
    };
    let upn = ["--upn", "V999201417003"];
    let new = ["new", "--checklist", "lancashire", "--name", "Ada O'Kafor"];
    assert_eq!(six(&[&new[..], &upn].concat()).len(), 1);
    assert_eq!(
        fs::read_dir(school.root().join("cases")).unwrap().count(),
        3
    );
    for text in ["one", "two", "three"] {
        let told = school.ok(&["follow-up", upn[1], "--next", text, "--due", "1/10/2026"]);
        let entry = super::recorded(&told);
        let settled = six(&["follow-up", upn[1], &entry, "--outcome", text]);
        assert_eq!(settled.len(), 1, "{settled:?}");
        let closed = six(&["close", upn[1], "--why", "moved"]);
        assert_eq!(closed.len(), 1, "{closed:?}");
        let opened = six(&["reopen", upn[1], "--why", text]);
        assert_eq!(opened.len(), 1, "{opened:?}");
    }
}
