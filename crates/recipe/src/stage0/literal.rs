//! Texts read as what their field takes: the same rules for literals, when a recipe is parsed, and for templates, once
//! they are rendered.

use std::num::{IntErrorKind, ParseIntError};
use std::str::FromStr;
use std::sync::Arc;

use rattler_conda_types::package::EntryPoint;
use rattler_conda_types::{PackageName, Version};
use spdx::error::Reason;
use url::Url;

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::model::NoArch;

/// Why a text is not what its field takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// Which rule was broken.
    pub code: Code,
    /// One sentence that names the text.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Invalid {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None }
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same as an error at a place.
    #[must_use]
    pub fn at(self, span: Span) -> Diagnostic {
        Diagnostic { help: self.help, ..Diagnostic::error(self.code, self.message, span) }
    }
}

/// Any text.
pub(crate) fn text(text: &str) -> Result<Arc<str>, Invalid> {
    Ok(text.into())
}

/// A package name, kept as written.
pub(crate) fn package_name(text: &str) -> Result<Arc<str>, Invalid> {
    if text.is_empty() {
        return Err(Invalid::new(Code::InvalidPackageName, "the package name is empty"));
    }
    match PackageName::try_from(text) {
        Ok(_) => Ok(text.into()),
        Err(_) => Err(Invalid::new(Code::InvalidPackageName, format!("`{text}` is not a package name"))
            .with_help("package names consist of letters, digits, `-`, `_` and `.`")),
    }
}

/// A version, kept as written.
pub(crate) fn version(text: &str) -> Result<Arc<str>, Invalid> {
    match Version::from_str(text) {
        Ok(_) => Ok(text.into()),
        Err(error) => Err(Invalid::new(Code::InvalidVersion, format!("`{text}` is not a version: {}", error.kind))
            .with_help("a version is digits and letters in segments, such as `1.2.3` or `2.0rc1`")),
    }
}

/// An SPDX license expression, kept as written.
pub(crate) fn license(text: &str) -> Result<Arc<str>, Invalid> {
    let error = match spdx::Expression::parse(text) {
        Ok(_) => return Ok(text.into()),
        Err(error) => error,
    };
    let term = text.get(error.span.clone()).map(str::trim).unwrap_or_default();
    let place = if term.is_empty() || term == text { String::new() } else { format!(" at `{term}`") };
    let message = format!("`{text}` is not an SPDX license expression: {}{place}", error.reason);
    let help = match proper_license(&error.reason, term) {
        Some(name) => format!("did you mean {name}?"),
        None => "see <https://spdx.org/licenses>; a license that is not listed is `LicenseRef-Name`".to_owned(),
    };
    Err(Invalid::new(Code::InvalidLicense, message).with_help(help))
}

/// An SPDX license expression for a text: the text, or the listed license that it stands for.
///
/// # Errors
/// `invalid-license` if it is neither.
///
/// # Example: a name of the past
/// ```
/// use sidewinder_recipe::stage0::listed_license;
///
/// assert_eq!(listed_license("GPL-3.0+").as_deref(), Ok("GPL-3.0-or-later"));
/// assert!(listed_license("Proprietary").is_err());
/// ```
pub fn listed_license(text: &str) -> Result<String, Invalid> {
    let invalid = match license(text) {
        // What parses may still be a name that was replaced.
        Ok(text) if !text.ends_with('+') => return Ok(text.as_ref().to_owned()),
        Ok(text) => Invalid::new(Code::InvalidLicense, format!("`{text}` is a deprecated license")),
        Err(invalid) => invalid,
    };
    let plain = text.trim_end_matches('+');
    let suffix = if plain.len() < text.len() { "-or-later" } else { "-only" };
    let current = format!("{plain}{suffix}");
    if spdx::license_id(&current).is_some() {
        return Ok(current);
    }
    match spdx::imprecise_license_id(text) {
        Some((license, length)) if length == text.len() => Ok(license.name.to_owned()),
        _ if license(text).is_ok() => Ok(text.to_owned()),
        _ => Err(invalid),
    }
}

/// The listed license that a term probably stands for.
fn proper_license(reason: &Reason, term: &str) -> Option<String> {
    if *reason == Reason::DeprecatedLicenseId {
        let plain = term.trim_end_matches('+');
        let only = format!("{plain}-only");
        let later = format!("{plain}-or-later");
        return spdx::license_id(&only).map(|_| format!("`{only}` or `{later}`"));
    }
    match spdx::imprecise_license_id(term) {
        Some((license, length)) if length == term.len() => Some(format!("`{}`", license.name)),
        _ => None,
    }
}

