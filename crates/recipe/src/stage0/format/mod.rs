//! The fields of the recipe format: their names, what they take, and what they are for.
//!
//! The readers of this folder take the names from these tables, and the JSON Schema and the help in editors are made from
//! them. The tables are constants that are only read when the crate is compiled, so that programs that just render recipes
//! do not contain the descriptions.

mod about;
mod build;
mod outputs;
mod recipe;
mod requirements;
mod source;
mod tests;

pub use about::ABOUT;
pub use build::{
    BUILD, DYNAMIC_LINKING, FORCE_FILE_TYPE, POST_PROCESS, PREFIX_DETECTION, PYTHON, SCRIPT, STAGING_BUILD, STEP,
    VARIANT,
};
pub use outputs::{INHERIT, PACKAGE_OUTPUT, STAGING, STAGING_OUTPUT};
pub use recipe::{CONDITION, GLOBS, MULTI, PACKAGE, RECIPE, SINGLE};
pub use requirements::{IGNORE_RUN_EXPORTS, REQUIREMENTS, RUN_EXPORTS, STAGING_REQUIREMENTS};
pub use source::{ATTESTATION, GIT_SOURCE, PATH_SOURCE, URL_SOURCE};
pub use tests::{
    DOWNSTREAM_TEST, FILE_CHECKS, PACKAGE_CONTENTS, PACKAGE_CONTENTS_TEST, PERL, PERL_TEST, PYTHON_TEST,
    PYTHON_TEST_FIELDS, R, R_TEST, RUBY, RUBY_TEST, SCRIPT_TEST, TEST_FILES, TEST_REQUIREMENTS,
};

/// A mapping of the format.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// How messages name it, e.g. `build`.
    pub place: &'static str,
    /// Its fields, in the order in which they are usually written.
    pub fields: &'static [Field],
    /// Whether other keys are errors. They are only ignored otherwise.
    pub is_closed: bool,
}

/// One field.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What it is for, in one or two sentences.
    pub about: &'static str,
    /// Whether the mapping has to have it.
    pub is_required: bool,
}

/// What a field takes. Single values may be templates, except where their kind says otherwise.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Any single value, read as text.
    Text,
    /// The name of a package.
    PackageName,
    /// A version.
    Version,
    /// An absolute URL.
    Url,
    /// A license expression.
    License,
    /// A checksum of so many hexadecimal digits.
    Checksum(usize),
    /// A whole number from 0 on.
    Unsigned,
    /// A whole number of 32 bits.
    Integer,
    /// `true` or `false`.
    Bool,
    /// `true` or `false`; no template.
    PlainBool,
    /// `true`, `false`, `yes` or `no`, also in quotes; no template.
    BoolWord,
    /// `true` or `false`, also in quotes.
    QuotedBool,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A match spec.
    MatchSpec,
    /// An expression without braces.
    Expression,
    /// The number 1.
    SchemaVersion,
    /// A text that is used as it is written.
    Verbatim,
    /// A list whose items may be conditional.
    List(&'static Kind),
    /// Nothing.
    Null,
    /// A list without conditions.
    PlainList(&'static Kind),
    /// A list, at least one item, without conditions.
    FilledList(&'static Kind),
    /// An item of a list outside of one, which may be conditional.
    One(&'static Kind),
    /// A mapping with these fields.
    Mapping(&'static Section),
    /// A mapping with any keys.
    Map(&'static Kind),
    /// One of several kinds.
    OneOf(&'static [Kind]),
    /// Any value.
    Anything,
}

/// An optional field.
const fn field(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, kind, about, is_required: false }
}

/// A field that has to be there.
const fn required(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, kind, about, is_required: true }
}

/// A mapping in which other keys are errors.
const fn section(place: &'static str, fields: &'static [Field]) -> Section {
    Section { place, fields, is_closed: true }
}

const TEXTS: Kind = Kind::List(&Kind::Text);
const SPECS: Kind = Kind::List(&Kind::MatchSpec);
const SPECS_OR_NULL: Kind = Kind::OneOf(&[Kind::Null, SPECS]);

/// The names of a section's fields.
pub(in crate::stage0) const fn names<const N: usize>(section: &Section) -> [&'static str; N] {
    let mut names = [""; N];
    let mut index = 0;
    while index < N {
        names[index] = section.fields[index].name;
        index += 1;
    }
    names
}

/// The names of a section's fields, as a constant: the section itself is not part of the program then.
macro_rules! known {
    ($section:ident) => {{
        const NAMES: [&str; $crate::stage0::format::$section.fields.len()] =
            $crate::stage0::format::names(&$crate::stage0::format::$section);
        &NAMES
    }};
}
pub(in crate::stage0) use known;
