//! `conda_build.bat`: the same for Windows, where each section is a file of its own, so that `exit /b` ends only it.

use super::quote::{cmd_text, cmd_text_with_variables};
use super::text::{Part, Parts};

/// A batch file next to `conda_build.bat` that one section runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SectionFile {
    pub(super) name: String,
    pub(super) text: String,
}

/// Text of `conda_build.bat`, and the files that it calls.
pub(super) fn cmd(
    env_file: &str,
    work_dir: &str,
    command_processor: &str,
    parts: &Parts,
) -> (String, Vec<SectionFile>) {
    let mut lines = vec![
        "@chcp 65001 > nul".to_owned(),
        "@echo on".to_owned(),
        format!("@IF \"%CONDA_BUILD%\" == \"\" call \"{}\"", cmd_text(env_file)),
        "@echo on".to_owned(),
    ];
    let mut files = Vec::new();
    let mut section = |part: &Part, name: String, title: Option<String>| {
        lines.extend(title);
        lines.push("@setlocal".into());
        for (name, value) in &part.env {
            lines.push(format!("@SET \"{name}={}\"", cmd_text_with_variables(value)));
        }
        let cwd = part.cwd.as_deref().unwrap_or(".");
        lines.push(format!("@pushd \"{}\" || exit /b 1", cmd_text(cwd)));
        let path = format!("{work_dir}\\{name}");
        lines.push(format!("@\"{}\" /d /c call \"{}\"", cmd_text(command_processor), cmd_text(&path)));
        lines.push("@set \"RB_SECTION_ERRORLEVEL=%errorlevel%\"".into());
        lines.push("@popd".into());
        lines.push("@endlocal & if not \"%RB_SECTION_ERRORLEVEL%\" == \"0\" exit /b %RB_SECTION_ERRORLEVEL%".into());
        files.push(SectionFile { name, text: crlf(&part.body) });
    };
    match parts {
        Parts::Single(Some(part)) => section(part, "conda_build_script.bat".into(), None),
        Parts::Single(None) => {}
        Parts::Steps(steps) => {
            for (index, step) in steps.iter().enumerate() {
                let title = format!("@rem === step {index} ===");
                section(step, format!("conda_build_step{index}.bat"), Some(title));
            }
        }
    }
    let mut text = lines.join("\r\n");
    text.push_str("\r\n");
    (text, files)
}

/// Windows ends of lines; cmd misreads labels in files that have others.
fn crlf(text: &str) -> String {
    let mut text = text.replace("\r\n", "\n").replace('\n', "\r\n");
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str("\r\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_script() {
        let parts = Parts::Single(Some(Part { body: "echo a\necho b".into(), ..Part::default() }));
        let (text, files) = cmd(r"C:\100%\work\build_env.bat", r"C:\100%\work", r"C:\Windows\cmd.exe", &parts);
        assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
        insta::assert_snapshot!(text.replace("\r\n", "\n"));
        let expected = SectionFile { name: "conda_build_script.bat".into(), text: "echo a\r\necho b\r\n".into() };
        assert_eq!(files, [expected]);
    }

    #[test]
    fn steps() {
        let steps = Parts::Steps(vec![
            Part { body: "one".into(), env: vec![("S".into(), "%PREFIX%".into())], cwd: Some(r"C:\p\bin".into()) },
            Part { body: "two".into(), ..Part::default() },
        ]);
        let (text, files) = cmd(r"C:\w\build_env.bat", r"C:\w", "cmd.exe", &steps);
        insta::assert_snapshot!(text.replace("\r\n", "\n"));
        let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["conda_build_step0.bat", "conda_build_step1.bat"]);
    }
}
