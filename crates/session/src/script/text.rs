//! `conda_build.sh`: the recipe's script behind a preamble that sets up the environment.

use std::fmt::Write;

use super::quote::{bash_inside_double_quotes, bash_word, bash_word_with_variables};

/// A section ready to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// What the shell runs.
    pub(super) body: String,
    /// Variables of this section alone.
    pub(super) env: Vec<(String, String)>,
    /// Where it runs; absolute.
    pub(super) cwd: Option<String>,
}

/// The parts of a build script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Parts {
    /// One script, in the build script's own shell.
    Single(Option<Part>),
    /// Steps, each on its own.
    Steps(Vec<Part>),
}

/// How `conda_build.sh` begins. What follows it is the first command of the recipe's own.
pub(super) const PREAMBLE_START: &str =
    "#!/usr/bin/env bash\nset -e\n## Start of bash preamble\nif [ -z ${CONDA_BUILD+x} ]; then\n";

/// Text of `conda_build.sh`. A script's own ends of lines stay; the file ends with a newline.
pub(super) fn bash(env_file: &str, parts: &Parts) -> String {
    let mut text =
        format!("{PREAMBLE_START}    source \"{}\"\nfi\n## End of preamble\n\n", bash_inside_double_quotes(env_file));
    match parts {
        Parts::Single(Some(part)) => text.push_str(&settings_and_body(part)),
        Parts::Single(None) => {}
        Parts::Steps(steps) => {
            for (index, step) in steps.iter().enumerate() {
                let separator = if index == 0 { "" } else { "\n" };
                // In a shell of its own, so that variables and folder end with the step.
                let _ = writeln!(text, "{separator}# === step {index} ===\n(\n{})", settings_and_body(step));
            }
        }
    }
    text
}

fn settings_and_body(part: &Part) -> String {
    let mut text = String::new();
    for (name, value) in &part.env {
        let _ = writeln!(text, "export {name}={}", bash_word_with_variables(value));
    }
    if let Some(cwd) = &part.cwd {
        let _ = writeln!(text, "cd {}", bash_word(cwd));
    }
    if !part.body.trim().is_empty() {
        text.push_str(&part.body);
        if !part.body.ends_with('\n') {
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn single(body: &str) -> Parts {
        Parts::Single(Some(Part { body: body.to_owned(), ..Part::default() }))
    }

    #[test]
    fn the_script_of_the_walkthrough() {
        let body = "echo \"Hello from the build script!\"\nmkdir -p $PREFIX/bin\n\
                    echo \"hello from debug-demo\" > $PREFIX/bin/hello\n";
        insta::assert_snapshot!(bash("/out/bld/rattler-build_debug-demo/work/build_env.sh", &single(body)), @r#"
        #!/usr/bin/env bash
        set -e
        ## Start of bash preamble
        if [ -z ${CONDA_BUILD+x} ]; then
            source "/out/bld/rattler-build_debug-demo/work/build_env.sh"
        fi
        ## End of preamble

        echo "Hello from the build script!"
        mkdir -p $PREFIX/bin
        echo "hello from debug-demo" > $PREFIX/bin/hello
        "#);
    }

    #[test]
    fn ends_of_lines_stay_as_the_recipe_has_them() {
        assert!(bash("/e", &single("a\r\nb\n\n")).ends_with("## End of preamble\n\na\r\nb\n\n"));
        assert!(bash("/e", &single("a")).ends_with("\n\na\n"));
        assert!(bash("/e", &single(" \n")).ends_with("## End of preamble\n\n"));
        assert!(bash("/e", &Parts::Single(None)).ends_with("## End of preamble\n\n"));
    }

    #[test]
    fn a_path_is_not_read_as_a_command() {
        let text = bash("/a $b`c`\"d\"/build_env.sh", &Parts::Single(None));
        assert!(text.contains(r#"    source "/a \$b\`c\`\"d\"/build_env.sh""#));
    }

    #[test]
    fn steps_have_shells_of_their_own() {
        let steps = Parts::Steps(vec![
            Part {
                body: "echo one".into(),
                env: vec![("S".into(), "$PREFIX/s 1".into())],
                cwd: Some("/p q/bin".into()),
            },
            Part { body: "echo two\n".into(), ..Part::default() },
        ]);
        let text = bash("/e", &steps);
        let (_, steps) = text.split_once("## End of preamble\n\n").unwrap_or_default();
        insta::assert_snapshot!(steps, @r#"
        # === step 0 ===
        (
        export S="$PREFIX/s 1"
        cd '/p q/bin'
        echo one
        )

        # === step 1 ===
        (
        echo two
        )
        "#);
    }
}
