//! `test` → `tests`.

use super::emit::{Field, Item, Out};
use super::expr::Expr;
use super::notes::Note;
use super::section::Section;
use super::spec::Place;
use super::tree::{Entry, Kind, Node};
use super::value::Converter;

/// Scripts that conda-build runs when they are next to the recipe, and how.
const TEST_SCRIPTS: [(&str, &str, Option<&str>); 5] = [
    ("run_test.sh", "bash -ex ./run_test.sh", Some("unix")),
    ("run_test.bat", "call run_test.bat", Some("win")),
    ("run_test.py", "python run_test.py", None),
    ("run_test.pl", "perl run_test.pl", None),
    ("run_test.r", "Rscript run_test.r", None),
];

impl Converter<'_, '_> {
    /// The new tests. `is_top`: files next to the recipe belong to this test.
    pub(super) fn tests(&mut self, old: &Section<'_>, requires_perl: bool, is_top: bool, known: &[Expr]) -> Vec<Item> {
        let mut tests = Vec::new();
        let mut commands = self.commands(&old.all("commands"), known);
        let requires_entries = old.all("requires");
        let mut python_version = None;
        let mut requires = self.lists(&requires_entries, known, &mut |this, node| this.spec(node, Place::Run));
        let imports = self.imports(old, requires_perl, known);
        let is_pip_check = |item: &Item| matches!(&item.value, Out::Scalar(text) if is_pip_check(text));
        let unconditional_check = commands.iter().any(|item| is_pip_check(item) && item.conditions.is_empty());
        let has_python = imports.iter().any(|(kind, _)| *kind == "python");
        if has_python {
            // `pip check` is part of the Python test, which brings pip.
            if unconditional_check {
                commands.retain(|item| !is_pip_check(item));
                let uses_pip =
                    commands.iter().any(|item| matches!(&item.value, Out::Scalar(text) if text.contains("pip")));
                if !uses_pip {
                    requires.retain(|item| !matches!(&item.value, Out::Scalar(text) if text == "pip"));
                }
            }
            if let Some(at) =
                requires.iter().position(|item| item.conditions.is_empty() && python_spec(&item.value).is_some())
            {
                python_version = python_spec(&requires[at].value);
                if commands.is_empty() {
                    requires.remove(at);
                }
            }
        }
        for (kind, items) in imports {
            let mut fields = Vec::new();
            let key = match kind {
                "perl" => "uses",
                "r" => "libraries",
                _ => "imports",
            };
            fields.push(Field::new(key, Out::List(items)));
            if kind == "python" {
                if !unconditional_check {
                    fields.push(Field::new("pip_check", Out::text("false")));
                }
                if let Some(version) = &python_version {
                    fields.push(Field::new("python_version", Out::text(version)));
                }
            }
            tests.push(Item::new(Out::Map(vec![Field::new(kind, Out::Map(fields))])));
        }
        let mut recipe_files = self.texts(&old.all("files"), known);
        for item in self.texts(&old.all("script"), known) {
            let Out::Scalar(file) = &item.value else { continue };
            let file = file.trim_matches(['"', '\'']).to_owned();
            let command = match file.rsplit('.').next() {
                Some("py") => format!("python {file}"),
                Some("sh") => format!("bash -ex ./{file}"),
                Some("bat") => format!("call {file}"),
                Some("pl") => format!("perl {file}"),
                Some("r" | "R") => format!("Rscript {file}"),
                _ => format!("./{file}"),
            };
            commands.push(Item { value: Out::text(&command), ..item.clone() });
            recipe_files.push(Item::new(Out::text(&file)));
        }
        if is_top {
            self.test_scripts(&mut commands, &mut recipe_files);
        }
        let source_files = self.texts(&old.all("source_files"), known);
        if commands.is_empty() {
            for items in [&requires, &recipe_files, &source_files] {
                if !items.is_empty() && tests.is_empty() {
                    if let Some(entry) = old.entries.first() {
                        self.note(
                            Note::NeedsReview,
                            entry.line,
                            "the test has requirements but no commands or imports; it is left out",
                            None,
                        );
                    }
                    break;
                }
            }
            // Old imports run with the requirements of the test; those of v1 have none of their own.
            if !requires.is_empty()
                && !tests.is_empty()
                && let Some(entry) = requires_entries.first()
            {
                self.note(
                    Note::NeedsReview,
                    entry.line,
                    "a Python test of v1 cannot require further packages; `requires` is left out",
                    Some("add a `script` test with these requirements if the imports need them"),
                );
            }
        } else {
            let mut fields = vec![Field::new("script", Out::List(commands))];
            if !requires.is_empty() {
                let run = Field { lead: self.lead_of(old, "requires"), ..Field::new("run", Out::List(requires)) };
                fields.push(Field::new("requirements", Out::Map(vec![run])));
            }
            let mut files = Vec::new();
            if !source_files.is_empty() {
                files.push(Field::new("source", Out::List(source_files)));
            }
            if !recipe_files.is_empty() {
                files.push(Field::new("recipe", Out::List(recipe_files)));
            }
            if !files.is_empty() {
                fields.push(Field::new("files", Out::Map(files)));
            }
            tests.push(Item::new(Out::Map(fields)));
        }
        for mut item in self.texts(&old.all("downstreams"), known) {
            item.value = Out::Map(vec![Field::new("downstream", item.value)]);
            tests.push(item);
        }
        self.dropped(old, &[("no_python", Note::DroppedField, "v1 has no such option")]);
        let keys = ["commands", "requires", "imports", "files", "source_files", "downstreams", "script", "no_python"];
        self.unknown(old, "test", &keys);
        tests
    }

