//! Recipes write `${{ }}` where Jinja writes `{{ }}`.
//!
//! minijinja can be told other delimiters, but then it searches for them with an automaton that makes up a tenth of the
//! WebAssembly module and is built before the first recipe is read. So templates are translated instead.

/// A `{` that is text, as an expression. No recipe contains the character in front: YAML does not allow it.
pub(super) const ESCAPED_BRACE: &str = "\0{";

/// What starts a part of a template that is not text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marker {
    /// `${{`
    Variable,
    /// `{%`
    Block,
    /// `{#`
    Comment,
}

/// A template with Jinja's delimiters that means the same.
pub(super) fn to_jinja(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, marker, behind)) = split_at_marker(rest) {
        push_text(before, &mut out);
        let (opening, end) = match marker {
            Marker::Variable => ("{{", expression_end(behind, "}}")),
            Marker::Comment => ("{#", behind.find("#}").map_or(behind.len(), |at| at + "#}".len())),
            Marker::Block => ("{%", raw_block_end(behind).unwrap_or_else(|| expression_end(behind, "%}"))),
        };
        out.push_str(opening);
        out.push_str(&behind[..end]);
        rest = &behind[end..];
    }
    push_text(rest, &mut out);
    out
}

/// The first marker, with the text before it and all that follows it.
fn split_at_marker(text: &str) -> Option<(&str, Marker, &str)> {
    let bytes = text.as_bytes();
    bytes.windows(2).enumerate().find_map(|(at, pair)| {
        let (start, marker) = match pair {
            b"{%" => (at, Marker::Block),
            b"{#" => (at, Marker::Comment),
            b"{{" if at > 0 && bytes.get(at - 1) == Some(&b'$') => (at - 1, Marker::Variable),
            _ => return None,
        };
        Some((&text[..start], marker, &text[at + 2..]))
    })
}

/// Adds text, with braces that Jinja would take for a delimiter as expressions.
fn push_text(text: &str, out: &mut String) {
    if text.contains("{{") || text.ends_with('{') {
        out.push_str(&text.replace('{', &format!("{{{{'{ESCAPED_BRACE}'}}}}")));
    } else {
        out.push_str(text);
    }
}

/// Where an expression or tag ends, behind its closing delimiter: that counts outside of strings and brackets only.
fn expression_end(text: &str, closing: &str) -> usize {
    let bytes = text.as_bytes();
    let mut open = 0_i32;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if open == 0 && text.get(at..).is_some_and(|rest| rest.starts_with(closing)) {
            return at + closing.len();
        }
        match byte {
            b'(' | b'[' | b'{' => open = open.saturating_add(1),
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            b'"' | b'\'' => {
                at += 1;
                while let Some(inner) = bytes.get(at).filter(|inner| *inner != byte) {
                    at += if *inner == b'\\' { 2 } else { 1 };
                }
            }
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// Where `{% raw %}…{% endraw %}` ends, from behind its first `{%`; `None` for other tags.
fn raw_block_end(text: &str) -> Option<usize> {
    let mut at = tag_length(text.strip_prefix(['-', '+']).unwrap_or(text), "raw")?;
    at += usize::from(text.starts_with(['-', '+']));
    while let Some(start) = text.get(at..).and_then(|rest| rest.find("{%")) {
        at += start + "{%".len();
        let behind = text.get(at..).unwrap_or_default();
        let sign = usize::from(behind.starts_with(['-', '+']));
        if let Some(length) = tag_length(&behind[sign..], "endraw") {
            return Some(at + sign + length);
        }
    }
    Some(text.len())
}

/// The length of a tag without arguments, from its name to behind its `%}`.
fn tag_length(text: &str, name: &str) -> Option<usize> {
    let blank = |c: char| c.is_ascii_whitespace();
    let rest = text.trim_start_matches(blank).strip_prefix(name)?.trim_start_matches(blank);
    let rest = rest.strip_prefix(['-', '+']).unwrap_or(rest).strip_prefix("%}")?;
    Some(text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

    use minijinja::machinery::{WhitespaceConfig, parse};
    use minijinja::syntax::SyntaxConfig;

    use super::*;
    use crate::template::lower;
    use crate::template::program::Node;

    /// The pieces of a template, or the parser's message.
    fn pieces(text: &str, syntax: SyntaxConfig) -> Result<Vec<Node>, String> {
        let parsed =
            parse(text, "", syntax, WhitespaceConfig::default()).map_err(|e| e.detail().unwrap().to_owned())?;
        Ok(lower::template(&parsed))
    }

    fn compare(text: &str) {
        let custom = SyntaxConfig::builder().variable_delimiters("${{", "}}").build().unwrap();
        assert_eq!(pieces(&to_jinja(text), SyntaxConfig::default()), pieces(text, custom), "{text:?}");
    }

    #[test]
    fn translated_templates_mean_what_recipes_mean() {
        for text in [
            "",
            "text",
            "a ${{ b }} c\n",
            "${{- a -}} b ${{ c +}}",
            "{{ a }} ${{ b }}",
            "{${{ a }}",
            "{{${{ a }}",
            "{{{${{ a }}}}}",
            "$${{ a }}$",
            "${{ '${{ }}' ~ \"}}\" }}",
            "${{ 'it\\'s }}' }} ${{ a }}",
            "${{ {'a': {'b': 1}} }}",
            "${{ {'a': 1}['a'] }}x",
            "{% if a %}${{ b }}{% else %}{{{% endif %}",
            "{% if '%}' %}{ {{%- endif -%} ${{ a }}",
            "{% raw %}${{ a }} {{ b }}{% endraw %} ${{ c }}",
            "{%- raw -%} ${{ a }} {%- endraw -%} ${{ c }}",
            "{% raw %}${{ a }}",
            "{% rawx %}",
            "{# ${{ a }} #}${{ b }}",
            "{#}${{ b }}",
            "{{#- #}{{% set x = 1 %}",
            "${{ a",
            "${{ 'a }}",
            "${{ a ) }} ${{ b }}",
            "${{ a } }} ${{ b }}",
            "${{ é }} ü ${{ '\u{fc}' }}",
            "{",
            "{{",
            "}}",
            "${{",
        ] {
            compare(text);
        }
    }

    #[test]
    fn pieces_in_any_order_mean_the_same() {
        const PIECES: [&str; 18] = [
            "${{", "{{", "}}", "{%", "%}", "{#", "#}", "{", "}", "$", "-", "'", " a ", "(", ")", " if ", "raw",
            "endraw",
        ];
        let mut seed = 1_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(seed >> 33).unwrap()
        };
        for _ in 0..20_000 {
            let count = 1 + next() % 9;
            let text: String = (0..count).map(|_| PIECES[next() % PIECES.len()]).collect();
            compare(&text);
        }
    }
}
