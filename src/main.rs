//! The `attcheck` program.
fn main() {}
