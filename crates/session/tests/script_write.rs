//! The scripts that a session writes, and what they do when they run.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod script_support;

use std::os::unix::fs::PermissionsExt;

use script_support::{made, made_in, make_file, script};
use serde_json::json;
use sidewinder_session::script::{HostPython, RunOptions, refresh};

const HELLO: &str = "echo \"Hello from the build script!\"\nmkdir -p $PREFIX/bin\n\
                     echo \"hello from debug-demo\" > $PREFIX/bin/hello\n";

#[tokio::test]
async fn the_walkthrough() {
    let made = script(HELLO);
    let mut files: Vec<_> =
        made.layout.work_dir.read_dir().unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    assert_eq!(files, ["build_env.sh", "conda_build.sh"]);
    let mode = |file: &str| made.layout.work_dir.join(file).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("conda_build.sh"), mode("build_env.sh")), (0o755, 0o644));

    let result = made.run_with(&RunOptions { trace: true, ..RunOptions::default() }).await;
    let prefix = made.layout.host_prefix.to_str().unwrap();
    assert_eq!(prefix.len(), 255);
    assert_eq!((result.exit_code, result.success, result.signal.as_deref()), (0, true, None));
    assert_eq!(result.stdout, "Hello from the build script!\n");
    let trace = format!(
        "+ set -e\n+ '[' -z x ']'\n+ echo 'Hello from the build script!'\n+ mkdir -p {prefix}/bin\n\
         + echo 'hello from debug-demo'\n"
    );
    assert_eq!(result.stderr, trace);
    assert_eq!(std::fs::read_to_string(made.layout.host_prefix.join("bin/hello")).unwrap(), "hello from debug-demo\n");

    let edited = made.text().replace("Hello from the build", "Hello from the MODIFIED build");
    std::fs::write(made.layout.build_script(), edited).unwrap();
    let result = made.run().await;
    assert_eq!((result.stdout.as_str(), result.stderr.as_str()), ("Hello from the MODIFIED build script!\n", ""));
    assert!(result.diagnosis.is_empty() && !result.activation_failed && !result.timed_out);
}

#[tokio::test]
async fn templates_see_context_variables_and_environment() {
    let made = made(json!({"script": {
        "content": "echo ${{ myver }} ${{ PREFIX }} ${{ MYVAR }} ${{ undef }}X ${{ \"uu\" if unix }} ${{ PKG_NAME }}\n",
        "env": {"MYVAR": "hello world"},
    }}));
    made.write().unwrap();
    let prefix = made.layout.host_prefix.to_str().unwrap();
    let line = format!("\n\necho 9.9 {prefix} hello world X uu debug-demo\n");
    assert!(made.text().ends_with(&line), "{}", made.text());
}

#[test]
fn templates_get_variables_of_the_caller_but_no_secrets() {
    let content = |template: &str| {
        let secrets = json!(["MY_TOKEN"]);
        let made = made(json!({"script": {"content": format!("echo ${{{{ {template} }}}}"), "secrets": secrets}}))
            .with_caller(&[("CI_JOB", "42"), ("HOME", "/home/me"), ("MY_TOKEN", "s3cr3t-t0k3n")]);
        made.write().map_err(|error| error.to_string())?;
        Ok::<_, String>(made.text().lines().last().unwrap().to_owned())
    };
    assert_eq!(content("env.get('CI_JOB')"), Ok("echo 42".into()));
    assert_eq!(content("env.get('HOME')"), Ok("echo /home/me".into()));
    assert_eq!(content("env.exists('CI_JOB')"), Ok("echo true".into()));
    assert_eq!(content("env.get('NOT_THERE', default='d') ~ CI_JOB"), Ok("echo d".into()));
    for missing in ["NOT_THERE", "MY_TOKEN"] {
        let error = content(&format!("env.get('{missing}')")).unwrap_err();
        assert!(error.contains(&format!("set `{missing}` where the session is made")), "{error}");
    }
}

#[test]
fn a_wrong_template_leaves_no_scripts() {
    let made = made(json!({"script": {"content": "echo ${{ 1 | nofilter }}"}}));
    let error = made.write().unwrap_err().to_string();
    assert!(error.contains("nofilter"), "{error}");
    assert_eq!(made.layout.work_dir.read_dir().unwrap().count(), 0);
}

