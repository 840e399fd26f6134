#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::tests::{difference, run};
use super::*;

const HEAD: &str = "package: {name: a, version: 1}\n";

fn with(rest: &str) -> String {
    format!("{HEAD}{rest}")
}

fn replace(find: &str, replace: &str) -> Edit {
    Edit::ReplaceScript { output: None, find: find.to_owned(), replace: replace.to_owned() }
}

fn line(line: &str, before: Option<&str>, after: Option<&str>) -> Edit {
    let text = |text: Option<&str>| text.map(str::to_owned);
    Edit::AddScriptLine { output: None, line: line.to_owned(), before: text(before), after: text(after) }
}

fn without(line: &str) -> Edit {
    Edit::RemoveScriptLine { output: None, line: line.to_owned() }
}

fn failure(text: &str, edit: Edit) -> String {
    run(text, &[edit]).unwrap_err().message
}

const BLOCK: &str = "\
build:
  number: 0
  script: |  # how it is built
    ./configure --prefix=\"$PREFIX\"

    if true; then
      make -j4   # fast
    fi
    make install

requirements:
  build: [make]
";

const LIST: &str = "\
build:
  script:
    # unix first
    - if: unix
      then:
        - ./configure --prefix=$PREFIX  # quiet
        - \"make -j${CPU_COUNT}\"
      else: nmake
    - 'make install'
";

#[test]
fn a_text_is_replaced_in_a_block_of_lines() {
    let text = with(BLOCK);
    assert_eq!(
        difference(&text, &[replace("make -j4", "make -j1")]),
        "-      make -j4   # fast\n+      make -j1   # fast\n"
    );
    assert_eq!(difference(&text, &[replace("make install", "make install\nrm -f x")]), "+    rm -f x\n");
    assert_eq!(difference(&text, &[replace("make install", "")]), "-    make install\n");
    let windows = text.replace('\n', "\r\n");
    let edited = run(&windows, &[replace("make -j4", "make"), line("echo", None, Some("fi"))]).unwrap();
    assert!(!edited.replace("\r\n", "").contains(['\r', '\n']));
}

#[test]
fn a_text_is_replaced_in_all_items_and_branches() {
    let text = with(LIST);
    assert_eq!(
        difference(&text, &[replace("make", "gmake")]),
        "-        - \"make -j${CPU_COUNT}\"\n-      else: nmake\n-    - 'make install'\n\
         +        - \"gmake -j${CPU_COUNT}\"\n+      else: ngmake\n+    - 'gmake install'\n"
    );
    assert_eq!(
        difference(&text, &[replace("./configure", "autoreconf -i\n./configure")]),
        "-        - ./configure --prefix=$PREFIX  # quiet\n\
         +        - autoreconf -i  # quiet\n+        - ./configure --prefix=$PREFIX\n"
    );
    assert_eq!(failure(&text, replace("cmake", "x")), "`cmake` not found in the script");
}

#[test]
fn values_keep_their_style() {
    for (script, find, new, edited) in [
        ("\"make\"", "make", "make -k", "\"make -k\""),
        ("'make'", "make", "make -k", "'make -k'"),
        ("make  # c", "make", "make: x", "'make: x'  # c"),
        ("[make, b]", "make", "make a, b", "['make a, b', b]"),
        ("[make, b]", "make", "a\nc", "[a, c, b]"),
        ("make  # c", "make", "a\nb", "  # c\n    - a\n    - b"),
        ("{content: make}", "make", "gmake", "{content: gmake}"),
        (">-\n    make all", "make", "gmake", ">-\n    gmake all"),
        ("|-\n    make\n    b", "make", "gmake", "|-\n    gmake\n    b"),
        ("|+\n    make\n    b\n\n", "make", "gmake", "|+\n    gmake\n    b\n\n"),
        ("|\n\n    make\n    b", "make", "gmake", "|\n\n    gmake\n    b"),
    ] {
        let text = |script: &str| with(&format!("build:\n  script: {script}\nabout:\n  license: MIT\n"));
        let expected = text(edited).replace("script:   #", "script:  #");
        assert_eq!(run(&text(script), &[replace(find, new)]).unwrap(), expected, "{script}");
    }
}

#[test]
fn a_line_is_added_at_the_end_or_next_to_another_one() {
    let block = with(BLOCK);
    assert_eq!(difference(&block, &[line("make check", None, None)]), "+    make check\n");
    assert_eq!(difference(&block, &[line("make all", None, Some("make -j4"))]), "+      make all\n");
    assert_eq!(difference(&block, &[line("autoreconf", Some("./configure"), None)]), "+    autoreconf\n");
    let list = with(LIST);
    assert_eq!(difference(&list, &[line("make check", None, None)]), "+    - make check\n");
    assert_eq!(difference(&list, &[line("cd: x", Some("make -j"), None)]), "+        - 'cd: x'\n");
    assert_eq!(difference(&list, &[line("make all", None, Some("make -j"))]), "+        - make all\n");
    assert_eq!(difference(&list, &[line("make all", None, Some("configure"))]), "+        - make all\n");
    assert_eq!(
        difference(&list, &[line("a", Some("nmake"), None)]),
        "-      else: nmake\n+      else:\n+        - a\n+        - nmake\n"
    );
    assert_eq!(failure(&list, line("a", Some("cmake"), None)), "no line of the script contains `cmake`");
    assert_eq!(failure(&list, line("a", Some("make"), Some("make"))), "`before` and `after` cannot be combined");
    let single = with("build:\n  script: make install  # c\n");
    assert_eq!(
        difference(&single, &[line("make check", None, None)]),
        "-  script: make install  # c\n+  script:  # c\n+    - make install\n+    - make check\n"
    );
    let flow = with("build: {script: make install}\n");
    assert_eq!(
        difference(&flow, &[line("make check", None, None)]),
        "-build: {script: make install}\n+build: {script: [make install, make check]}\n"
    );
}

