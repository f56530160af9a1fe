//! Asking the person at the terminal for what is missing.

use std::cell::Cell;

use anyhow::Context as _;
use dialoguer::{Confirm, Input, MultiSelect, Select, console};

use crate::error::Refused;
use crate::render::markup::shown;

/// Asks questions. Off a terminal nobody is asked: see [`Silent`].
pub trait Ask {
    /// Whether there is somebody to ask.
    fn is_there(&self) -> bool;

    /// Whether anything was asked yet: then what will be written is shown before it is.
    fn has_asked(&self) -> bool {
        false
    }

    /// A line of text; empty if nothing was typed.
    ///
    /// # Errors
    /// If the question was broken off.
    fn text(&self, question: &str, default: Option<&str>) -> anyhow::Result<String>;

    /// One of several, by number.
    ///
    /// # Errors
    /// If the question was broken off.
    fn choose(&self, question: &str, from: &[String]) -> anyhow::Result<usize>;

    /// Any of several, by number.
    ///
    /// # Errors
    /// If the question was broken off.
    fn choose_any(&self, question: &str, from: &[String]) -> anyhow::Result<Vec<usize>>;

    /// Yes or no; `default` is what the enter key alone means.
    ///
    /// # Errors
    /// If the question was broken off.
    fn confirm(&self, question: &str, default: bool) -> anyhow::Result<bool>;
}

/// Nobody is there: scripts, pipes and scheduled jobs. Whoever asks all the same has forgotten to look.
#[derive(Debug)]
pub struct Silent;

impl Ask for Silent {
    fn is_there(&self) -> bool {
        false
    }

    fn text(&self, question: &str, _: Option<&str>) -> anyhow::Result<String> {
        Err(nobody(question))
    }

    fn choose(&self, question: &str, _: &[String]) -> anyhow::Result<usize> {
        Err(nobody(question))
    }

    fn choose_any(&self, question: &str, _: &[String]) -> anyhow::Result<Vec<usize>> {
        Err(nobody(question))
    }

    fn confirm(&self, question: &str, _: bool) -> anyhow::Result<bool> {
        Err(nobody(question))
    }
}

fn nobody(question: &str) -> anyhow::Error {
    Refused {
        message: format!("there is no terminal to ask: {question}"),
        hint: None,
    }
    .into()
}

/// Somebody broke a question off.
#[derive(Debug)]
pub struct BrokenOff;

impl std::fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("broken off; nothing was recorded")
    }
}

impl std::error::Error for BrokenOff {}

/// Asks on the terminal, the questions going to the error stream.
#[derive(Debug, Default)]
pub struct Terminal {
    asked: Cell<bool>,
}

/// The exit status of a question broken off with Ctrl-C, as shells have it.
pub const BROKEN_OFF: u8 = 130;

impl Terminal {
    /// Takes the terminal over: Ctrl-C gives it back as it was, its cursor shown.
    ///
    /// Questions come before anything is written, so a question broken off leaves every file as it was. Ctrl-C during a
    /// write is like any other end of the program: the case is as before or complete.
    pub fn take_over() -> Self {
        let give_back = || {
            let term = console::Term::stderr();
            // A cursor left hidden is a nuisance, not a failure.
            let _ = term.show_cursor();
            let _ = term.write_line("");
            std::process::exit(i32::from(BROKEN_OFF));
        };
        // Without a handler Ctrl-C still ends the program, the cursor perhaps hidden.
        let _ = ctrlc::set_handler(give_back);
        Self::default()
    }
}

/// Turns a broken-off question into [`BrokenOff`], the cursor shown again.
fn answered<T>(answer: dialoguer::Result<T>) -> anyhow::Result<T> {
    answer.map_err(|dialoguer::Error::IO(error)| {
        // A cursor left hidden is a nuisance, not a failure.
        let _ = console::Term::stderr().show_cursor();
        if error.kind() == std::io::ErrorKind::Interrupted {
            anyhow::Error::from(BrokenOff)
        } else {
            anyhow::Error::from(error).context("cannot ask on this terminal")
        }
    })
}

/// What stands in a question may come from a file, and drives no terminal.
fn each_shown(from: &[String]) -> Vec<String> {
    from.iter().map(|text| shown(text)).collect()
}

impl Ask for Terminal {
    fn is_there(&self) -> bool {
        true
    }

    fn has_asked(&self) -> bool {
        self.asked.get()
    }

    fn text(&self, question: &str, default: Option<&str>) -> anyhow::Result<String> {
        self.asked.set(true);
        let mut input = Input::<String>::new()
            .with_prompt(shown(question))
            .allow_empty(true);
        if let Some(default) = default {
            input = input.default(shown(default));
        }
        answered(input.interact_text()).map(|text| text.trim().to_owned())
    }

    fn choose(&self, question: &str, from: &[String]) -> anyhow::Result<usize> {
        self.asked.set(true);
        let chosen = answered(
            Select::new()
                .with_prompt(shown(question))
                .items(each_shown(from))
                .default(0)
                .interact_opt(),
        )?;
        chosen.context(BrokenOff)
    }

    fn choose_any(&self, question: &str, from: &[String]) -> anyhow::Result<Vec<usize>> {
        self.asked.set(true);
        let question = format!("{question} (space marks, enter goes on)");
        let chosen = answered(
            MultiSelect::new()
                .with_prompt(shown(&question))
                .items(each_shown(from))
                .interact_opt(),
        )?;
        chosen.context(BrokenOff)
    }

    fn confirm(&self, question: &str, default: bool) -> anyhow::Result<bool> {
        self.asked.set(true);
        answered(
            Confirm::new()
                .with_prompt(shown(question))
                .default(default)
                .interact(),
        )
    }
}
