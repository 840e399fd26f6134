//! What each code means, with a text that shows it: the source of the generated catalogue page.

use crate::diagnostic::{Code, DiagnosticRecord};
use crate::variants::VariantFormat;
use crate::{ParsedRecipe, RenderConfig, VariantConfig};

/// What a code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Description {
    /// One sentence.
    pub summary: &'static str,
    /// A text that shows it.
    pub example: &'static str,
    /// What the text is.
    pub kind: ExampleKind,
}

/// What the example of a [`Description`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExampleKind {
    /// A recipe; the problem shows when it is parsed.
    Recipe,
    /// A recipe; the problem shows when it is rendered.
    Rendering,
    /// A variant file.
    Variants,
    /// A `conda_build_config.yaml`.
    BuildConfig,
}

impl Code {
    /// What the code means, with a text that shows it.
    #[must_use]
    pub fn describe(self) -> Description {
        use ExampleKind::{BuildConfig, Recipe, Rendering, Variants};
        let (summary, example, kind) = match self {
            Self::InvalidYaml => (
                "The text is not YAML, or it uses tags, anchors or keys that are not text, which recipes do not have.",
                "package:\n  name: {{ name }}\n  version: 1.0\n",
                Recipe,
            ),
            Self::DuplicateKey => (
                "A key is given twice in one mapping.",
                "package:\n  name: demo\n  version: 1.0\nbuild:\n  number: 0\n  number: 1\n",
                Recipe,
            ),
            Self::UnknownField => (
                "The format has no such key at this place.",
                "package:\n  name: demo\n  version: 1.0\nbuild:\n  nuber: 1\n",
                Recipe,
            ),
            Self::MissingField => ("A required key is missing.", "package:\n  name: demo\n", Recipe),
            Self::WrongType => (
                "A field has a single value, a list or a mapping where the format expects another of the three.",
                "package:\n  name: demo\n  version: 1.0\nrequirements:\n  run: python\n",
                Recipe,
            ),
            Self::InvalidValue => (
                "The field does not take this value.",
                "package:\n  name: demo\n  version: 1.0\nbuild:\n  number: -1\n",
                Recipe,
            ),
            Self::InvalidPackageName => (
                "A package name has characters other than letters, digits, `-`, `_` and `.`.",
                "package:\n  name: my demo\n  version: 1.0\n",
                Recipe,
            ),
            Self::InvalidVersion => {
                ("The text is not a conda version.", "package:\n  name: demo\n  version: 1 beta\n", Recipe)
            }
            Self::InvalidMatchSpec => (
                "A dependency is not a match spec by the strict rules.",
                "package:\n  name: demo\n  version: 1.0\nrequirements:\n  run:\n    - python 3.12\n",
                Recipe,
            ),
            Self::InvalidLicense => (
                "The license is not an SPDX expression, or uses a deprecated name.",
                "package:\n  name: demo\n  version: 1.0\nabout:\n  license: GPL-2.0\n",
                Recipe,
            ),
            Self::InvalidUrl => (
                "The text is not an absolute URL.",
                "package:\n  name: demo\n  version: 1.0\nabout:\n  homepage: example.org\n",
                Recipe,
            ),
            Self::InvalidGlob => (
                "A glob pattern does not compile.",
                "package:\n  name: demo\n  version: 1.0\nbuild:\n  files:\n    - 'lib/{a,b'\n",
                Rendering,
            ),
            Self::InvalidRegex => (
                "A regular expression does not compile.",
                "package:\n  name: demo\n  version: 1.0\nbuild:\n  post_process:\n    - files: ['*.pc']\n      regex: '('\n      replacement: ''\n",
                Rendering,
            ),
            Self::InvalidChecksum => (
                "A checksum has the wrong length or characters that are not hexadecimal digits.",
                "package:\n  name: demo\n  version: 1.0\nsource:\n  url: https://example.org/demo.tar.gz\n  sha256: abc\n",
                Recipe,
            ),
            Self::TemplateSyntax => (
                "A template or an expression does not parse.",
                "package:\n  name: demo\n  version: 1.0\nabout:\n  summary: ${{ name + }}\n",
                Recipe,
            ),
            Self::TemplateFailed => (
                "A template or an expression fails when it is evaluated.",
                "package:\n  name: demo\n  version: 1.0\nabout:\n  summary: ${{ 'a' - 1 }}\n",
                Rendering,
            ),
            Self::UndefinedVariable => (
                "A variable has no value: it is neither in `context` nor a variant key.",
                "package:\n  name: demo\n  version: ${{ version }}\n",
                Rendering,
            ),
            Self::UnknownFunction => (
                "There is no such function, filter or test.",
                "package:\n  name: demo\n  version: 1.0\nabout:\n  summary: ${{ 'demo' | shout }}\n",
                Rendering,
            ),
            Self::ExperimentalFeature => (
                "The feature is experimental and has to be allowed.",
                "package:\n  name: demo\n  version: 1.0\nbuild:\n  steps:\n    - run: make\n",
                Rendering,
            ),
            Self::RequiresV3 => (
                "The feature needs repodata revision v3, which has to be allowed.",
                "package:\n  name: demo\n  version: 1.0\nrequirements:\n  run:\n    - numpy[extras=[mkl]]\n",
                Recipe,
            ),
            Self::OutputCycle => (
                "Outputs need each other, so that none can be built first.",
                "recipe:\n  version: 1.0\noutputs:\n  - package:\n      name: a\n    requirements:\n      host: [b]\n  - package:\n      name: b\n    requirements:\n      host: [a]\n",
                Rendering,
            ),
            Self::MissingOutput => (
                "An exact pin names an output that does not exist or is skipped.",
                "recipe:\n  version: 1.0\noutputs:\n  - package:\n      name: a\n    requirements:\n      run:\n        - ${{ pin_subpackage('b', exact=True) }}\n",
                Rendering,
            ),
            Self::UnknownStagingOutput => (
                "An output inherits from a staging output that does not exist.",
                "recipe:\n  version: 1.0\noutputs:\n  - package:\n      name: a\n    inherit: build-all\n",
                Rendering,
            ),
            Self::InvalidVariantConfig => {
                ("The variant file breaks the rules of variant files.", "python: 3.12\n", Variants)
            }
            Self::InvalidZipKeys => (
                "`zip_keys` is not a list of lists of keys, or keys of one group have different numbers of values.",
                "python: ['3.12', '3.13']\nnumpy: ['1', '2']\nzip_keys: [python, numpy]\n",
                Variants,
            ),
            Self::PlatformConflict => (
                "A variant file sets `target_platform` to another platform than the requested one.",
                "target_platform: [osx-arm64]\n",
                Variants,
            ),
            Self::LossyNumber => (
                "An unquoted number in `conda_build_config.yaml` loses its trailing zero: `3.10` is read as 3.1.",
                "python: [3.9, 3.10]\n",
                BuildConfig,
            ),
            Self::LimitExceeded => (
                "The text, or what it renders to, is larger than the limits allow.",
                "package:\n  name: demo\n  version: ${{ 'x' * 1000000000 }}\n",
                Rendering,
            ),
            Self::SkipIgnored => (
                "A condition in `skip` cannot be evaluated, so it never skips.",
                "package:\n  name: demo\n  version: 1.0\nbuild:\n  skip:\n    - 1 // 'a'\n",
                Rendering,
            ),
            Self::KeyIgnored => (
                "A key has no effect at its place.",
                "package:\n  name: demo\n  version: 1.0\nrequirements:\n  run:\n    - if: win\n      then: a\n      elif: b\n",
                Recipe,
            ),
            Self::TemplateIgnored => (
                "A template is not rendered at its place.",
                "context:\n  name: demo\n  parts: ['${{ name }}']\npackage:\n  name: demo\n  version: 1.0\n",
                Recipe,
            ),
            Self::ConditionIgnored => (
                "A condition in a variant file uses an undefined variable; it counts as false.",
                "python:\n  - if: nope\n    then: '3.12'\n    else: '3.13'\n",
                Variants,
            ),
            Self::EmptyChecksum => (
                "A checksum is empty: it stands for zeros, which no file has, so the download will be refused.",
                "package:\n  name: demo\n  version: 1.0\nsource:\n  url: https://example.org/demo.tar.gz\n  sha256: ''\n",
                Recipe,
            ),
            Self::PinWithoutBounds => (
                "A pin constrains nothing: `exact` takes both bounds away, also where it is false.",
                "package:\n  name: demo\n  version: 1.0\nrequirements:\n  run_exports:\n    - ${{ pin_subpackage('demo', exact=False) }}\n",
                Rendering,
            ),
            Self::PinExcludesVersion => (
                "The upper bound of a pin lies below the version that it is made of, so nothing fits the pin.",
                "package:\n  name: demo\n  version: 1.2rc1\nrequirements:\n  run_exports:\n    - ${{ pin_subpackage('demo', upper_bound='x.x') }}\n",
                Rendering,
            ),
            Self::ExtraDocument => (
                "The text has more than one YAML document; only the first is read.",
                "package:\n  name: demo\n  version: 1.0\n---\npackage:\n  name: other\n  version: 2.0\n",
                Recipe,
            ),
        };
        Description { summary, example, kind }
    }
}

