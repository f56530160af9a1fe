//! Works through files on several threads, and hands what came of them over in the order of the files.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// How many files a thread may be ahead of what has been taken: memory stays small however many there are.
const AHEAD: usize = 16;
/// How many threads there are at most.
const MOST_THREADS: usize = 8;

/// Works through files. Each thread begins with `begin`, which it keeps for its own; `take` says whether to go on.
pub(super) fn in_order<T: Send, Kept>(
    files: &[PathBuf],
    begin: impl Fn() -> Kept + Sync,
    work: impl Fn(&Path, &mut Kept) -> T + Sync,
    mut take: impl FnMut(T) -> bool,
) {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let threads = threads.min(files.len()).min(MOST_THREADS);
    if threads < 2 {
        let mut kept = begin();
        for file in files {
            if !take(work(file, &mut kept)) {
                return;
            }
        }
        return;
    }
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        // A bounded channel each: no thread runs far ahead of what has been taken.
        let mut lanes = Vec::new();
        for _ in 0..threads {
            let (send, receive) = mpsc::sync_channel::<(usize, T)>(AHEAD);
            lanes.push((receive, None));
            let (next, begin, work) = (&next, &begin, &work);
            scope.spawn(move || {
                let mut kept = begin();
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some(file) = files.get(n) else { return };
                    if send.send((n, work(file, &mut kept))).is_err() {
                        return;
                    }
                }
            });
        }
        for wanted in 0..files.len() {
            let found = lanes.iter_mut().find_map(|(receive, held)| {
                if held.is_none() {
                    *held = receive.recv().ok();
                }
                held.take_if(|(n, _)| *n == wanted)
            });
            let Some((_, found)) = found else { return };
            if !take(found) {
                return;
            }
        }
    });
}
