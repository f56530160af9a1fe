//! What every command needs: the folder, the day, who is there, and where output goes.
#![expect(
    clippy::disallowed_methods,
    reason = "the door: clock and environment are read here and nowhere else"
)]

use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use anyhow::Context as _;
use chrono::{DateTime, Days, FixedOffset, NaiveDate, Utc};
use indicatif::{ProgressBar, ProgressStyle};

use super::input;
use crate::calendar::Calendar;
use crate::case::entry::Subject;
pub use crate::case::names::initials;
use crate::case::state::CaseState;
use crate::case::{Case, CaseId};
use crate::checklist::Checklist;
use crate::cli::{Color, Global};
use crate::day;
use crate::error::refuse;
use crate::prompt::{Ask, Silent, Terminal};
use crate::render::markup::shown;
use crate::render::tame::Tame;
use crate::store::checklists::KnownChecklists;
use crate::store::settings::UserSettings;
use crate::store::{Loaded, Store, lookup, own_path};

/// With fewer steps it is over before anybody could read how far it has come.
const PROGRESS_FROM: usize = 50;

/// What every command needs.
pub struct Context {
    /// The school's folder.
    pub store: Store,
    /// The moment the program was started, by the clocks of the United Kingdom.
    pub now: DateTime<FixedOffset>,
    /// Asks for what is missing, if somebody is there.
    pub ask: Box<dyn Ask>,
    /// Where the person at the computer keeps who they are.
    pub user: UserSettings,
    /// Whether to leave out what was not asked for.
    pub quiet: bool,
    /// Whether to use colour.
    pub color: bool,
    /// Whether the output goes into a file of the user's choice.
    pub into_file: bool,
    /// Why the settings could not be read, where a command goes on without them.
    pub unread_settings: Option<anyhow::Error>,
    by_flag: Option<String>,
    by_env: Option<String>,
    out: Tame<Box<dyn Write>>,
    checklists: KnownChecklists,
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("store", &self.store)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

/// A variable of the environment, if it is set and not blank.
fn variable(name: &str) -> Option<String> {
    std::env::var(name)
        .ok()
        .filter(|value| !value.trim().is_empty())
}

/// The clock, or `ATTCHECK_NOW` in its place: for demonstrations and tests, as setting the computer's clock would be. The
/// time is that of the United Kingdom, since a school's day does not begin when a server's does.
fn clock() -> anyhow::Result<DateTime<FixedOffset>> {
    match variable("ATTCHECK_NOW") {
        Some(text) => DateTime::parse_from_rfc3339(&text)
            .map(|now| day::uk_time(&now))
            .map_err(|_| {
                refuse(
                    "ATTCHECK_NOW is not a time",
                    "write it as 2026-09-14T09:12:04+01:00",
                )
            }),
        None => Ok(day::uk_time(&Utc::now())),
    }
}

/// Where this computer keeps settings of its user, if it says so. A path that does not begin at the root of the disk would
/// lead into whatever folder the program was started in.
fn config_folder() -> Option<PathBuf> {
    let named = if cfg!(windows) {
        variable("APPDATA")
    } else {
        variable("XDG_CONFIG_HOME")
    };
    let whole = |path: String| Some(PathBuf::from(path)).filter(|path| path.is_absolute());
    let home = || {
        variable(if cfg!(windows) { "USERPROFILE" } else { "HOME" })
            .and_then(whole)
            .map(|home| home.join(".config"))
    };
    named.and_then(whole).or_else(home)
}

impl Context {
    /// Looks around: folder, clock, terminal.
    ///
    /// # Errors
    /// If the folder or its settings cannot be used.
    pub fn new(global: &Global, out: Box<dyn Write>) -> anyhow::Result<Self> {
        Self::with(global, out, false)
    }

    /// As [`Self::new`], going on without settings that cannot be read: for looking what is wrong.
    ///
    /// # Errors
    /// If the folder cannot be used.
    pub fn whatever_the_settings(global: &Global, out: Box<dyn Write>) -> anyhow::Result<Self> {
        Self::with(global, out, true)
    }

