//! Python byte code for packages that fit one Python version.
//!
//! One process compiles many files, as starting Python takes longer than compiling a module. The byte code names the
//! source by its path in an installed prefix and is checked by the source's hash, not by its time: it is the same in
//! every build, and valid although archives change times.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::entry_points::is_for_any_python;
use crate::content::{Content, Entry};
use crate::error::{Error, Result};
use crate::globs::Filter;
use crate::monitor::check;
use crate::parallel;
use crate::prefix::Folder;
use crate::report::Warnings;
use crate::request::{PackageRequest, Program, ProgramOutput};

/// Reads lines `[source, target, shown name]`, writes a line with an error or null for each. Python 2 has no checked
/// byte code.
const COMPILER: &str = r"
import json, py_compile, sys
checked = getattr(py_compile, 'PycInvalidationMode', None)
for line in sys.stdin:
    source, target, name = json.loads(line)
    error = None
    try:
        if checked is None:
            py_compile.compile(source, target, name, True)
        else:
            py_compile.compile(source, target, name, True, invalidation_mode=checked.CHECKED_HASH)
    except Exception as caught:
        error = str(caught)[:2000]
    print(json.dumps(error))
";

/// Files of one job; large enough that starting Python does not matter.
const MAX_JOB: usize = 2000;
/// Compiling the files of one job takes seconds. The script may have replaced Python by something that never ends.
const TIMEOUT: Duration = Duration::from_secs(600);
/// Larger files are data with the name of a module.
const MAX_SOURCE_BYTES: u64 = 64 << 20;

#[derive(Serialize)]
struct Line<'a>(&'a str, &'a str, &'a str);

/// The answer to a line: what is wrong, or null.
#[derive(Deserialize)]
struct Answer(Option<String>);

/// A source to compile.
struct Job {
    path: String,
    source: String,
    target: String,
    compiled: String,
}

/// Compiles the sources of the package that have no byte code yet. A file that does not compile is a warning.
///
/// # Errors
/// [`Error::ByteCode`] if Python does not start or dies, [`Error::Glob`], [`Error::Io`], [`Error::Cancelled`].
pub(crate) fn compile(
    request: &PackageRequest<'_>,
    entries: &[Entry],
    scratch: &Folder,
    warnings: &mut Warnings,
) -> Result<Vec<Entry>> {
    let variant = request.variant;
    if is_for_any_python(variant) || variant.noarch.is_some() || variant.subdir == "noarch" {
        return Ok(Vec::new());
    }
    let skipped = Filter::new("build.python.skip_pyc_compilation", &variant.recipe.build.python.skip_pyc_compilation)?;
    let is_cross = variant.build_platform != variant.target_platform;
    let prefix = if is_cross { &request.folders.build_prefix } else { &request.folders.host_prefix };
    let python = prefix.join(if cfg!(windows) { "python.exe" } else { "bin/python" });
    let is_source = |entry: &&Entry| {
        entry.extension() == Some("py") && !entry.path.starts_with("bin/") && !skipped.selects(Path::new(&entry.path))
    };
    let sources: Vec<&Entry> = entries.iter().filter(is_source).filter(|entry| entry.as_file().is_some()).collect();
    if sources.is_empty() || !python.exists() {
        return Ok(Vec::new());
    }
    let Some(tag) = cache_tag(request, &python, scratch)? else { return Ok(Vec::new()) };
    let known: std::collections::HashSet<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
    let mut jobs = Vec::new();
    for (index, entry) in sources.iter().enumerate() {
        let compiled = compiled_path(&entry.path, &tag);
        if !known.contains(compiled.as_str()) && !known.contains(format!("{}c", entry.path).as_str()) {
            jobs.push(job(entry, compiled, index, scratch)?);
        }
    }
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    request.monitor.info(format!("Compiling {} .py files to .pyc", jobs.len()));
    let threads = request.options.threads();
    let size = jobs.len().div_ceil(threads).min(MAX_JOB);
    let chunks: Vec<&[Job]> = jobs.chunks(size.max(1)).collect();
    let answers = parallel::map(&chunks, threads, |jobs| {
        check(request.monitor)?;
        run(request, &python, jobs, scratch)
    })?;
    let mut made = Vec::new();
    for (job, error) in jobs.iter().zip(answers.into_iter().flatten()) {
        match error {
            Some(error) => {
                let message = format!("failed to compile `{}` to byte code: {}", job.path, error.trim());
                warnings.about("byte-code", &job.path, message);
            }
            None => {
                let name = Path::new(&job.target).strip_prefix(scratch.path()).unwrap_or(Path::new(&job.target));
                made.push(Entry::on_disk(scratch, name, job.compiled.clone())?);
            }
        }
    }
    Ok(made)
}

