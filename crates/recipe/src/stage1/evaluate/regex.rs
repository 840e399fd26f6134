//! Checks regular expressions as `regex::Regex::new` does, without the tables of characters that matching needs.

use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{
    self, Ast, ClassPerl, ClassSetItem, ClassUnicode, ClassUnicodeKind, Flag, Flags, Literal, Visitor,
};

use super::unicode_names as names;

/// Whether a text is a regular expression.
///
/// # Errors
/// What is wrong with it, without its place.
pub(super) fn check(pattern: &str) -> Result<(), String> {
    let parsed = Parser::new().parse(pattern).map_err(|error| error.kind().to_string())?;
    ast::visit(&parsed, Rules { unicode: true, outer: Vec::new() }).map_err(str::to_owned)
}

const UNKNOWN_PROPERTY: &str = "unknown Unicode property";
const NO_UNICODE: &str = "Unicode not allowed here";
const NOT_UTF8: &str = "pattern can match invalid UTF-8";

/// What a pattern must not have beyond its syntax: unknown properties and, where `(?-u)` turns Unicode off, whatever could
/// match half of a character.
struct Rules {
    unicode: bool,
    /// The mode outside of each open group, because flags count up to the end of their group.
    outer: Vec<bool>,
}

impl Rules {
    fn set(&mut self, flags: &Flags) {
        self.unicode = flags.flag_state(Flag::Unicode).unwrap_or(self.unicode);
    }

    fn require(&self, is_ascii: bool, problem: &'static str) -> Result<(), &'static str> {
        if self.unicode || is_ascii { Ok(()) } else { Err(problem) }
    }

    fn property(&self, class: &ClassUnicode) -> Result<(), &'static str> {
        self.require(false, NO_UNICODE)?;
        if is_known(&class.kind) { Ok(()) } else { Err(UNKNOWN_PROPERTY) }
    }

    fn byte(&self, literal: &Literal) -> Result<(), &'static str> {
        self.require(literal.byte().is_none_or(|byte| byte.is_ascii()), NOT_UTF8)
    }

    /// In a class, where a character of several bytes would be one of its bytes.
    fn in_class(&self, literal: &Literal) -> Result<(), &'static str> {
        self.byte(literal)?;
        self.require(literal.byte().is_some() || literal.c.is_ascii(), NO_UNICODE)
    }

    fn perl(&self, class: &ClassPerl) -> Result<(), &'static str> {
        self.require(!class.negated, NOT_UTF8)
    }
}

impl Visitor for Rules {
    type Output = ();
    type Err = &'static str;

    fn finish(self) -> Result<(), Self::Err> {
        Ok(())
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), Self::Err> {
        match ast {
            Ast::Group(group) => {
                self.outer.push(self.unicode);
                if let Some(flags) = group.flags() {
                    self.set(flags);
                }
            }
            Ast::Flags(set) => self.set(&set.flags),
            Ast::Literal(literal) => self.byte(literal)?,
            Ast::Dot(_) => self.require(false, NOT_UTF8)?,
            Ast::ClassUnicode(class) => self.property(class)?,
            Ast::ClassPerl(class) => self.perl(class)?,
            Ast::ClassBracketed(class) => self.require(!class.negated, NOT_UTF8)?,
            _ => {}
        }
        Ok(())
    }

    fn visit_post(&mut self, ast: &Ast) -> Result<(), Self::Err> {
        if let Ast::Group(_) = ast {
            self.unicode = self.outer.pop().unwrap_or(true);
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), Self::Err> {
        match item {
            ClassSetItem::Literal(literal) => self.in_class(literal),
            ClassSetItem::Range(range) => self.in_class(&range.start).and_then(|()| self.in_class(&range.end)),
            ClassSetItem::Unicode(class) => self.property(class),
            ClassSetItem::Perl(class) => self.perl(class),
            ClassSetItem::Ascii(class) => self.require(!class.negated, NOT_UTF8),
            _ => Ok(()),
        }
    }
}

fn is_known(class: &ClassUnicodeKind) -> bool {
    let lists = |lists: &[&str], name: &str| {
        let name = normal_form(name);
        lists.iter().any(|list| list.split(' ').any(|known| known == name))
    };
    let alone = [names::BINARY, names::GENERAL_CATEGORY, names::SCRIPT];
    match class {
        ClassUnicodeKind::OneLetter(letter) => lists(&alone, letter.encode_utf8(&mut [0; 4])),
        ClassUnicodeKind::Named(name) => lists(&alone, name),
        ClassUnicodeKind::NamedValue { name, value, .. } => match normal_form(name).as_str() {
            "gc" | "generalcategory" => lists(&[names::GENERAL_CATEGORY], value),
            "sc" | "script" | "scx" | "scriptextensions" => lists(&[names::SCRIPT], value),
            "age" => lists(&[names::AGE], value),
            "gcb" | "graphemeclusterbreak" => lists(&[names::GRAPHEME_CLUSTER_BREAK], value),
            "sb" | "sentencebreak" => lists(&[names::SENTENCE_BREAK], value),
            "wb" | "wordbreak" => lists(&[names::WORD_BREAK], value),
            _ => false,
        },
    }
}

/// UAX44-LM3: case, blanks, `_`, `-` and a leading `is` do not count.
fn normal_form(name: &str) -> String {
    let is_prefixed = name.as_bytes().get(..2).is_some_and(|start| start.eq_ignore_ascii_case(b"is"));
    let rest = name.get(if is_prefixed { 2 } else { 0 }..).unwrap_or_default();
    let counts = |c: &char| c.is_ascii() && !matches!(c, ' ' | '_' | '-');
    let normal: String = rest.chars().filter(counts).map(|c| c.to_ascii_lowercase()).collect();
    // `isc` is a property of its own, not the category `c`.
    if is_prefixed && normal == "c" { "isc".to_owned() } else { normal }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]
    use super::*;