    fn with(global: &Global, out: Box<dyn Write>, go_on: bool) -> anyhow::Result<Self> {
        let here = std::env::current_dir().context("cannot tell which folder this is")?;
        let (store, unread_settings) = match Store::find(global.dir.as_deref(), &here) {
            Ok(store) => (store, None),
            Err(error) if go_on => (
                Store::at(Store::root_from(global.dir.as_deref(), &here)?),
                Some(error),
            ),
            Err(error) => return Err(error),
        };
        let there = io::stdin().is_terminal() && io::stderr().is_terminal();
        let color = match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                global.output.is_none()
                    && io::stdout().is_terminal()
                    && variable("NO_COLOR").is_none()
            }
        };
        let user = config_folder().map_or_else(UserSettings::nowhere, |folder| {
            UserSettings::in_folder(&folder, store.root())
        });
        Ok(Self {
            store,
            unread_settings,
            now: clock()?,
            ask: if there {
                Box::new(Terminal::take_over())
            } else {
                Box::new(Silent)
            },
            user,
            quiet: global.quiet,
            color,
            into_file: global.output.is_some(),
            by_flag: global.by.clone(),
            by_env: variable("ATTCHECK_BY"),
            out: Tame::new(out, color),
            checklists: KnownChecklists::default(),
        })
    }

    /// Where output goes: no text of a file can drive a terminal by it.
    pub fn out(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// Where bytes go that are no text for a terminal, such as a parcel or a calendar file.
    pub fn raw_out(&mut self) -> &mut dyn Write {
        &mut **self.out.raw()
    }

    /// Where data for other programs go: as they are, unless somebody looks on at a terminal.
    pub fn data_out(&mut self) -> &mut dyn Write {
        if !self.into_file && io::stdout().is_terminal() {
            self.out()
        } else {
            self.raw_out()
        }
    }

    /// Refuses a folder for output that is one of the school's own, or lies in one: what is put there would be taken for a
    /// case, a checklist, marks or a copy.
    ///
    /// # Errors
    /// If it is.
    pub fn refuse_own_folder(&self, folder: &Path) -> anyhow::Result<()> {
        if own_path::is_own_folder(folder) {
            let message = format!(
                "`{}` belongs to the school's folder, and holds other things",
                folder.display()
            );
            return Err(refuse(message, "give the name of a new folder"));
        }
        Ok(())
    }

    /// Says something beside the output: on the error stream, unless told to be quiet.
    pub fn say(&self, message: &str) {
        if !self.quiet {
            self.warn(message);
        }
    }

    /// Says what went wrong beside the output, quiet or not.
    pub fn warn(&self, message: &str) {
        // Nobody is left to tell if this fails.
        let _ = writeln!(io::stderr(), "{}", shown(message));
    }

    /// Shows how far something long has come, on a terminal.
    pub fn progress(&self, steps: usize, what: &'static str) -> ProgressBar {
        if self.quiet || !io::stderr().is_terminal() || steps < PROGRESS_FROM {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template("{msg} {wide_bar} {pos} of {len}");
        let bar = ProgressBar::new(u64::try_from(steps).unwrap_or(u64::MAX)).with_message(what);
        match style {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }

    /// England's bank holidays and the term dates of the folder.
    pub fn calendar(&self) -> Calendar {
        Calendar::england().with_terms(self.store.settings().terms.clone())
    }

    /// Today in the United Kingdom, whatever zone this computer's clock is set to.
    pub fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    /// A day as somebody typed it.
    ///
    /// # Errors
    /// If it is no day; `flag` says where it was given.
    pub fn day(&self, text: &str, flag: &str) -> anyhow::Result<NaiveDate> {
        day::typed(text, self.today())
            .map_err(|not| refuse(format!("{flag}: {}", not.message), not.hint))
    }

    /// A day that may lie ahead: a weekday's name would mean the last one, so it is not taken.
    ///
    /// # Errors
    /// If it is no day, or a weekday's name.
    pub fn day_ahead(&self, text: &str, flag: &str) -> anyhow::Result<NaiveDate> {
        if text.trim().eq_ignore_ascii_case("tomorrow") {
            return Ok(self.today() + Days::new(1));
        }
        let found = self.day(text, flag)?;
        let named = text.trim().len() >= 3 && text.trim().chars().all(char::is_alphabetic);
        if named && !matches!(text.trim().to_lowercase().as_str(), "today" | "yesterday") {
            let hint = "write the day in full, as in 14/9/2026, or tomorrow";
            return Err(refuse(
                format!("{flag}: a weekday does not say whether the last or the next is meant"),
                hint,
            ));
        }
        Ok(found)
    }

    /// Who records, as far as it is known without asking.
    ///
    /// # Errors
    /// If the user's settings cannot be read.
    pub fn known_who(&self) -> anyhow::Result<Option<String>> {
        match self.by_flag.as_ref().or(self.by_env.as_ref()) {
            Some(by) => Ok(Some(by.clone())),
            None => self.user.who(),
        }
    }

    /// Who wrote a document: whoever is named, or whoever records, as far as it is known without asking.
    ///
    /// # Errors
    /// If the user's settings cannot be read.
    pub fn author(&self, named: Option<&str>) -> anyhow::Result<Option<String>> {
        named.map_or_else(|| self.known_who(), |named| Ok(Some(named.to_owned())))
    }

    /// Refuses what is of no use on a screen, where no file was named for it.
    ///
    /// # Errors
    /// Without `--output`; it offers a name.
    pub fn refuse_without_file(&self, what: &str, offer: &str) -> anyhow::Result<()> {
        if self.into_file {
            return Ok(());
        }
        Err(refuse(
            format!("{what} has to go into a file"),
            format!("add --output {offer}"),
        ))
    }

    /// What was given as `--by`.
    pub fn by_flag(&self) -> Option<&str> {
        self.by_flag.as_deref()
    }

    /// Who records: `--by`, `ATTCHECK_BY`, the user's own settings, or a question asked once.
    ///
    /// # Errors
    /// Off a terminal, if none of these says.
    pub fn who(&self) -> anyhow::Result<String> {
        if let Some(who) = self.known_who()? {
            return input::text("--by", &who);
        }
        if !self.ask.is_there() {
            let hint = format!(
                "add --by \"J Smith, pastoral lead\", or {}",
                self.to_say_who()
            );
            return Err(refuse("it is not known who records", hint));
        }
        let kept = self.user.can_keep();
        let question = if kept {
            "Who records? Name and role, kept for next time"
        } else {
            "Who records? Name and role"
        };
        let who = self.ask.text(question, None)?;
        if who.is_empty() {
            return Err(refuse(
                "it is not known who records",
                "give --by, or answer the question",
            ));
        }
        if kept {
            self.user.set_who(&who)?;
        }
        Ok(who)
    }

    /// What makes it known who records, once and for all.
    pub fn to_say_who(&self) -> &'static str {
        if self.user.can_keep() {
            "set it once with `attcheck whoami --set \"J Smith, pastoral lead\"`"
        } else {
            "set ATTCHECK_BY for this computer to your name and role"
        }
    }

    /// Who is writing, since when and on which computer: told to others who wait, and trusted for nothing.
    pub fn holder(&self, by: &str) -> String {
        let computer = variable("COMPUTERNAME")
            .or_else(|| variable("HOSTNAME"))
            .unwrap_or_else(|| "a computer".to_owned());
        format!(
            "{by}, since {}, on {computer}",
            crate::case::compose::instant(self.now)
        )
    }

    /// Finds and reads the case somebody means. Only a full id, a path or a UPN is taken where a script could write to
    /// the wrong child; on a terminal a looser name is shown and confirmed.
    ///
    /// # Errors
    /// If no case fits or more than one does, or it cannot be read.
    pub fn open(&self, called: &str, to_write: bool) -> anyhow::Result<Loaded> {
        let hit = self
            .store
            .locate(called, !to_write || self.ask.is_there())?;
        let loaded = crate::store::load(&hit.path)?;
        let loaded = if to_write {
            lookup::in_place(loaded)?
        } else {
            loaded
        };
        if to_write && !hit.exact {
            let state = CaseState::replay(&loaded.case, None);
            let details = state.details();
            let initials = details.name.as_deref().map(initials).unwrap_or_default();
            let year = details
                .year_group
                .map(|year| format!(", year {year}"))
                .unwrap_or_default();
            if !self.ask.confirm(
                &format!("Case {} ({initials}{year})?", loaded.case.id),
                false,
            )? {
                return Err(refuse("nothing was done", "give the full id of the case"));
            }
        }
        Ok(loaded)
    }

    /// The checklist a case is worked against.
    ///
    /// # Errors
    /// If there is none of that id and edition, or its file is wrong.
    pub fn checklist_of(&mut self, state: &CaseState<'_>) -> anyhow::Result<Rc<Checklist>> {
        let Some((id, edition)) = state.checklist() else {
            let hint = format!(
                "`attcheck verify {}` tells what is wrong with the record",
                state.case.id
            );
            return Err(refuse(
                "the case does not say which checklist it is worked against",
                hint,
            ));
        };
        self.checklists
            .of_case(&self.store, &state.case.id, id, edition)
    }

    /// The checklist of a case, if it was read before.
    pub fn checklist_read(&self, case: &CaseId, id: &str, edition: &str) -> Option<Rc<Checklist>> {
        self.checklists.read_before(case, id, edition)
    }

    /// The checklist a case was worked against as far as was known; of a case not yet opened by then, the one it has now.
    ///
    /// # Errors
    /// As [`Self::checklist_of`].
    pub fn checklist_known(&mut self, state: &CaseState<'_>) -> anyhow::Result<Rc<Checklist>> {
        if state.checklist().is_some() {
            return self.checklist_of(state);
        }
        self.checklist_of(&CaseState::replay(state.case, None))
    }

    /// The file of every case, for what looks at all of them. That there is none yet is said, and is no failure.
    ///
    /// # Errors
    /// If this is no school's folder, or it cannot be read.
    pub fn every_case(&self) -> anyhow::Result<Vec<PathBuf>> {
        let cases = self.store.cases();
        if !cases.is_dir() {
            let hint = "give the school's folder with --dir, or make one with `attcheck init`";
            return Err(refuse(
                format!(
                    "this is no school's folder: `{}` is not there",
                    cases.display()
                ),
                hint,
            ));
        }
        let files = self.store.case_files()?;
        if files.is_empty() {
            self.say("no cases yet; `attcheck new` opens one");
        }
        Ok(files)
    }

    /// The checklist to judge a case by, as far as was known. Of one whose opening is gone it is one that asks nothing: what
    /// is told is then that the record is damaged.
    ///
    /// # Errors
    /// As [`Self::checklist_of`], but for a case without its opening.
    pub fn checklist_to_judge(&mut self, state: &CaseState<'_>) -> anyhow::Result<Rc<Checklist>> {
        self.checklists.to_judge(&self.store, state)
    }

    /// The school's own record, if the folder's settings name one.
    ///
    /// # Errors
    /// If it is named and cannot be read.
    pub fn school_record(&self) -> anyhow::Result<Option<Case>> {
        let Some(id) = &self.store.settings().school_record else {
            return Ok(None);
        };
        let id = CaseId::new(id).map_err(|bad| {
            refuse(
                format!("school-record: {bad}"),
                "put it right in attcheck.toml",
            )
        })?;
        if !self.store.path_of(&id).is_file() {
            self.say(&format!("note: the school's own record `{id}` is not there; `attcheck new --school --id {id}` opens it"));
            return Ok(None);
        }
        let loaded = self
            .store
            .load(&id)
            .with_context(|| format!("the school's own record `{id}` cannot be read"))?;
        if loaded.case.subject != Subject::School {
            let hint = "name the school's own record there, opened with `attcheck new --school`";
            return Err(refuse(
                format!("school-record in attcheck.toml names `{id}`, which is a pupil's case"),
                hint,
            ));
        }
        Ok(Some(loaded.case))
    }
}

/// A path as people read it: from here, where it lies below here.
pub fn from_here(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here)
        .unwrap_or(path)
        .display()
        .to_string()
}