fn job(entry: &Entry, compiled: String, index: usize, scratch: &Folder) -> Result<Job> {
    let text = |path: &Path| path.to_str().map(str::to_owned).ok_or_else(|| crate::content::not_utf8(path));
    let file = entry.as_file().map(|file| &file.content);
    let source = match file {
        Some(Content::Stored { folder, path, .. }) => folder.path().join(path),
        // Changed by a replacement of the recipe: Python needs a file.
        _ => {
            let content = entry.as_file().map(|file| file.read(MAX_SOURCE_BYTES));
            let content = content.transpose().map_err(Error::io("failed to read", &entry.path))?.unwrap_or_default();
            let place = scratch.path().join(format!("source-{index}.py"));
            fs_err::write(&place, content).map_err(Error::io("failed to write", &place))?;
            place
        }
    };
    Ok(Job {
        path: entry.path.clone(),
        source: text(&source)?,
        target: text(&scratch.path().join(format!("bytecode-{index}.pyc")))?,
        compiled,
    })
}

/// Where Python looks for the byte code of a source.
fn compiled_path(source: &str, tag: &str) -> String {
    let (folder, name) = source.rsplit_once('/').map_or(("", source), |(folder, name)| (folder, name));
    let stem = name.strip_suffix(".py").unwrap_or(name);
    let separator = if folder.is_empty() { "" } else { "/" };
    format!("{folder}{separator}__pycache__/{stem}.{tag}.pyc")
}

/// Python's tag in names of byte code, e.g. `cpython-311`; nothing for Python 2, whose byte code is next to the source.
fn cache_tag(request: &PackageRequest<'_>, python: &Path, scratch: &Folder) -> Result<Option<String>> {
    const SHOW_TAG: &str =
        "import sys; print(getattr(sys.implementation, 'cache_tag', '') if hasattr(sys, 'implementation') else '')";
    let output = run_python(request, python, SHOW_TAG, String::new(), scratch)?;
    let tag = output.trim();
    let is_name = !tag.is_empty() && tag.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    Ok(is_name.then(|| tag.to_owned()))
}

/// Compiles the files of some jobs; what is wrong with each, if anything.
fn run(request: &PackageRequest<'_>, python: &Path, jobs: &[Job], scratch: &Folder) -> Result<Vec<Option<String>>> {
    let mut lines = String::new();
    for job in jobs {
        let line = Line(&job.source, &job.target, &job.path);
        lines.push_str(&serde_json::to_string(&line).map_err(|error| failed(error.to_string()))?);
        lines.push('\n');
    }
    let output = run_python(request, python, COMPILER, lines, scratch)?;
    let answers = output.lines().filter_map(|line| serde_json::from_str::<Answer>(line).ok());
    let answers: Vec<Option<String>> = answers.map(|Answer(error)| error).collect();
    if answers.len() == jobs.len() {
        Ok(answers)
    } else {
        let reason = format!("`{}` compiled {} of {} files", python.display(), answers.len(), jobs.len());
        Err(failed(reason))
    }
}

/// What a program in Python writes. Python runs without the caller's environment and user site-packages.
fn run_python(
    request: &PackageRequest<'_>,
    python: &Path,
    program: &str,
    input: String,
    scratch: &Folder,
) -> Result<String> {
    let mut command = Command::new(python);
    // -S: no `.pth` files, which may run code. -E: no variables that change Python.
    command.args(["-S", "-E", "-W", "ignore", "-B", "-c", program]);
    command.env_clear().env("PYTHONIOENCODING", "utf-8").current_dir(&request.folders.build_dir);
    let writable = scratch.path().to_path_buf();
    let ran = (request.run_program)(Program { command, input, writable, timeout: TIMEOUT });
    // A program that was ended by the caller did not fail.
    check(request.monitor)?;
    match ran {
        Ok(ProgramOutput { stdout, failure: None, .. }) => Ok(stdout),
        Ok(ProgramOutput { stderr, failure: Some(failure), .. }) => {
            let last = stderr.lines().next_back().map(|line| format!("; last line of output: {line}"));
            Err(failed(format!("`{}` {failure}{}", python.display(), last.unwrap_or_default())))
        }
        Err(reason) => Err(failed(format!("cannot run `{}`: {reason}", python.display()))),
    }
}

fn failed(reason: String) -> Error {
    Error::ByteCode { reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_code_is_where_python_looks_for_it() {
        assert_eq!(compiled_path("lib/a/m.py", "cpython-311"), "lib/a/__pycache__/m.cpython-311.pyc");
        assert_eq!(compiled_path("m.py", "cpython-311"), "__pycache__/m.cpython-311.pyc");
    }
}