    /// The imports by language.
    fn imports(&mut self, old: &Section<'_>, requires_perl: bool, known: &[Expr]) -> Vec<(&'static str, Vec<Item>)> {
        let mut kinds: Vec<(&'static str, Vec<Item>)> = Vec::new();
        let mut add = |kind: &'static str, items: Vec<Item>| {
            if items.is_empty() {
                return;
            }
            match kinds.iter_mut().find(|(found, _)| *found == kind) {
                Some((_, all)) => all.extend(items),
                None => kinds.push((kind, items)),
            }
        };
        for entry in old.all("imports") {
            // `imports: {lang: r, imports: [...]}`, also as items.
            let nodes: Vec<&Node> = match &entry.value.kind {
                Kind::List(nodes) if nodes.iter().any(|node| matches!(node.kind, Kind::Map(_))) => {
                    nodes.iter().collect()
                }
                _ => vec![&entry.value],
            };
            for node in nodes {
                let (kind, items) = match &node.kind {
                    Kind::Map(fields) => {
                        let section = Section::new(fields);
                        let language = section.all("lang").first().and_then(|e| e.value.scalar()).unwrap_or("python");
                        let kind = match language.to_ascii_lowercase().as_str() {
                            "perl" => "perl",
                            "r" => "r",
                            _ => "python",
                        };
                        (kind, self.texts(&section.all("imports"), known))
                    }
                    _ => {
                        let conditions = self.conditions(entry.line, known);
                        let mut items = self.list(node, known, &mut |this, node| this.plain(node));
                        for item in &mut items {
                            let mut all = conditions.clone();
                            all.append(&mut item.conditions);
                            item.conditions = all;
                        }
                        let is_perl =
                            items.iter().any(|item| matches!(&item.value, Out::Scalar(text) if text.contains("::")));
                        (if requires_perl || is_perl { "perl" } else { "python" }, items)
                    }
                };
                add(kind, items);
            }
        }
        kinds
    }

    /// Adds the scripts that conda-build finds next to the recipe.
    fn test_scripts(&mut self, commands: &mut Vec<Item>, files: &mut Vec<Item>) {
        for (name, command, platform) in TEST_SCRIPTS {
            if !self.files.iter().any(|file| file == name) {
                continue;
            }
            let conditions: Vec<Expr> = platform.into_iter().map(Expr::name).collect();
            let is_named = |items: &[Item], wanted: &str| {
                items.iter().any(|item| matches!(&item.value, Out::Scalar(text) if text.contains(wanted)))
            };
            if !is_named(commands, name) {
                commands.push(Item { conditions, ..Item::new(Out::text(command)) });
            }
            if !is_named(files, name) {
                files.push(Item::new(Out::text(name)));
            }
        }
    }
}

fn is_pip_check(text: &str) -> bool {
    let words: Vec<&str> = text.trim_matches(['"', '\'']).split_whitespace().collect();
    matches!(words.as_slice(), ["pip", "check"] | [_, "-m", "pip", "check"])
}

/// The version of `python 3.9.*` or `python ${{ python_min }}.*`.
fn python_spec(value: &Out) -> Option<String> {
    let Out::Scalar(text) = value else { return None };
    let version = text.trim_matches(['"', '\'']).strip_prefix("python ")?.trim();
    if version.starts_with(['<', '>', '!']) {
        return None;
    }
    let version = version.trim_start_matches('=').trim();
    // A pin on the variant is what the Python test has anyway.
    let is_one = !version.contains([',', '|']) && version != "${{ python }}";
    Some(if version.ends_with(".*") || !version.contains("python_min") {
        version.to_owned()
    } else {
        format!("{version}.*")
    })
    .filter(|version| is_one && !version.is_empty())
}

/// Whether a package depends on Perl.
pub(super) fn needs_perl(requirements: &Section<'_>) -> bool {
    let is_perl = |node: &Node| node.scalar().is_some_and(|text| text.split_whitespace().next() == Some("perl"));
    let any = |entry: &&Entry| match &entry.value.kind {
        Kind::List(nodes) => nodes.iter().any(is_perl),
        _ => is_perl(&entry.value),
    };
    let has_python = |entry: &&Entry| match &entry.value.kind {
        Kind::List(nodes) => {
            nodes.iter().any(|n| n.scalar().is_some_and(|t| t.split_whitespace().next() == Some("python")))
        }
        _ => false,
    };
    let run = requirements.all("run");
    run.iter().any(any) && !run.iter().any(has_python)
}
