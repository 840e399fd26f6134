//! What editors show while a recipe is written: completions, and what is under the cursor.
//!
//! Both work on texts that do not parse, because that is what a text is while it is written: places are found by
//! indentation.

mod complete;
mod fields;
mod functions;
mod hover;
mod place;

pub use complete::{Completion, CompletionKind, complete};
pub use functions::{FunctionHelp, functions};
pub use hover::{Hover, hover};

/// The byte of a UTF-16 offset.
fn byte_of(text: &str, offset: usize) -> usize {
    let mut units = 0;
    for (byte, character) in text.char_indices() {
        if units >= offset {
            return byte;
        }
        units += character.len_utf16();
    }
    text.len()
}
