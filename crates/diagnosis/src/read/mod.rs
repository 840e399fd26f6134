//! From text to units that rules read: clean lines, and messages of several lines joined into one.

mod blocks;
mod context;
mod lines;
mod prefixes;

pub(crate) use self::blocks::{Unit, UnitKind, units};
pub(crate) use self::context::suppressed;
pub(crate) use self::lines::{Line, clean_lines, with_plain_quotes};