/// An absolute URL, in normal form.
pub(crate) fn absolute_url(text: &str) -> Result<Arc<str>, Invalid> {
    match Url::parse(text) {
        Ok(url) => Ok(url.as_str().into()),
        Err(error) => {
            let invalid = Invalid::new(Code::InvalidUrl, format!("`{text}` is not an absolute URL: {error}"));
            Err(if error == url::ParseError::RelativeUrlWithoutBase {
                invalid.with_help("start with the scheme, e.g. `https://`")
            } else {
                invalid
            })
        }
    }
}

/// A SHA-256 checksum, in lower case.
pub(crate) fn sha256(text: &str) -> Result<Arc<str>, Invalid> {
    checksum(text, "SHA-256", 64)
}

/// An MD5 checksum, in lower case.
pub(crate) fn md5(text: &str) -> Result<Arc<str>, Invalid> {
    checksum(text, "MD5", 32)
}

/// The warning for a checksum that is empty.
pub(crate) fn empty_checksum(span: Span) -> Diagnostic {
    Diagnostic::warning(Code::EmptyChecksum, "the checksum is empty, so no file will have it", span)
        .with_help("give the checksum of the file, or leave the key out")
}

fn checksum(text: &str, kind: &str, digits: usize) -> Result<Arc<str>, Invalid> {
    if text.is_empty() {
        // So the reference does; there is a warning for it.
        return Ok("0".repeat(digits).into());
    }
    if text.len() == digits && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(text.to_ascii_lowercase().into());
    }
    let found = text.chars().count();
    let message = if found == digits {
        format!("`{text}` is not a {kind} checksum: it has characters that are not hexadecimal digits")
    } else {
        format!("`{text}` is not a {kind} checksum: it has {found} characters, not {digits}")
    };
    Err(Invalid::new(Code::InvalidChecksum, message)
        .with_help(format!("a {kind} checksum is {digits} hexadecimal digits")))
}

/// A Python entry point in normal form, `command = module:function`.
pub(crate) fn entry_point(text: &str) -> Result<Arc<str>, Invalid> {
    match EntryPoint::from_str(text) {
        Ok(entry_point) => Ok(entry_point.to_string().into()),
        Err(error) => Err(Invalid::new(Code::InvalidValue, format!("`{text}` is not an entry point: {error}"))
            .with_help("write `command = module:function`")),
    }
}

/// A package flag: one or two words of lower-case letters, digits and `_`, with `:` between.
pub(crate) fn flag(text: &str) -> Result<Arc<str>, Invalid> {
    let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let valid = match text.split_once(':') {
        Some((name, value)) => word(name) && word(value),
        None => word(text),
    };
    if valid {
        return Ok(text.into());
    }
    Err(Invalid::new(Code::InvalidValue, format!("`{text}` is not a flag"))
        .with_help("a flag is `name` or `name:value` of lower-case letters, digits and `_`"))
}

/// The name of an environment variable.
pub(crate) fn env_name(text: &str) -> Result<Arc<str>, Invalid> {
    let mut bytes = text.bytes();
    let starts = bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
    if starts && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Ok(text.into());
    }
    Err(Invalid::new(Code::InvalidValue, format!("`{text}` is not a name of an environment variable"))
        .with_help("such names consist of letters, digits and `_`, and do not start with a digit"))
}

/// A kind of platform-independent package, or none.
pub(crate) fn no_arch(text: &str) -> Result<Option<NoArch>, Invalid> {
    match text {
        "python" => Ok(Some(NoArch::Python)),
        "generic" => Ok(Some(NoArch::Generic)),
        "" | "~" | "null" | "none" | "None" => Ok(None),
        _ => Err(Invalid::new(Code::InvalidValue, format!("`{text}` is not a kind of noarch"))
            .with_help("write `python` or `generic`, or leave the key out")),
    }
}

/// A whole number from 0 on.
pub(crate) fn unsigned(text: &str) -> Result<u64, Invalid> {
    number(text, "a whole number from 0 on")
}

/// A whole number of 32 bits.
pub(crate) fn integer(text: &str) -> Result<i32, Invalid> {
    number(text, "a whole number")
}

fn number<T: FromStr<Err = ParseIntError>>(text: &str, kind: &str) -> Result<T, Invalid> {
    text.parse().map_err(|error: ParseIntError| {
        let message = match error.kind() {
            IntErrorKind::PosOverflow => format!("`{text}` is too large"),
            IntErrorKind::NegOverflow => format!("`{text}` is too small"),
            _ => format!("`{text}` is not {kind}"),
        };
        Invalid::new(Code::InvalidValue, message)
    })
}

#[cfg(test)]
#[path = "literal_tests.rs"]
mod tests;