impl Description {
    /// All problems of the example, found as the example's kind asks for: by checking, rendering or reading it. `name` is
    /// the file that they name.
    #[must_use]
    pub fn problems(&self, name: &str) -> Vec<DiagnosticRecord> {
        let config = RenderConfig::default();
        match self.kind {
            ExampleKind::Recipe => crate::check(self.example, Some(name), Default::default()),
            ExampleKind::Rendering => {
                let rendered = ParsedRecipe::parse(self.example, Some(name), Default::default())
                    .and_then(|recipe| recipe.render_with_warnings(&VariantConfig::default(), &config));
                match rendered {
                    Ok(rendering) => rendering.warnings,
                    Err(failure) => failure.diagnostics,
                }
            }
            ExampleKind::Variants => variant_problems(self.example, VariantFormat::Variants, name),
            ExampleKind::BuildConfig => variant_problems(self.example, VariantFormat::CondaBuildConfig, name),
        }
    }
}

fn variant_problems(text: &str, format: VariantFormat, name: &str) -> Vec<DiagnosticRecord> {
    let (variants, mut problems) = VariantConfig::read(text, format, &RenderConfig::default(), Some(name));
    if let Some(variants) = variants {
        problems.extend(variants.zip_errors());
        problems.extend(variants.warnings(Some("linux-64")));
    }
    problems
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::diagnostic::Frames;

    #[test]
    fn names_of_codes_are_different_and_in_kebab_case() {
        let names: BTreeSet<_> = Code::all().iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::all().len());
        assert!(
            names.iter().all(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'))
        );
    }

    #[test]
    fn every_example_shows_its_code_and_nothing_else() {
        let mut drawn = String::new();
        for code in Code::all() {
            let description = code.describe();
            let problems = description.problems("recipe.yaml");
            let codes: BTreeSet<_> = problems.iter().map(|p| p.code.as_str()).collect();
            assert_eq!(codes, BTreeSet::from([code.as_str()]), "{problems:?}");
            let frames = Frames::new(description.example, false);
            problems.iter().for_each(|problem| drawn.push_str(&(frames.draw(problem) + "\n")));
        }
        insta::assert_snapshot!(drawn);
    }
}
