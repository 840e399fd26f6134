//! Parsed templates of the recipes before: `${{ compiler("c") }}` and `unix` are in nearly all of them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;
use std::thread::LocalKey;

use super::program::{Expr, Node};

/// Maximum number of texts that are kept, for templates and for expressions.
const MAX_TEXTS: usize = 512;
/// Maximum length of a text that is kept, in bytes. Longer ones are rarely the same in two recipes.
const MAX_LENGTH: usize = 120;

/// What parsing a text gives, apart from its place.
pub(super) struct Parsed<P: ?Sized> {
    pub(super) text: Arc<str>,
    pub(super) uses: Arc<[String]>,
    pub(super) program: Arc<P>,
}

impl<P: ?Sized> Clone for Parsed<P> {
    fn clone(&self) -> Self {
        Self { text: self.text.clone(), uses: self.uses.clone(), program: self.program.clone() }
    }
}

type Cache<P> = RefCell<HashMap<Arc<str>, Parsed<P>>>;

thread_local! {
    pub(super) static TEMPLATES: Cache<[Node]> = RefCell::default();
    pub(super) static EXPRESSIONS: Cache<Expr> = RefCell::default();
}

/// What was parsed from this text before, or what `parse` makes of it now. Errors are not kept: they name places.
pub(super) fn parsed<P: ?Sized, E>(
    cache: &'static LocalKey<Cache<P>>,
    text: &str,
    parse: impl FnOnce() -> Result<(Arc<[String]>, Arc<P>), E>,
) -> Result<Parsed<P>, E> {
    let known = cache.with_borrow(|known| known.get(text).cloned());
    if let Some(known) = known {
        return Ok(known);
    }
    let (uses, program) = parse()?;
    let parsed = Parsed { text: text.into(), uses, program };
    if text.len() <= MAX_LENGTH {
        cache.with_borrow_mut(|known| {
            if known.len() >= MAX_TEXTS {
                known.clear();
            }
            known.insert(parsed.text.clone(), parsed.clone());
        });
    }
    Ok(parsed)
}
