//! Commands that run a Python function (`build.python.entry_points`).
//!
//! Installers create them for packages that fit any Python version. In packages for one version they are files.

use std::path::Path;
use std::str::FromStr as _;

use rattler::install::{PythonInfo, get_windows_launcher, python_entry_point_template};
use rattler_conda_types::Subdir;
use rattler_conda_types::package::EntryPoint;
use sidewinder_recipe::RenderedVariant;
use sidewinder_recipe::stage1::NoArch;

use crate::content::Entry;
use crate::error::{Error, Result};
use crate::prefix::Installed;

/// Whether a package is made for all Python versions at once.
pub(crate) fn is_for_any_python(variant: &RenderedVariant) -> bool {
    variant.noarch == Some(NoArch::Python) || variant.recipe.build.python.version_independent
}

/// The entry points of a recipe.
///
/// # Errors
/// [`Error::EntryPoint`] for one that is not of the form `command = module:function`.
pub(crate) fn parse(variant: &RenderedVariant) -> Result<Vec<EntryPoint>> {
    let parse = |text: &String| {
        EntryPoint::from_str(text)
            .map_err(|error| Error::EntryPoint { entry_point: text.clone(), reason: error.to_string() })
    };
    variant.recipe.build.python.entry_points.iter().map(parse).collect()
}

/// The files of the entry points of a package for one Python version.
///
/// # Errors
/// [`Error::EntryPoint`], also if there is no Python in the host environment.
pub(crate) fn files(variant: &RenderedVariant, installed: &Installed, prefix: &Path) -> Result<Vec<Entry>> {
    let entry_points = parse(variant)?;
    if is_for_any_python(variant) || entry_points.is_empty() {
        return Ok(Vec::new());
    }
    let failed = |reason: String| {
        let entry_point = variant.recipe.build.python.entry_points.first().cloned().unwrap_or_default();
        Error::EntryPoint { entry_point, reason }
    };
    let platform = Subdir::from_str(&variant.target_platform).map_err(|error| failed(error.to_string()))?;
    let python = installed.package("python").ok_or_else(|| failed("`python` is not in the host environment".into()))?;
    let info = PythonInfo::from_python_record(&python.repodata_record.package_record, platform)
        .map_err(|error| failed(error.to_string()))?;
    let prefix_text = prefix.to_string_lossy();
    let mut files = Vec::new();
    for entry in &entry_points {
        let text = python_entry_point_template(&prefix_text, platform.is_windows(), entry, &info);
        if platform.is_windows() {
            // The launcher runs the script of the same name.
            files.push(Entry::made(format!("Scripts/{}-script.py", entry.command), text.into_bytes(), false));
            let launcher = get_windows_launcher(&platform);
            files.push(Entry::made(format!("Scripts/{}.exe", entry.command), launcher, true));
        } else {
            let text = if variant.recipe.build.python.use_python_app_entrypoint && platform.is_osx() {
                with_framework_python(&text, &prefix_text)
            } else {
                text
            };
            files.push(Entry::made(format!("bin/{}", entry.command), text.into_bytes(), true));
        }
    }
    Ok(files)
}

/// On macOS, programs with windows need the Python of the `python.app` package, which is a shell script.
fn with_framework_python(text: &str, prefix: &str) -> String {
    let body = text.split_once("# -*- coding").map_or(text, |(_, body)| body);
    format!("#!/bin/bash {prefix}/bin/pythonw\n# -*- coding{body}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windowed_programs_run_in_the_framework_python() {
        let text = "#!/bin/sh\n'''exec' \"/p\" '''\n# -*- coding: utf-8 -*-\nimport re\n";
        let expected = "#!/bin/bash /p/bin/pythonw\n# -*- coding: utf-8 -*-\nimport re\n";
        assert_eq!(with_framework_python(text, "/p"), expected);
    }
}
