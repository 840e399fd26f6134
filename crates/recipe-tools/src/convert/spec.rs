//! Dependencies: conda-build reads them less strictly than v1 recipes do.

use sidewinder_recipe::render::RepodataRevision;
use sidewinder_recipe::stage0::{Dependency, corrected_spec};

use super::emit::Out;
use super::expr::Expr;
use super::notes::Note;
use super::template::{END_MARK, MARK};
use super::tree::Node;
use super::value::{Converter, Part};

/// Which list a dependency is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Build,
    Run,
}

impl Converter<'_, '_> {
    /// A dependency in the form that v1 recipes read.
    pub(super) fn spec(&mut self, node: &Node, place: Place) -> Option<Out> {
        let Some(raw) = node.scalar() else { return self.plain(node) };
        let text = raw.trim();
        if text.is_empty() {
            return None;
        }
        if is_one_mark(text) {
            let text = self.text(text);
            // A template that is constant is gone now.
            if text.contains("${{") {
                return Some(Out::text(&text));
            }
            return Some(Out::text(&normal(&text)));
        }
        if let Some((pin, build)) =
            text.split_once(END_MARK).filter(|(pin, _)| pin.starts_with(MARK) && pin.matches(MARK).count() == 1)
            && let Some(value) = self.pin_with_build(pin, build.trim())
        {
            return Some(Out::text(&value));
        }
        let end = name_end(text);
        let (name, rest) = text.split_at(end);
        if matches!(rest.trim(), "x.x" | "x.x.x" | "x") {
            let name = self.text(name);
            return Some(Out::text(&match place {
                Place::Build => name,
                Place::Run => format!("${{{{ pin_compatible('{name}') }}}}"),
            }));
        }
        let words = words(rest);
        let has_build = words.len() > 1;
        let is_plain_version = words.first().is_some_and(|version| self.is_plain_version(version));
        let mut out = self.text(name);
        for (index, word) in words.iter().enumerate() {
            out.push(' ');
            let mut version = self.text(word);
            if index == 0 && is_plain_version {
                // conda-build adds `.*` to a version without an operator, unless a build string follows.
                version = if has_build { format!("=={version}") } else { format!("{version}.*") };
            }
            out.push_str(&version);
        }
        if out.contains("${{") {
            return Some(Out::text(&out));
        }
        let out = normal(&out);
        if let Err(invalid) = Dependency::parse(&out, RepodataRevision::Legacy) {
            self.note(Note::NeedsReview, node.line, invalid.message, invalid.help.as_deref());
        }
        Some(Out::text(&out))
    }

    /// `{{ pin_subpackage("a") }} *_b`: the build string is an argument of the pin.
    fn pin_with_build(&mut self, pin: &str, build: &str) -> Option<String> {
        let value = self.text_expr(&format!("{pin}{END_MARK}"));
        let Expr::Call(callee, mut arguments) = value else { return None };
        if !matches!(&*callee, Expr::Name(name) if name.starts_with("pin_")) || build.is_empty() {
            return None;
        }
        let build = self.text_expr(build.trim_start_matches('='));
        arguments.push(super::expr::Argument::named("build", build));
        Some(format!("${{{{ {} }}}}", Expr::Call(callee, arguments).print()))
    }

    /// Whether a word is a version without operator and star: literal, or a variable of the recipe.
    fn is_plain_version(&mut self, word: &str) -> bool {
        if !word.contains(MARK) {
            return word.starts_with(|c: char| c.is_ascii_alphanumeric())
                && !word.contains(['*', '|', ',', '=', '<', '>', '!', '~']);
        }
        if word.contains(['*', '|', ',', '=', '<', '>', '!', '~']) {
            return false;
        }
        // The values of the variant key `python` have a star already; others are versions, as those of the recipe are.
        let context = self.names.context.clone();
        self.parts(word).iter().all(|part| match part {
            Part::Text(_) => true,
            Part::Expr(expr) => {
                let mut has_star = false;
                expr.walk(&mut |inner| {
                    has_star |= matches!(inner, Expr::Name(name) if name == "python" && !context.contains(name));
                });
                !has_star
            }
        })
    }
}

fn is_one_mark(text: &str) -> bool {
    text.starts_with(MARK) && text.ends_with(END_MARK) && text.matches(MARK).count() == 1
}

/// Where the name ends: at a blank or an operator, but not inside a mark.
fn name_end(text: &str) -> usize {
    text.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '=' | '!' | '~' | '[')).unwrap_or(text.len())
}

/// The version and the build string, with the blanks around operators and commas removed.
fn words(rest: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for part in rest.split_whitespace() {
        let operator = |c: char| matches!(c, '<' | '>' | '=' | '!' | '~' | ',' | '|');
        match words.last_mut() {
            Some(last) if last.ends_with(operator) || part.starts_with([',', '|']) => last.push_str(part),
            // `>=1 <2` was meant as both.
            Some(last) if part.starts_with(['<', '>', '!']) => {
                last.push(',');
                last.push_str(part);
            }
            _ => words.push(part.to_owned()),
        }
    }
    for word in &mut words {
        *word = word.trim_end_matches(',').to_owned();
    }
    // `=1.2=build` and `==1.2=build`.
    if let [only] = words.as_slice()
        && !only.starts_with(['<', '>', '!', '~'])
        && let Some((version, build)) = only.trim_start_matches('=').split_once('=')
        && !version.is_empty()
        && !build.is_empty()
        && !version.contains([',', '|', '<', '>', '!'])
    {
        return vec![version.to_owned(), build.trim_start_matches('=').to_owned()];
    }
    words
}

/// A literal dependency that parses, where one can be made of it.
fn normal(text: &str) -> String {
    match Dependency::parse(text, RepodataRevision::Legacy) {
        Ok(_) => text.to_owned(),
        Err(_) => corrected_spec(text)
            .filter(|corrected| Dependency::parse(corrected, RepodataRevision::Legacy).is_ok())
            .unwrap_or_else(|| text.to_owned()),
    }
}