#[test]
fn forms_of_the_recipe() {
    let body = |build: serde_json::Value| {
        let made = made(build);
        made.recipe_file("build.sh", "echo default ${{ untouched }}");
        made.recipe_file("other.sh", "echo other\r\n");
        made.recipe_file("sub/deep.sh", "echo deep\n");
        made.recipe_file("my.py", "print(1)\n");
        made.recipe_file("both", "echo both\n");
        made.recipe_file("both.sh", "echo both.sh\n");
        made.recipe_file("make", "echo make\n");
        made.write().map_err(|error| error.to_string())?;
        let text = made.text();
        let recipe_dir = made.layout.recipe_dir.to_str().unwrap();
        Ok::<_, String>(text.split_once("## End of preamble\n\n").unwrap().1.replace(recipe_dir, "<recipe>"))
    };
    assert_eq!(body(json!({})), Ok("echo default ${{ untouched }}\n".into()));
    assert_eq!(body(json!({"script": "other"})), Ok("echo other\r\n".into()));
    assert_eq!(body(json!({"script": "other.sh"})), Ok("echo other\r\n".into()));
    assert_eq!(body(json!({"script": "sub/deep.sh"})), Ok("echo deep\n".into()));
    assert_eq!(body(json!({"script": "make install"})), Ok("make install\n".into()));
    assert_eq!(body(json!({"script": "both"})), Ok("echo both.sh\n".into()));
    assert_eq!(body(json!({"script": "make"})), Ok("make\n".into()), "a file without an extension is not a script");
    assert_eq!(body(json!({"script": "echo a\r\necho b\r\n"})), Ok("echo a\necho b\n".into()));
    assert_eq!(body(json!({"script": ["other.sh", "echo b"]})), Ok("other.sh\necho b\n".into()));
    assert_eq!(body(json!({"script": []})), Ok(String::new()));
    assert_eq!(body(json!({"script": {"content": "other.sh"}})), Ok("other.sh\n".into()));
    assert_eq!(body(json!({"script": {"file": "sub/deep.sh"}})), Ok("echo deep\n".into()));
    assert_eq!(body(json!({"script": {"file": "sub/deep"}})), Ok("echo deep\n".into()));
    assert_eq!(body(json!({"script": {"file": "make"}})), Ok("echo make\n".into()));
    assert_eq!(body(json!({"script": {"env": {"A": "b"}}})), Ok("echo default ${{ untouched }}\n".into()));
    let python = body(json!({"script": "my.py"})).unwrap();
    assert!(python.starts_with('/') && python.ends_with("/python <recipe>/my.py\n"), "{python}");
    let missing = body(json!({"script": {"file": "nope.sh"}})).unwrap_err();
    assert!(missing.contains("could not find script file `nope.sh`"), "{missing}");
    let outside = body(json!({"script": {"file": "../nope.sh"}})).unwrap_err();
    assert!(outside.contains("`../nope.sh` is not inside the recipe's folder"), "{outside}");
    assert_eq!(body(json!({"script": "../recipe/other.sh"})), Ok("../recipe/other.sh\n".into()));
}

#[tokio::test]
async fn other_interpreters_get_files() {
    let made = made(json!({"script": {"interpreter": "python", "content": ["import os", "print(os.environ['A'])"],
        "env": {"A": "x y"}}}));
    made.write().unwrap();
    let file = made.layout.work_dir.join("conda_build_script.py");
    assert_eq!(std::fs::read_to_string(file).unwrap(), "import os\nprint(os.environ['A'])");
    assert!(made.progress.log_lines().iter().any(|line| line.contains("`python` is that of this machine")));
    assert_eq!(made.run().await.stdout, "x y\n");
}

#[tokio::test]
async fn steps_run_one_after_the_other_each_on_its_own() {
    let made = made(json!({"steps": [
        {"run": ["S2=leaks", "pwd", "echo $S $MY"], "env": {"S": "in $PKG_NAME"}, "cwd": "lib"},
        {"run": ["echo \"[$S$S2]\"", "false", "echo never"]},
        {"run": ["echo never"]},
    ]}));
    std::fs::create_dir_all(made.layout.host_prefix.join("lib")).unwrap();
    made.write().unwrap();
    let result = made.run().await;
    let lib = made.layout.host_prefix.join("lib");
    assert_eq!(result.stdout, format!("{}\nin debug-demo\n[]\n", lib.display()));
    assert_eq!(result.exit_code, 1);
}

#[tokio::test]
async fn values_reach_the_script_as_they_are() {
    let value = "it's $NOTHING `touch oops` \"d\" $(touch oops) \\ \u{fc} !x %";
    let mut made = made(json!({"script": {"content": "printf '%s|' \"$V\" \"$W\" \"$PATH\"",
        "env": {"V": "[$PKG_NAME] `touch oops` $(touch oops) \"'\\", "PATH": "$PREFIX/mine:$PATH"}}}));
    made.variant.variant.insert("w".into(), sidewinder_recipe::variants::VariantValue::String(value.into()));
    made.write().unwrap();
    let script = made.text().replace("$W", "$w");
    std::fs::write(made.layout.build_script(), script).unwrap();
    let result = made.run().await;
    let prefix = made.layout.host_prefix.to_str().unwrap();
    let build = made.layout.build_prefix.to_str().unwrap();
    let mut values = result.stdout.split('|');
    assert_eq!(values.next().unwrap(), "[debug-demo] `touch oops` $(touch oops) \"'\\");
    assert_eq!(values.next().unwrap(), value);
    let path = values.next().unwrap();
    assert!(path.starts_with(&format!("{build}/bin:{prefix}/bin:{prefix}/mine:")), "{path}");
    assert!(!made.layout.work_dir.join("oops").exists());
}

