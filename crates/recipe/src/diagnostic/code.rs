//! The list of codes: stable identifiers of everything that can be wrong.

/// Stable identifier of a rule, in kebab case where it leaves the crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Code {
    /// The text is not YAML, or uses a part of YAML that recipes do not have (anchors, tags).
    InvalidYaml,
    /// One key stands twice in a mapping.
    DuplicateKey,
    /// A key that the format does not have at this place.
    UnknownField,
    /// A required key is missing.
    MissingField,
    /// A mapping where a list is expected, and the like.
    WrongType,
    /// A value that its field does not take.
    InvalidValue,
    /// A package name that breaks the rules of names.
    InvalidPackageName,
    /// A version that is not a conda version.
    InvalidVersion,
    /// A dependency that is not a match spec.
    InvalidMatchSpec,
    /// A license that is not an SPDX expression.
    InvalidLicense,
    /// A URL that is not absolute or not a URL.
    InvalidUrl,
    /// A glob pattern that does not compile.
    InvalidGlob,
    /// A regular expression that does not compile.
    InvalidRegex,
    /// A checksum of wrong length or alphabet.
    InvalidChecksum,
    /// A template or expression that does not parse.
    TemplateSyntax,
    /// A template or expression that failed when it was evaluated.
    TemplateFailed,
    /// A variable that has no value.
    UndefinedVariable,
    /// A function, filter or test that does not exist.
    UnknownFunction,
    /// A feature that needs the experimental flag.
    ExperimentalFeature,
    /// A feature that needs repodata revision v3.
    RequiresV3,
    /// Outputs that need each other.
    OutputCycle,
    /// A pin on an output that does not exist or is skipped.
    MissingOutput,
    /// A staging output that does not exist.
    UnknownStagingOutput,
    /// A variant file that breaks the rules of variant files.
    InvalidVariantConfig,
    /// Zip keys that do not fit their values.
    InvalidZipKeys,
    /// The text or what it renders to is larger than the limits allow.
    LimitExceeded,
    /// A condition in `skip` that cannot be evaluated and so never skips.
    SkipIgnored,
    /// A key that has no effect where it stands.
    KeyIgnored,
    /// A template that is not rendered where it stands.
    TemplateIgnored,
    /// A condition on an undefined variable in a variant file.
    ConditionIgnored,
    /// A pin whose bounds do not mean what they seem to mean.
    PinSurprise,
    /// More than one YAML document; only the first is read.
    ExtraDocument,
}

impl Code {
    /// The code as it leaves the crate, e.g. `unknown-field`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidYaml => "invalid-yaml",
            Self::DuplicateKey => "duplicate-key",
            Self::UnknownField => "unknown-field",
            Self::MissingField => "missing-field",
            Self::WrongType => "wrong-type",
            Self::InvalidValue => "invalid-value",
            Self::InvalidPackageName => "invalid-package-name",
            Self::InvalidVersion => "invalid-version",
            Self::InvalidMatchSpec => "invalid-match-spec",
            Self::InvalidLicense => "invalid-license",
            Self::InvalidUrl => "invalid-url",
            Self::InvalidGlob => "invalid-glob",
            Self::InvalidRegex => "invalid-regex",
            Self::InvalidChecksum => "invalid-checksum",
            Self::TemplateSyntax => "template-syntax",
            Self::TemplateFailed => "template-failed",
            Self::UndefinedVariable => "undefined-variable",
            Self::UnknownFunction => "unknown-function",
            Self::ExperimentalFeature => "experimental-feature",
            Self::RequiresV3 => "requires-v3",
            Self::OutputCycle => "output-cycle",
            Self::MissingOutput => "missing-output",
            Self::UnknownStagingOutput => "unknown-staging-output",
            Self::InvalidVariantConfig => "invalid-variant-config",
            Self::InvalidZipKeys => "invalid-zip-keys",
            Self::LimitExceeded => "limit-exceeded",
            Self::SkipIgnored => "skip-ignored",
            Self::KeyIgnored => "key-ignored",
            Self::TemplateIgnored => "template-ignored",
            Self::ConditionIgnored => "condition-ignored",
            Self::PinSurprise => "pin-surprise",
            Self::ExtraDocument => "extra-document",
        }
    }
}
