//! From a test to what a session is made from: requirements, a script, and the files that it needs.

use rattler_conda_types::Subdir;
use serde_json::json;
use sidewinder_recipe::RenderedVariant;
use sidewinder_recipe::stage1::{Content, Dependency, Script, ScriptObject, ScriptTest, Test};

use super::finished::FinishedPackage;
use crate::error::{Error, Result};

/// What the environment of a test is made from.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) variant: RenderedVariant,
    /// A file that the script runs, in the work folder.
    pub(super) file: Option<(&'static str, String)>,
    /// Whether the work folder contains the unpacked package.
    pub(super) unpacks: bool,
}

/// How one part of a test runs.
#[derive(Clone, Debug, Default)]
struct Steps {
    run: Vec<String>,
    build: Vec<String>,
    script: ScriptObject,
    file: Option<(&'static str, String)>,
    unpacks: bool,
}

/// The parts of a test, which run one after another in environments of their own: one for each Python version.
pub(super) fn parts(test: &Test) -> Vec<Option<String>> {
    match test {
        Test::Python(test) => match &test.python.python_version {
            Some(versions) if !versions.as_slice().is_empty() => {
                versions.as_slice().iter().cloned().map(Some).collect()
            }
            _ => vec![None],
        },
        _ => vec![None],
    }
}

/// Plans one part of a test.
///
/// # Arguments
/// `required` is what the environment contains besides the test's own requirements, the package under test first.
///
/// # Errors
/// [`Error::InvalidOption`] for a package of another platform.
pub(super) fn plan(package: &FinishedPackage, test: &Test, part: Option<&str>, required: &[String]) -> Result<Plan> {
    let windows = cfg!(windows);
    let mut steps = match test {
        Test::Script(test) => script_steps(test),
        Test::Python(test) => {
            let mut text = String::new();
            for module in &test.python.imports {
                text.push_str(&format!("import {module}\n"));
            }
            // By name, as in the reference: a package that does not depend on Python gets the one on PATH. `pip check` is
            // about the environment, which has Python together with pip.
            let mut steps = language_steps("python", "run_test.py", text);
            let program = if windows { r#""%PREFIX%\python.exe""# } else { r#""$PREFIX/bin/python""# };
            steps.run = part.map(python_spec).into_iter().collect();
            if test.python.pip_check {
                // `-m pip`: the program `pip` of another environment on PATH would check that one.
                add_line(&mut steps.script, format!("{program} -m pip check"));
            }
            steps
        }
        Test::Perl(test) => {
            let text = test.perl.uses.iter().map(|module| format!("use {module};\n")).collect();
            let program = if windows { r#""%PREFIX%\Library\bin\perl.exe""# } else { r#""$PREFIX/bin/perl""# };
            Steps { run: vec!["perl".to_owned()], ..language_steps(program, "run_test.pl", text) }
        }
        Test::R(test) => {
            let text = test.r.libraries.iter().map(|name| format!("library({name})\n")).collect();
            let program = if windows { r#""%PREFIX%\lib\R\bin\Rscript.exe""# } else { r#""$PREFIX/bin/Rscript""# };
            Steps { run: vec!["r-base".to_owned()], ..language_steps(program, "run_test.R", text) }
        }
        Test::Ruby(test) => {
            let text = test.ruby.requires.iter().map(|name| format!("require '{name}'\n")).collect();
            let program = if windows { r#""%PREFIX%\Library\bin\ruby.exe""# } else { r#""$PREFIX/bin/ruby""# };
            Steps { run: vec!["ruby".to_owned()], ..language_steps(program, "run_test.rb", text) }
        }
        // Their environments are planned for the tests of the other package; contents need none.
        Test::Downstream(_) | Test::PackageContents(_) => Steps::default(),
    };
    steps.run.extend_from_slice(required);
    if let Test::Python(test) = test
        && test.python.pip_check
    {
        steps.run.push("pip".to_owned());
    }
    finish(package, steps)
}

/// An environment that contains packages, and runs nothing.
///
/// # Errors
/// Those of [`plan`].
pub(super) fn environment_only(package: &FinishedPackage, specs: Vec<String>) -> Result<Plan> {
    finish(package, Steps { run: specs, ..Steps::default() })
}

fn script_steps(test: &ScriptTest) -> Steps {
    let specs = |list: &[Dependency]| list.iter().map(spec).collect();
    Steps {
        run: specs(&test.requirements.run),
        build: specs(&test.requirements.build),
        script: script_object(&test.script),
        file: None,
        unpacks: true,
    }
}

/// A script that has its text: a stored test never names a file.
fn script_object(script: &Script) -> ScriptObject {
    match script {
        Script::CommandOrPath(line) => {
            ScriptObject { content: Some(Content::Text(line.clone())), ..ScriptObject::default() }
        }
        Script::Commands(commands) => {
            ScriptObject { content: Some(Content::Commands(commands.clone())), ..ScriptObject::default() }
        }
        Script::Object(object) => object.clone(),
    }
}

fn language_steps(program: &str, name: &'static str, text: String) -> Steps {
    let mut steps = Steps { file: Some((name, text)), ..Steps::default() };
    add_line(&mut steps.script, format!("{program} {name}"));
    steps
}

fn add_line(script: &mut ScriptObject, line: String) {
    match &mut script.content {
        Some(Content::Commands(commands)) => commands.push(line),
        _ => script.content = Some(Content::Commands(vec![line])),
    }
}

fn spec(dependency: &Dependency) -> String {
    match dependency {
        Dependency::Spec(spec) => spec.clone(),
        // Pins are specs in a finished package.
        other => other.name().to_owned(),
    }
}

/// `3.11` means any 3.11; what is already a constraint stays one.
fn python_spec(version: &str) -> String {
    let version = version.trim();
    if version.contains(['<', '>', '=', '!', '~', '*', '|', ',']) {
        format!("python {version}")
    } else {
        format!("python {version}.*")
    }
}

fn finish(package: &FinishedPackage, steps: Steps) -> Result<Plan> {
    let unsupported = |reason: String| Error::InvalidOption { option: "package", reason };
    let machine = Subdir::current().ok_or_else(|| unsupported("this machine is not a known platform".to_owned()))?;
    let subdir = package.subdir()?;
    if subdir != Subdir::NoArch && subdir != machine {
        let reason = format!("`{}` is for {subdir} and cannot be tested on {machine}", package.index.name);
        return Err(unsupported(reason));
    }
    let index = &package.index;
    let (hash_prefix, hash) = hash_of(&index.build);
    let mut script = steps.script;
    // Without a text, the script would be the `build.sh` next to a recipe.
    script.content.get_or_insert_with(|| Content::Text(String::new()));
    let names = |specs: &[String]| -> Vec<String> {
        specs
            .iter()
            .filter_map(|spec| spec.split([' ', '=', '<', '>', '!', '~', '[']).next())
            .map(str::to_owned)
            .collect()
    };
    let variant = json!({
        "name": index.name, "version": index.version, "buildString": index.build, "buildNumber": index.build_number,
        "hash": hash, "hashPrefix": hash_prefix, "noarch": package.noarch(), "subdir": subdir.as_str(),
        "targetPlatform": if subdir == Subdir::NoArch { machine.as_str() } else { subdir.as_str() },
        "hostPlatform": machine.as_str(), "buildPlatform": machine.as_str(), "skip": false,
        "variant": package.variant, "pinSubpackages": {},
        "recipe": {
            "schema_version": 1, "context": {},
            "package": { "name": index.name, "version": index.version },
            "build": { "script": script },
            "requirements": {
                "build": steps.build, "host": steps.run,
                // Tools of a test do not build anything: what they export is not part of the environment.
                "ignore_run_exports": { "from_package": names(&steps.build) },
            },
        },
    });
    let variant = serde_json::from_value(variant).map_err(|error| Error::Internal { reason: error.to_string() })?;
    Ok(Plan { variant, file: steps.file, unpacks: steps.unpacks })
}

/// What is before the hash in a build string, and the hash: `py312h1234567_0`.
fn hash_of(build: &str) -> (&str, &str) {
    let start = build.rsplit_once('_').map_or(build, |(start, _)| start);
    match start.rsplit_once('h') {
        Some((prefix, hash)) if hash.len() == 7 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => (prefix, hash),
        _ => ("", ""),
    }
}

/// The first line of a script that is not empty.
pub(super) fn first_line(script: &Script) -> String {
    let object = script_object(script);
    let line = |text: &str| text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned);
    let first = match &object.content {
        Some(Content::Text(text)) => line(text),
        Some(Content::Commands(commands)) => commands.iter().find_map(|command| line(command)),
        None => object.file.clone(),
    };
    first.unwrap_or_else(|| "installs".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_python_version_means_all_its_patch_releases() {
        assert_eq!(python_spec("3.11"), "python 3.11.*");
        assert_eq!(python_spec("3.11.*"), "python 3.11.*");
        assert_eq!(python_spec(">=3.9,<4"), "python >=3.9,<4");
    }

    #[test]
    fn the_hash_is_part_of_the_build_string() {
        assert_eq!(hash_of("py312h738df08_0"), ("py312", "738df08"));
        assert_eq!(hash_of("hb0f4dca_0"), ("", "b0f4dca"));
        assert_eq!(hash_of("my_build"), ("", ""));
    }
}
