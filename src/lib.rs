//! attcheck.
pub mod calendar;
pub mod case;
pub mod checklist;
pub mod condition;
pub mod day;
pub mod error;
pub mod fields;
pub mod problem;
pub mod readiness;
pub mod span;
pub mod store;
pub mod tree;
pub mod truth;