    /// The library judges with its tables, which tests have.
    fn assert_agrees(pattern: &str) {
        let expected = regex_syntax::parse(pattern).is_ok();
        assert_eq!(check(pattern).is_ok(), expected, "{pattern}: {:?}", check(pattern));
    }

    #[test]
    fn patterns_are_judged_as_the_library_judges_them() {
        for pattern in [
            "",
            "a|b",
            "(a",
            "a)",
            "[a",
            "*",
            "a{2,1}",
            "(?P<n>a)(?P<n>b)",
            r"\8",
            r"^(a)\1$",
            "(?=a)",
            "(?i)ä",
            r"\d+\W",
            r"\p{L}",
            r"\pN",
            r"\pQ",
            r"\PL",
            r"\p{^Greek}",
            r"[\p{Lu}&&\P{Greek}]",
            r"[\p{Foo}]",
            r"\p{Foo}",
            r"\p{}",
            r"(?-u)\w",
            r"(?-u)\W",
            r"(?-u).",
            r"(?-u)[^a]",
            r"(?-u)[ab]",
            r"(?-u)ä",
            r"(?-u)[ä]",
            r"(?-u)[a-ä]",
            r"(?-u)\xFF",
            r"(?-u)\x7F",
            r"\xFF",
            r"(?-u:\pL)",
            r"(?-u:a)\pL",
            r"(?-u)(?u:\pL)",
            r"(?-u:(?u).)",
            r"(a(?-u)b).",
            r"(?-u)[[:alpha:]]",
            r"(?-u)\b",
            r"(?-u)[\xFF]",
            r"(?s-u:.)",
            r"(?:(?-u)a|.)",
            r"(?x) a # .",
            r"(?-u)[\W]",
            r"(?-u)[[:^alpha:]]",
            r"(?-u)[\w\-]",
            r"\x{10FFFF}",
        ] {
            assert_agrees(pattern);
        }
    }

    #[test]
    fn every_name_is_one_that_the_library_knows_and_no_other() {
        let all = [
            ("", names::BINARY),
            ("", names::GENERAL_CATEGORY),
            ("", names::SCRIPT),
            ("gc=", names::GENERAL_CATEGORY),
            ("sc=", names::SCRIPT),
            ("Script_Extensions:", names::SCRIPT),
            ("age=", names::AGE),
            ("gcb=", names::GRAPHEME_CLUSTER_BREAK),
            ("sb=", names::SENTENCE_BREAK),
            ("wb!=", names::WORD_BREAK),
            ("blk=", "ascii greek"),
            ("nope=", "l"),
            ("", "blk isc is_c c cf sc lc Is_Greek GREEK G-r_e_k age script nope wb"),
        ];
        for (property, name) in
            all.iter().flat_map(|(property, list)| list.split(' ').map(move |name| (property, name)))
        {
            assert_agrees(&format!(r"\p{{{property}{name}}}"));
            assert_agrees(&format!(r"\p{{{property}{name}x}}"));
            assert_agrees(&format!(r"\p{{wb={name}}}"));
            assert_agrees(&format!(r"\p{{sb={name}}}"));
            assert_agrees(&format!(r"\p{{gcb={name}}}"));
            assert_agrees(&format!(r"\p{{sc={name}}}"));
        }
    }

    #[test]
    fn the_reason_is_one_phrase() {
        assert_eq!(check("(a").unwrap_err(), "unclosed group");
        assert_eq!(check(r"\p{Foo}").unwrap_err(), "unknown Unicode property");
    }
}
