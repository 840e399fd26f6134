//! Patterns whose syntax is checked here, and that JavaScript matches.

use std::fmt::{self, Display, Formatter};

use regex_syntax::ast::ErrorKind;
use regex_syntax::ast::parse::Parser;

/// A pattern that is well formed.
#[derive(Clone, Debug)]
pub struct Regex {
    pattern: String,
}

/// Why a pattern is none, or cannot be matched.
#[derive(Clone, Debug)]
pub enum Error {
    /// The pattern is not well formed.
    Syntax(String),
    /// The engine is not included.
    NoEngine,
}

impl Regex {
    /// Checks a pattern.
    ///
    /// # Errors
    /// [`Error::Syntax`].
    pub fn new(pattern: &str) -> Result<Self, Error> {
        if let Err(error) = Parser::new().parse(&without_extensions(pattern)) {
            match error.kind() {
                // `fancy-regex` takes `a{2,1}`, and one name for several groups.
                ErrorKind::RepetitionCountInvalid | ErrorKind::GroupNameDuplicate { .. } => {}
                kind => return Err(Error::Syntax(kind.to_string())),
            }
        }
        Ok(Self { pattern: pattern.to_owned() })
    }

    /// The pattern as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.pattern
    }

    /// Whether the pattern matches somewhere in a text: asked of the JavaScript engine around the module.
    ///
    /// # Errors
    /// [`Error::NoEngine`] where that engine does not know the pattern's syntax, and outside of WebAssembly.
    #[cfg(target_arch = "wasm32")]
    pub fn is_match(&self, text: &str) -> Result<bool, Error> {
        use js_sys::{Array, Function, Reflect, RegExp, global};
        use wasm_bindgen::JsCast;

        // Rattler writes the flag in front of the pattern, where JavaScript does not take it.
        let (flags, pattern) =
            self.pattern.strip_prefix("(?i)").map_or(("", self.pattern.as_str()), |rest| ("i", rest));
        let arguments = Array::of2(&pattern.into(), &flags.into());
        Reflect::get(&global(), &"RegExp".into())
            .and_then(|class| class.dyn_into::<Function>())
            .and_then(|class| Reflect::construct(&class, &arguments))
            .map(|made| made.unchecked_into::<RegExp>().test(text))
            .map_err(|_| Error::NoEngine)
    }

    /// Outside of WebAssembly only the syntax is tested; the real crate matches there.
    ///
    /// # Errors
    /// Always [`Error::NoEngine`].
    #[cfg(not(target_arch = "wasm32"))]
    pub fn is_match(&self, _text: &str) -> Result<bool, Error> {
        Err(Error::NoEngine)
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(reason) => f.write_str(reason),
            Self::NoEngine => f.write_str("the JavaScript engine does not support this regular expression"),
        }
    }
}

impl std::error::Error for Error {}

/// What opens a look-around or an atomic group; ordinary groups have the same form.
const GROUPS: [&str; 5] = ["(?=", "(?!", "(?<=", "(?<!", "(?>"];

/// The pattern with the extensions of `fancy-regex` as what is nearest to them in plain regular expressions.
fn without_extensions(pattern: &str) -> String {
    let mut plain = String::with_capacity(pattern.len());
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(first) = rest.chars().next() {
        let second = rest[first.len_utf8()..].chars().next();
        let mut taken = first.len_utf8();
        let mut written = None;
        match (first, second) {
            // A reference to a group: any text.
            ('\\', Some('1'..='9')) if !in_class => (taken, written) = (2, Some("(?:)")),
            ('\\', Some(escaped)) => taken += escaped.len_utf8(),
            ('(', Some('?')) if !in_class => {
                if let Some(group) = GROUPS.iter().find(|group| rest.starts_with(**group)) {
                    (taken, written) = (group.len(), Some("(?:"));
                }
            }
            ('[', _) => in_class = true,
            (']', _) => in_class = false,
            // A possessive quantifier, such as `a++`.
            ('*' | '+' | '?', Some('+')) if !in_class => (taken, written) = (2, Some(&rest[..1])),
            _ => {}
        }
        let (head, tail) = rest.split_at(taken);
        plain.push_str(written.unwrap_or(head));
        rest = tail;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::Regex;

    #[test]
    fn patterns_are_refused_where_the_real_crate_refuses_them() {
        let patterns = [
            "^py.*$",
            "^(?i)cuda[0-9]+_(cpu|gpu)$",
            "^h[0-9a-f]{7}_0$",
            "^(?!.*cpu).*$",
            "^(?=a)(?<=b)(?<!c)(?>d)$",
            r"^(a)\1$",
            "^a++b*+$",
            r"^[\]\[(?!)*+]$",
            r"^\d+\.\w\(\?$",
            "^é(?!ü)$",
            "^(a$",
            "^a)$",
            "^[a$",
            "^*$",
            "^a{2,1}$",
            "^(?!a$",
            r"^\$",
            "^(?P<n>a)(?P<n>b)$",
        ];
        let differ = |pattern: &&str| Regex::new(pattern).is_ok() != real_fancy_regex::Regex::new(pattern).is_ok();
        assert_eq!(patterns.into_iter().filter(differ).collect::<Vec<_>>(), Vec::<&str>::new());
    }
}
