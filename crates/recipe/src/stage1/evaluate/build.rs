//! Evaluates the `build` section, except for `skip` and `string`.

use super::fields::{Evaluation, Text};
use super::regex;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{NoArch, RepodataRevision};
use crate::stage0::{self, ValueKind, literal, literal::Invalid};
use crate::stage1::{
    Behavior, Build, DynamicLinking, ForceFileType, PostProcess, PrefixDetection, Python, VariantKeys,
};

impl Evaluation<'_> {
    /// All of the section, except for `skip` and `string`; the names in `string` count as used.
    pub(super) fn build(&mut self, build: &stage0::Build) -> Build {
        if let Some(ValueKind::Template(template)) = build.string.as_ref().map(|string| &string.kind) {
            template.uses.iter().for_each(|name| self.scope.mark(name));
        }
        Build {
            number: build.number.as_ref().and_then(|number| {
                self.value(number, |text| if text.is_empty() { Ok(0) } else { literal::unsigned(text) })
            }),
            string: None,
            script: self.script(&build.script),
            steps: build.steps.as_ref().map(|(steps, span)| self.steps(steps, *span)),
            noarch: self.noarch(build),
            flags: self.flags(build),
            python: self.python(&build.python),
            always_copy_files: self.included(&build.always_copy_files),
            always_include_files: self.included(&build.always_include_files),
            merge_build_and_host_envs: self.boolean(
                build.merge_build_and_host_envs.as_ref(),
                "merge_build_and_host_envs",
                false,
            ),
            files: self.globs(&build.files),
            dynamic_linking: self.dynamic_linking(&build.dynamic_linking),
            variant: self.variant_keys(&build.variant),
            prefix_detection: self.prefix_detection(&build.prefix_detection),
            post_process: self.list(&build.post_process, Self::post_process),
        }
    }

    pub(super) fn noarch(&mut self, build: &stage0::Build) -> Option<NoArch> {
        build.noarch.as_ref().and_then(|noarch| self.value(noarch, |text| literal::no_arch(text.trim()))).flatten()
    }

    fn flags(&mut self, build: &stage0::Build) -> Vec<String> {
        if let Some(first) = build.flags.first()
            && self.config.repodata_revision != RepodataRevision::V3
        {
            let span = match first {
                stage0::Item::Value(value) => value.span,
                stage0::Item::If(conditional) => conditional.span,
            };
            let invalid = Invalid::new(Code::RequiresV3, "package flags need repodata revision v3")
                .with_help("allow repodata revision v3");
            self.error(invalid.at(span));
            return Vec::new();
        }
        self.checked_texts(&build.flags, literal::flag)
    }

    fn python(&mut self, python: &stage0::Python) -> Python {
        Python {
            entry_points: self.list(&python.entry_points, |this, value| this.checked(value, literal::entry_point)),
            skip_pyc_compilation: self.included(&python.skip_pyc_compilation),
            use_python_app_entrypoint: self.boolean(
                python.use_python_app_entrypoint.as_ref(),
                "use_python_app_entrypoint",
                false,
            ),
            version_independent: self.boolean(python.version_independent.as_ref(), "version_independent", false),
            site_packages_path: python.site_packages_path.as_ref().and_then(|path| self.trimmed(path)),
        }
    }

    fn dynamic_linking(&mut self, linking: &stage0::DynamicLinking) -> DynamicLinking {
        DynamicLinking {
            rpaths: self.texts(&linking.rpaths),
            binary_relocation: self.bool_or_globs(
                linking.binary_relocation.as_ref(),
                "binary_relocation",
                true,
                Some(true),
            ),
            missing_dso_allowlist: self.included(&linking.missing_dso_allowlist),
            rpath_allowlist: self.included(&linking.rpath_allowlist),
            overdepending_behavior: self.behavior(linking.overdepending_behavior.as_ref(), "overdepending_behavior"),
            overlinking_behavior: self.behavior(linking.overlinking_behavior.as_ref(), "overlinking_behavior"),
        }
    }

    fn behavior(&mut self, value: Option<&Text>, name: &str) -> Behavior {
        let Some(value) = value else { return Behavior::default() };
        let Some(text) = self.text(value) else { return Behavior::default() };
        match text.as_str() {
            "ignore" => Behavior::Ignore,
            "error" => Behavior::Error,
            _ => {
                self.error(
                    Diagnostic::error(Code::InvalidValue, format!("`{name}` is `{text}`"), value.span)
                        .with_help("write `ignore` or `error`"),
                );
                Behavior::default()
            }
        }
    }

    fn variant_keys(&mut self, variant: &stage0::VariantKeys) -> VariantKeys {
        let down = variant.down_prioritize_variant.as_ref();
        VariantKeys {
            use_keys: self.texts(&variant.use_keys),
            ignore_keys: self.texts(&variant.ignore_keys),
            down_prioritize_variant: down.and_then(|value| match &value.kind {
                ValueKind::Literal(number) => Some(*number),
                ValueKind::Template(template) => {
                    let text = self.render(template)?;
                    let text = text.trim();
                    if text.is_empty() {
                        return None;
                    }
                    self.ok(literal::integer(text).map_err(|invalid| invalid.at(value.span)))
                }
            }),
        }
    }

    fn prefix_detection(&mut self, detection: &stage0::PrefixDetection) -> PrefixDetection {
        PrefixDetection {
            force_file_type: ForceFileType {
                text: self.included(&detection.force_file_type.text),
                binary: self.included(&detection.force_file_type.binary),
            },
            ignore: self.bool_or_globs(detection.ignore.as_ref(), "prefix_detection.ignore", false, None),
            ignore_binary_files: self.boolean(detection.ignore_binary_files.as_ref(), "ignore_binary_files", false),
        }
    }

    fn post_process(&mut self, item: &stage0::PostProcess) -> Option<PostProcess> {
        let files = self.included(&item.files);
        let regex = self.text(&item.regex);
        let replacement = self.text(&item.replacement);
        let (regex, replacement) = (regex?, replacement?);
        if !self.caches.regexes.borrow().contains(&regex) {
            if let Err(reason) = regex::check(&regex) {
                self.error(Diagnostic::error(
                    Code::InvalidRegex,
                    format!("`{regex}` is not a regular expression: {reason}"),
                    item.regex.span,
                ));
                return None;
            }
            self.caches.regexes.borrow_mut().insert(regex.clone());
        }
        Some(PostProcess { files, regex, replacement })
    }
}
