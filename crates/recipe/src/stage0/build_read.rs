//! Reads the `build` section.

use super::format::known;
use super::reader::{IfKeys, Reader};
use super::{
    Build, DynamicLinking, ForceFileType, Globs, List, PostProcess, PrefixDetection, Python, Script, Step, Value,
    VariantKeys, literal,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::template::{Expression, Template};
use crate::yaml::{Mapping, Node};
use std::sync::Arc;

impl Build {
    pub(super) fn read(reader: &mut Reader, node: &Node) -> Self {
        let Some(mapping) = reader.fields(node, "build", known!(BUILD)) else { return Self::default() };
        Self {
            number: mapping.get("number").and_then(|n| reader.value(n, literal::unsigned)),
            string: mapping.get("string").and_then(|n| reader.text(n)),
            noarch: mapping.get("noarch").and_then(|n| reader.value(n, literal::no_arch)),
            flags: mapping.get("flags").map(|n| reader.list(n, |r, n| r.value(n, literal::flag))).unwrap_or_default(),
            python: mapping.get("python").map(|n| Python::read(reader, n)).unwrap_or_default(),
            skip: mapping.get("skip").map(|n| skip(reader, n)).unwrap_or_default(),
            always_copy_files: texts(reader, mapping, "always_copy_files"),
            always_include_files: texts(reader, mapping, "always_include_files"),
            merge_build_and_host_envs: bool_or_template(reader, mapping, "merge_build_and_host_envs"),
            files: mapping.get("files").map(|n| Globs::read(reader, n, "files")).unwrap_or_default(),
            dynamic_linking: mapping
                .get("dynamic_linking")
                .map(|n| DynamicLinking::read(reader, n))
                .unwrap_or_default(),
            variant: mapping.get("variant").map(|n| VariantKeys::read(reader, n)).unwrap_or_default(),
            prefix_detection: mapping
                .get("prefix_detection")
                .map(|n| PrefixDetection::read(reader, n))
                .unwrap_or_default(),
            post_process: mapping.get("post_process").map(|n| reader.list(n, PostProcess::read)).unwrap_or_default(),
            ..Self::read_plan(reader, mapping)
        }
    }

    /// Reads the build of a staging output, which has only a script or steps.
    pub(super) fn read_staging(reader: &mut Reader, node: &Node) -> Self {
        match reader.fields(node, "the build of a staging output", known!(STAGING_BUILD)) {
            Some(mapping) => Self::read_plan(reader, mapping),
            None => Self::default(),
        }
    }

    fn read_plan(reader: &mut Reader, mapping: &Mapping) -> Self {
        let entry = |name: &str| mapping.entries.iter().find(|e| e.key.text == name);
        if let (Some(script), Some(steps)) = (entry("script"), entry("steps")) {
            reader.report(
                Diagnostic::error(Code::InvalidValue, "`steps` cannot be given together with `script`", steps.key.span)
                    .with_related("given here", script.key.span)
                    .with_help("keep one of the two"),
            );
        }
        Self {
            script: mapping.get("script").map(|n| Script::read(reader, n)).unwrap_or_default(),
            steps: mapping.get("steps").map(|n| (Step::read_all(reader, n), n.span())),
            ..Self::default()
        }
    }
}

impl Globs {
    /// Reads a list of patterns, or a mapping of what to include and to exclude.
    pub(super) fn read(reader: &mut Reader, node: &Node, place: &str) -> Self {
        match node {
            Node::Sequence(_) => Self { include: reader.list(node, Reader::text), ..Self::default() },
            Node::Mapping(mapping) => {
                reader.refuse_unknown(mapping, place, known!(GLOBS));
                Self {
                    include: texts(reader, mapping, "include"),
                    exclude: texts(reader, mapping, "exclude"),
                    mapping: true,
                }
            }
            Node::Scalar(_) => {
                reader.wrong_type(node, "a list of patterns, or a mapping with `include` and `exclude`");
                Self::default()
            }
        }
    }
}

impl Python {
    fn read(reader: &mut Reader, node: &Node) -> Self {
        let Some(mapping) = reader.fields(node, "python", known!(PYTHON)) else { return Self::default() };
        Self {
            entry_points: mapping
                .get("entry_points")
                .map(|n| reader.list(n, |r, n| r.value(n, literal::entry_point)))
                .unwrap_or_default(),
            skip_pyc_compilation: texts(reader, mapping, "skip_pyc_compilation"),
            use_python_app_entrypoint: bool_or_template(reader, mapping, "use_python_app_entrypoint"),
            version_independent: mapping.get("version_independent").and_then(|n| reader.exact_bool_or_template(n)),
            site_packages_path: mapping.get("site_packages_path").and_then(|n| reader.text(n)),
        }
    }
}

impl DynamicLinking {
    fn read(reader: &mut Reader, node: &Node) -> Self {
        let Some(mapping) = reader.fields(node, "dynamic_linking", known!(DYNAMIC_LINKING)) else {
            return Self::default();
        };
        Self {
            rpaths: texts(reader, mapping, "rpaths"),
            binary_relocation: mapping.get("binary_relocation").and_then(|n| reader.bool_or_globs(n)),
            missing_dso_allowlist: texts(reader, mapping, "missing_dso_allowlist"),
            rpath_allowlist: texts(reader, mapping, "rpath_allowlist"),
            overdepending_behavior: mapping.get("overdepending_behavior").and_then(|n| reader.text(n)),
            overlinking_behavior: mapping.get("overlinking_behavior").and_then(|n| reader.text(n)),
        }
    }
}

impl VariantKeys {
    fn read(reader: &mut Reader, node: &Node) -> Self {
        let Some(mapping) = reader.fields(node, "variant", known!(VARIANT)) else { return Self::default() };
        Self {
            use_keys: texts(reader, mapping, "use_keys"),
            ignore_keys: texts(reader, mapping, "ignore_keys"),
            down_prioritize_variant: mapping
                .get("down_prioritize_variant")
                .and_then(|n| reader.value(n, literal::integer)),
        }
    }
}

impl PrefixDetection {
    fn read(reader: &mut Reader, node: &Node) -> Self {
        let Some(mapping) = reader.fields(node, "prefix_detection", known!(PREFIX_DETECTION)) else {
            return Self::default();
        };
        Self {
            force_file_type: mapping.get("force_file_type").map(|n| ForceFileType::read(reader, n)).unwrap_or_default(),
            ignore: mapping.get("ignore").and_then(|n| reader.bool_or_globs(n)),
            ignore_binary_files: bool_or_template(reader, mapping, "ignore_binary_files"),
        }
    }
}

impl ForceFileType {
    fn read(reader: &mut Reader, node: &Node) -> Self {
        let Some(mapping) = reader.fields(node, "force_file_type", known!(FORCE_FILE_TYPE)) else {
            return Self::default();
        };
        Self { text: texts(reader, mapping, "text"), binary: texts(reader, mapping, "binary") }
    }
}

impl PostProcess {
    fn read(reader: &mut Reader, node: &Node) -> Option<Self> {
        let mapping = reader.fields(node, "post_process", known!(POST_PROCESS))?;
        let files = reader.required(mapping, "files", "post_process").map(|n| reader.list(n, Reader::text));
        let regex = reader.required(mapping, "regex", "post_process").and_then(|n| reader.text(n));
        let replacement = reader.required(mapping, "replacement", "post_process").and_then(|n| reader.text(n));
        Some(Self { files: files?, regex: regex?, replacement: replacement?, span: mapping.span })
    }
}

/// Reads `skip`. A literal that does not parse is an error, as in rattler-build since 0.76: before, it never skipped.
fn skip(reader: &mut Reader, node: &Node) -> List<Value<Arc<str>>> {
    reader.list_or_one(node, IfKeys::Ignored, |reader, node| {
        let value = reader.text(node)?;
        if let Node::Scalar(scalar) = node
            && !Template::is_template(&scalar.text)
            // The reference takes nothing and `~` for conditions that never hold.
            && !matches!(scalar.text.trim(), "" | "~")
            && let Err(error) = Expression::parse(&scalar.text, scalar.span)
        {
            reader.report(error);
            return None;
        }
        Some(value)
    })
}

fn texts(reader: &mut Reader, mapping: &Mapping, key: &str) -> List<Value<Arc<str>>> {
    mapping.get(key).map(|node| reader.list(node, Reader::text)).unwrap_or_default()
}

fn bool_or_template(reader: &mut Reader, mapping: &Mapping, key: &str) -> Option<Value<bool>> {
    mapping.get(key).and_then(|node| reader.bool_or_template(node))
}
