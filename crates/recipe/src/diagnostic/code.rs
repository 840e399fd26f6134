//! The list of codes: stable identifiers of everything that can be wrong.

/// Writes the codes, their names and the list of all of them from one table.
macro_rules! codes {
    ($($(#[$doc:meta])+ $code:ident = $name:literal,)+) => {
        /// Stable identifier of a rule, in kebab case where it leaves the crate.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])+ $code,)+
        }

        impl Code {
            /// All codes.
            #[must_use]
            pub fn all() -> &'static [Self] {
                &[$(Self::$code),+]
            }

            /// The code as it leaves the crate, e.g. `unknown-field`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$code => $name,)+
                }
            }
        }
    };
}

codes! {
    /// The text is not YAML, or uses a part of YAML that recipes do not have (anchors, tags).
    InvalidYaml = "invalid-yaml",
    /// A mapping has a key twice.
    DuplicateKey = "duplicate-key",
    /// A key that the format does not have at this place.
    UnknownField = "unknown-field",
    /// A required key is missing.
    MissingField = "missing-field",
    /// A mapping where a list is expected, and the like.
    WrongType = "wrong-type",
    /// A value that its field does not take.
    InvalidValue = "invalid-value",
    /// A package name that breaks the rules of names.
    InvalidPackageName = "invalid-package-name",
    /// A version that is not a conda version.
    InvalidVersion = "invalid-version",
    /// A dependency that is not a match spec.
    InvalidMatchSpec = "invalid-match-spec",
    /// A license that is not an SPDX expression.
    InvalidLicense = "invalid-license",
    /// A URL that is not absolute or not a URL.
    InvalidUrl = "invalid-url",
    /// A glob pattern that does not compile.
    InvalidGlob = "invalid-glob",
    /// A regular expression that does not compile.
    InvalidRegex = "invalid-regex",
    /// A checksum of wrong length or alphabet.
    InvalidChecksum = "invalid-checksum",
    /// A template or expression that does not parse.
    TemplateSyntax = "template-syntax",
    /// A template or expression that failed when it was evaluated.
    TemplateFailed = "template-failed",
    /// A variable that has no value.
    UndefinedVariable = "undefined-variable",
    /// A function, filter or test that does not exist.
    UnknownFunction = "unknown-function",
    /// A feature that needs the experimental flag.
    ExperimentalFeature = "experimental-feature",
    /// A feature that needs repodata revision v3.
    RequiresV3 = "requires-v3",
    /// Outputs that need each other.
    OutputCycle = "output-cycle",
    /// A pin on an output that does not exist or is skipped.
    MissingOutput = "missing-output",
    /// A staging output that does not exist.
    UnknownStagingOutput = "unknown-staging-output",
    /// A variant file that breaks the rules of variant files.
    InvalidVariantConfig = "invalid-variant-config",
    /// Zip keys that do not fit their values.
    InvalidZipKeys = "invalid-zip-keys",
    /// A platform in a variant file that overrides the requested one.
    PlatformConflict = "platform-conflict",
    /// A number in a variant file that loses digits.
    LossyNumber = "lossy-number",
    /// The text or what it renders to is larger than the limits allow.
    LimitExceeded = "limit-exceeded",
    /// A condition in `skip` that cannot be evaluated and so never skips.
    SkipIgnored = "skip-ignored",
    /// A key that has no effect at its place.
    KeyIgnored = "key-ignored",
    /// A template that is not rendered at its place.
    TemplateIgnored = "template-ignored",
    /// A condition on an undefined variable in a variant file.
    ConditionIgnored = "condition-ignored",
    /// A checksum that is empty, and so no file's.
    EmptyChecksum = "empty-checksum",
    /// A pin that constrains nothing, though it looks as if it did.
    PinWithoutBounds = "pin-without-bounds",
    /// A pin whose upper bound lies below the version it is made of.
    PinExcludesVersion = "pin-excludes-version",
    /// More than one YAML document; only the first is read.
    ExtraDocument = "extra-document",
}