#[tokio::test]
async fn any_output_folder_works() {
    let dir = tempfile::tempdir().unwrap();
    let output = dir.path().join("it's a `touch x` \"d\" $HOME \u{20ac} !a;b&(c)");
    let made = made_in(&output, json!({"script": "pwd; echo $SRC_DIR; echo \"$PREFIX\""}));
    make_file(&made.layout.build_prefix.join("etc/conda/activate.d/a.sh"), "echo active\n");
    made.write().unwrap();
    let result = made.run().await;
    let work = made.layout.work_dir.to_str().unwrap();
    let prefix = made.layout.host_prefix.to_str().unwrap();
    assert_eq!(result.stderr, "");
    assert_eq!(result.stdout, format!("active\n{work}\n{work}\n{prefix}\n"));
    // By hand, without the session.
    let output = std::process::Command::new(made.layout.build_script()).current_dir("/").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("active\n/\n{work}\n{prefix}\n"));
}

#[tokio::test]
async fn activation_of_both_prefixes() {
    let made = script("echo $ORDER $FROM_JSON $FROM_STATE $CONDA_PREFIX");
    let (host, build) = (&made.layout.host_prefix, &made.layout.build_prefix);
    make_file(&host.join("etc/conda/activate.d/b.sh"), "ORDER+=b");
    make_file(&host.join("etc/conda/activate.d/a.sh"), "export ORDER+=a");
    make_file(&host.join("etc/conda/activate.d/c.fish"), "ORDER+=c");
    make_file(&build.join("etc/conda/activate.d/a.sh"), "ORDER+=B");
    make_file(&host.join("etc/conda/env_vars.d/x.json"), r#"{"FROM_JSON": "$HOME 'x'"}"#);
    make_file(&host.join("conda-meta/state"), r#"{"version": 1, "env_vars": {"from_state": "s"}}"#);
    made.write().unwrap();
    let result = made.run().await;
    assert_eq!(result.stdout, format!("abB $HOME 'x' s {}\n", build.display()));
}

#[tokio::test]
async fn merged_environments_are_activated_once_and_are_one_prefix() {
    let mut made = made(json!({"script": "echo $ORDER; test \"$BUILD_PREFIX\" = \"$PREFIX\" && echo one"}));
    made.layout.build_prefix = made.layout.host_prefix.clone();
    made.layout.merged = true;
    make_file(&made.layout.host_prefix.join("etc/conda/activate.d/a.sh"), "export ORDER+=a");
    made.write().unwrap();
    assert_eq!(made.run().await.stdout, "a\none\n");
    assert_eq!(made.env_text().matches("export CONDA_PREFIX=").count(), 1);
}

#[test]
fn programs_of_a_windows_host_are_looked_for_where_windows_has_them() {
    let mut made = made(json!({"script": "true"}));
    made.variant.host_platform = "win-64".into();
    made.write().unwrap();
    let host = made.layout.host_prefix.to_str().unwrap();
    let folders =
        format!("export PATH=\"{host}:{host}/Library/mingw-w64/bin:{host}/Library/usr/bin:{host}/Library/bin:");
    assert!(made.env_text().contains(&folders), "{}", made.env_text());
    let build = format!("export PATH=\"{}/bin:${{PATH}}\"\n", made.layout.build_prefix.display());
    assert!(made.env_text().contains(&build), "{}", made.env_text());
}

#[tokio::test]
async fn a_folder_of_the_script_is_below_the_host_prefix() {
    let made = made(json!({"script": {"content": "pwd", "cwd": "share/it's"}}));
    let folder = made.layout.host_prefix.join("share/it's");
    std::fs::create_dir_all(&folder).unwrap();
    made.write().unwrap();
    assert_eq!(made.run().await.stdout, format!("{}\n", folder.display()));
}

#[tokio::test]
async fn what_is_added_later_is_activated_and_edits_stay() {
    let made = script("echo $ADDED $MINE $PY_VER");
    let env = made.layout.build_env_script();
    std::fs::write(&env, format!("export MINE=mine\n{}", made.env_text())).unwrap();
    std::fs::write(made.layout.build_script(), made.text() + "echo edited\n").unwrap();
    make_file(&made.layout.host_prefix.join("etc/conda/activate.d/a.sh"), "export ADDED=added");
    let python = HostPython { version: "3.12.4".into(), site_packages_path: None };
    let mut input = made.input();
    input.python = Some(&python);
    refresh(&input, &made.progress).unwrap();
    assert_eq!(made.run().await.stdout, "added mine 3.12\nedited\n");
    let once = made.env_text();
    refresh(&input, &made.progress).unwrap();
    assert_eq!(made.env_text(), once);
}

#[test]
fn a_malformed_file_of_a_package_is_named() {
    let made = made(json!({"script": "true"}));
    make_file(&made.layout.host_prefix.join("etc/conda/env_vars.d/x.json"), "{nope");
    let error = made.write().unwrap_err().to_string();
    assert!(error.contains("x.json"), "{error}");
}