#[test]
fn a_line_is_removed() {
    assert_eq!(difference(&with(BLOCK), &[without("make install")]), "-    make install\n");
    assert_eq!(difference(&with(LIST), &[without("make install")]), "-    - 'make install'\n");
    assert_eq!(failure(&with(LIST), without("make")), "the script has no line `make`");
}

#[test]
fn a_script_file_is_named() {
    for script in ["build.sh", "[build.sh]", "{file: build.sh}"] {
        let text = with(&format!("build: {{script: {script}}}\n"));
        assert_eq!(failure(&text, replace("a", "b")), "the script is the file `build.sh`; edit that file");
    }
    assert_eq!(
        failure(HEAD, line("a", None, None)),
        "the recipe has no inline build script; edit the script file (`build.sh` or `build.bat`)"
    );
}

const TESTS: &str = "\
tests:
  - script:
      - demo --version  # works
    requirements:
      run: [bash]
  - python:
      imports: [demo]
  - if: unix
    then:
      - package_contents:
          files: [bin/demo]
";

#[test]
fn tests_are_added_and_changed() {
    let text = with(TESTS);
    let command = |test, command: &str| Edit::AddTestCommand { output: None, test, command: command.to_owned() };
    let needs = |test, section| Edit::AddTestRequirement { output: None, test, section, spec: "grep".to_owned() };
    let replaced = |test, find: &str, replace: &str| Edit::ReplaceTest {
        output: None,
        test,
        find: find.to_owned(),
        replace: replace.to_owned(),
    };
    assert_eq!(difference(&text, &[command(0, "demo")]), "+      - demo\n");
    assert_eq!(failure(&text, command(1, "demo")), "test 1 has no `script`");
    assert_eq!(failure(&text, command(3, "demo")), "test 3 not found");
    assert_eq!(difference(&text, &[needs(0, TestSection::Run)]), "-      run: [bash]\n+      run: [bash, grep]\n");
    assert_eq!(difference(&text, &[needs(0, TestSection::Build)]), "+      build:\n+        - grep\n");
    assert_eq!(failure(&text, needs(1, TestSection::Run)), "test 1 is not a script test: only those have requirements");
    assert_eq!(
        difference(&text, &[replaced(1, "demo", "demo.core")]),
        "-      imports: [demo]\n+      imports: [demo.core]\n"
    );
    assert_eq!(
        difference(&text, &[replaced(2, "bin/demo", "bin/demo2")]),
        "-          files: [bin/demo]\n+          files: [bin/demo2]\n"
    );
}

#[test]
fn a_test_is_added_at_the_end() {
    let test = |commands: &[&str], imports: &[&str], requirements: &[&str]| {
        let list = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect();
        let (commands, imports, requirements) = (list(commands), list(imports), list(requirements));
        Edit::AddTest { output: None, commands, imports, requirements }
    };
    let script = test(&["demo --help", "test -f x"], &[], &["bash"]);
    let written =
        "  - script:\n      - demo --help\n      - test -f x\n    requirements:\n      run:\n        - bash\n";
    let added: String = written.lines().map(|line| format!("+{line}\n")).collect();
    assert_eq!(difference(&with(TESTS), std::slice::from_ref(&script)), added);
    assert_eq!(run(HEAD, &[script]).unwrap(), format!("{HEAD}tests:\n{written}"));
    assert_eq!(
        difference(&with("tests: [{script: a}]\n"), &[test(&[], &["a", "b"], &[])]),
        "-tests: [{script: a}]\n+tests: [{script: a}, {python: {imports: [a, b]}}]\n"
    );
    assert_eq!(failure(HEAD, test(&[], &[], &[])), "expected either `commands` or `imports`");
}

#[test]
fn keys_are_removed_and_urls_replaced() {
    let remove =
        |path: &[&str]| Edit::Remove { output: None, path: path.iter().map(|key| (*key).to_owned()).collect() };
    let text = with(
        "source:\n  - url: [https://a.org/1]  # one\n    md5: 0123456789abcdef0123456789abcdef\n    file_name: x\n\
         about: {license: MIT, summary: s}\n",
    );
    let url = Edit::SetSource {
        output: None,
        source: 0,
        key: "url".to_owned(),
        value: EditValue::Text("https://a.org/2".to_owned()),
    };
    assert_eq!(difference(&text, &[url]), "-  - url: [https://a.org/1]  # one\n+  - url: ['https://a.org/2']  # one\n");
    assert_eq!(difference(&text, &[remove(&["source", "0", "md5"])]), "-    md5: 0123456789abcdef0123456789abcdef\n");
    assert_eq!(
        difference(&text, &[remove(&["about", "license"])]),
        "-about: {license: MIT, summary: s}\n+about: {summary: s}\n"
    );
    assert_eq!(
        difference(&text, &[remove(&["about", "summary"])]),
        "-about: {license: MIT, summary: s}\n+about: {license: MIT}\n"
    );
    assert_eq!(
        difference(
            &with("tests:\n  - script: a\n    files:\n      recipe: [b]\n"),
            &[remove(&["tests", "0", "files"])]
        ),
        "-    files:\n-      recipe: [b]\n"
    );
    assert_eq!(failure(&text, remove(&["about", "homepage"])), "`about.homepage` not found");
}
