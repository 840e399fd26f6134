//! Evaluates tests.

use rattler_conda_types::{MatchSpec, ParseStrictness};

use super::fields::{Evaluation, Text};
use crate::diagnostic::{Code, Diagnostic};
use crate::stage0::{self, List, TestKind};
use crate::stage1::{
    DownstreamTest, FileChecks, OneOrMany, PackageContents, PackageContentsTest, PerlTest, PerlUses, PythonImports,
    PythonTest, RLibraries, RTest, RubyRequires, RubyTest, Script, ScriptObject, ScriptTest, Test, TestFiles,
    TestRequirements,
};

impl Evaluation<'_> {
    /// The tests in order.
    pub(super) fn tests(&mut self, tests: &List<stage0::Test>) -> Vec<Test> {
        self.list(tests, Self::test)
    }

    fn test(&mut self, test: &stage0::Test) -> Option<Test> {
        Some(match &test.kind {
            TestKind::Python { imports, pip_check, python_version, many } => Test::Python(PythonTest {
                python: PythonImports {
                    imports: self.texts(imports),
                    pip_check: self.boolean(pip_check.as_ref(), "pip_check", true),
                    python_version: self.python_versions(python_version, *many),
                },
            }),
            TestKind::Perl(uses) => Test::Perl(PerlTest { perl: PerlUses { uses: self.texts(uses) } }),
            TestKind::R(libraries) => Test::R(RTest { r: RLibraries { libraries: self.texts(libraries) } }),
            TestKind::Ruby(requires) => Test::Ruby(RubyTest { ruby: RubyRequires { requires: self.texts(requires) } }),
            TestKind::Script(script) => Test::Script(ScriptTest {
                script: self.script(&script.script).unwrap_or_else(|| Script::Object(ScriptObject::default())),
                requirements: TestRequirements {
                    run: self.dependencies(&script.run, None),
                    build: self.dependencies(&script.build, None),
                },
                files: TestFiles { source: self.globs(&script.source_files), recipe: self.globs(&script.recipe_files) },
            }),
            TestKind::Downstream(name) => Test::Downstream(DownstreamTest { downstream: self.text(name)? }),
            TestKind::PackageContents(contents) => Test::PackageContents(PackageContentsTest {
                package_contents: PackageContents {
                    files: self.file_checks(&contents.files),
                    site_packages: self.file_checks(&contents.site_packages),
                    bin: self.file_checks(&contents.bin),
                    lib: self.file_checks(&contents.lib),
                    include: self.file_checks(&contents.include),
                    strict: contents.strict,
                },
            }),
        })
    }

    fn python_versions(&mut self, versions: &List<Text>, many: bool) -> Option<OneOrMany> {
        let versions = self.list(versions, |this, value| {
            let text = this.text(value).filter(|text| !many || !text.is_empty())?;
            if let Err(invalid) = stage0::check_spec_size(&text) {
                this.error(invalid.at(value.span));
                return None;
            }
            // The reference reads `python=TEXT`, which refuses ranges such as `>=3.9`; those are read as well.
            let spec = |text: &str| MatchSpec::from_str(text, ParseStrictness::Lenient);
            let parsed = spec(&format!("python={text}"));
            let parsed =
                if text.trim().is_empty() { parsed } else { parsed.or_else(|_| spec(&format!("python {text}"))) };
            if let Err(error) = parsed {
                this.error(Diagnostic::error(
                    Code::InvalidValue,
                    format!("`{text}` is not a Python version: {error}"),
                    value.span,
                ));
                return None;
            }
            Some(text)
        });
        match (many, versions.len()) {
            (false, 0) => None,
            (false, 1) => versions.into_iter().next().map(OneOrMany::One),
            _ => Some(OneOrMany::Many(versions)),
        }
    }

    fn file_checks(&mut self, checks: &stage0::FileChecks) -> FileChecks {
        let exists = self.glob_list(&checks.exists);
        let not_exists = self.glob_list(&checks.not_exists);
        if not_exists.is_empty() { FileChecks::Exists(exists) } else { FileChecks::Both { exists, not_exists } }
    }
}
