//! Reading many cases fast.

use std::path::Path;

use super::Loaded;

/// Reads a case file.
///
/// # Errors
/// As [`super::load`].
pub fn load(path: &Path) -> anyhow::Result<Loaded> {
    super::load(path)
}
