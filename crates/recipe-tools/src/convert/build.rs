//! `build`, and the parts of outputs that are in `build` now.

use super::emit::{Field, Item, Out, joined};
use super::expr::Expr;
use super::notes::Note;
use super::section::Section;
use super::tree::{Entry, Kind, Node, Style};
use super::value::Converter;

/// Keys of `build` that other parts of the conversion read.
const ELSEWHERE: [&str; 4] = ["run_exports", "ignore_run_exports", "ignore_run_exports_from", "noarch_python"];

impl Converter<'_, '_> {
    /// The new `build`. `output` has the keys of an output that are in `build` now.
    pub(super) fn build(&mut self, old: &Section<'_>, output: Option<&Section<'_>>, known: &[Expr]) -> Vec<Field> {
        let mut fields = Vec::new();
        let top = Section::default();
        let output = output.unwrap_or(&top);
        for key in ["number", "string"] {
            let entries = [old.all(key), output.all(key)].concat();
            if let Some(mut value) = self.single(&entries, known) {
                if key == "number"
                    && let Out::Scalar(text) = &mut value
                {
                    *text = unquoted_number(text);
                }
                fields.push(self.field(key, value, &entries));
            }
        }
        let noarch = [old.all("noarch"), output.all("noarch")].concat();
        if let Some(value) = self.single(&noarch, known) {
            // `noarch: false` was accepted, too.
            if !matches!(&value, Out::Scalar(text) if matches!(text.to_ascii_lowercase().as_str(), "false" | "")) {
                fields.push(self.field("noarch", value, &noarch));
            }
        } else if [old.all("noarch_python"), output.all("noarch_python")].concat().iter().any(|e| is_true(&e.value)) {
            fields.push(Field::new("noarch", Out::text("python")));
        }
        if let Some(field) = self.skip(old, known) {
            fields.push(field);
        }
        if let Some(field) = self.script(old, output, known) {
            fields.push(field);
        }
        let files = output.all("files");
        if !files.is_empty()
            && let Some(value) = self.files(&files, known)
        {
            fields.push(self.field("files", value, &files));
        }
        self.plain_lists(old, known, &mut fields);
        let merge = old.all("merge_build_host");
        if let Some(value) = self.single(&merge, known) {
            fields.push(self.field("merge_build_and_host_envs", lower(value), &merge));
        }
        for (key, value) in [
            ("python", self.python(old, known)),
            ("dynamic_linking", self.dynamic_linking(old, known)),
            ("prefix_detection", self.prefix_detection(old, known)),
            ("variant", self.variant(old, known)),
        ] {
            if !value.is_empty() {
                fields.push(Field::new(key, Out::Map(value)));
            }
        }
        self.leftovers(old);
        fields
    }

    fn field(&self, key: &str, value: Out, entries: &[&Entry]) -> Field {
        let lead = entries.first().map(|entry| self.lead(entry.line)).unwrap_or_default();
        let trail = match entries {
            [only] => self.trail(&only.value),
            _ => None,
        };
        Field { lead, trail, ..Field::new(key, value) }
    }

    fn plain_lists(&mut self, old: &Section<'_>, known: &[Expr], fields: &mut Vec<Field>) {
        let copied = [old.all("always_copy_files"), old.all("no_link")].concat();
        for (key, entries) in [("always_copy_files", copied), ("always_include_files", old.all("always_include_files"))]
        {
            let items = self.texts(&entries, known);
            if !items.is_empty() {
                fields.push(self.field(key, Out::List(items), &entries));
            }
        }
    }

    fn skip(&mut self, old: &Section<'_>, known: &[Expr]) -> Option<Field> {
        let entries = old.all("skip");
        let mut items = Vec::new();
        for entry in &entries {
            let nodes: Vec<&Node> = match &entry.value.kind {
                Kind::List(nodes) => nodes.iter().collect(),
                _ => vec![&entry.value],
            };
            for node in nodes {
                let text = node.scalar().unwrap_or_default().to_owned();
                let mut conditions = self.conditions(entry.line, known);
                let inner: Vec<Expr> = known.iter().chain(&conditions).cloned().collect();
                conditions.extend(self.conditions(node.line, &inner));
                let condition = match text.to_ascii_lowercase().as_str() {
                    "true" | "yes" | "1" | "on" => {
                        if conditions.is_empty() {
                            Expr::name("true")
                        } else {
                            joined(&conditions)
                        }
                    }
                    "false" | "no" | "0" | "off" | "" => continue,
                    _ => {
                        let value = self.text_expr(&text);
                        if conditions.is_empty() { value } else { joined(&conditions).and(value) }
                    }
                };
                let mut item = Item::new(Out::text(&condition.print()));
                item.lead = self.lead(entry.line);
                item.trail = self.trail(node);
                items.push(item);
            }
        }
        match items.as_slice() {
            [] => None,
            [only] => Some(Field {
                lead: only.lead.clone(),
                trail: only.trail.clone(),
                ..Field::new("skip", only.value.clone())
            }),
            _ => Some(Field::new("skip", Out::List(items))),
        }
    }

    fn script(&mut self, old: &Section<'_>, output: &Section<'_>, known: &[Expr]) -> Option<Field> {
        let env = self.script_env(&old.all("script_env"), known);
        let content_entries = old.all("script");
        let lead = content_entries.first().map(|entry| self.lead(entry.line)).unwrap_or_default();
        let file_entries = output.all("script");
        let interpreter = self.single(&output.all("script_interpreter"), known);
        let mut content = self.commands(&content_entries, known);
        let mut fields = Vec::new();
        if let Some(interpreter) = interpreter {
            fields.push(Field::new("interpreter", interpreter));
        }
        if !env.is_empty() {
            fields.push(Field::new("env", Out::Map(env)));
        }
        if content.is_empty()
            && let Some(file) = self.single(&file_entries, known)
        {
            fields.push(Field::new("file", file));
            let lead = file_entries.first().map(|entry| self.lead(entry.line)).unwrap_or_default();
            return Some(Field { lead, ..Field::new("script", Out::Map(fields)) });
        }
        let value = match content.as_mut_slice() {
            [] => None,
            [only] if only.conditions.is_empty() => Some(only.value.clone()),
            _ => Some(Out::List(content)),
        };
        if fields.is_empty() {
            return value.map(|value| Field { lead, ..Field::new("script", value) });
        }
        fields.extend(value.map(|value| Field::new("content", value)));
        Some(Field { lead, ..Field::new("script", Out::Map(fields)) })
    }

    /// Commands: items of lists, single values, and the lines of a block where some have conditions.
    pub(super) fn commands(&mut self, entries: &[&Entry], known: &[Expr]) -> Vec<Item> {
        let mut items = Vec::new();
        for entry in entries {
            match &entry.value.kind {
                Kind::Scalar(text, Style::Literal) if self.block_has_conditions(&entry.value, known) => {
                    items.extend(self.block_lines(entry, text, known));
                }
                _ => items.extend(self.lists(&[entry], known, &mut |this, node| this.plain(node))),
            }
        }
        items
    }

    fn block_has_conditions(&mut self, node: &Node, known: &[Expr]) -> bool {
        (node.line..=node.last_line).any(|line| !self.conditions(line, known).is_empty())
    }

    fn block_lines(&mut self, entry: &Entry, text: &str, known: &[Expr]) -> Vec<Item> {
        let lines: Vec<String> = text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
        // The content starts behind the line with the `|`.
        let mut at = entry.line + 1;
        let mut items = Vec::new();
        for line in lines {
            while at <= entry.value.last_line
                && self.document.lines.get(at).is_some_and(|found| found.text.trim() != line.trim())
            {
                at += 1;
            }
            let conditions = self.conditions(at, known);
            let text = self.text(line.trim_end());
            items.push(Item { conditions, ..Item::new(Out::text(&text)) });
            at += 1;
        }
        items
    }

    fn script_env(&mut self, entries: &[&Entry], known: &[Expr]) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        for entry in entries {
            let nodes: Vec<&Node> = match &entry.value.kind {
                Kind::List(nodes) => nodes.iter().collect(),
                Kind::Scalar(..) if !entry.value.is_null() => vec![&entry.value],
                _ => Vec::new(),
            };
            for node in nodes {
                let Some(text) = node.scalar().map(str::to_owned) else { continue };
                let (name, value) = match text.split_once('=') {
                    Some((name, value)) => {
                        (name.trim().to_owned(), self.text_expr(value.trim().trim_matches(['"', '\''])))
                    }
                    None => {
                        let arguments = format!("env.get(\"{}\", default=\"\")", text.trim());
                        (text.trim().to_owned(), Expr::Name(arguments))
                    }
                };
                let conditions = self.conditions(node.line, known);
                let previous = fields.iter().position(|field| field.key == name).map(|at| fields.remove(at));
                let value = if conditions.is_empty() {
                    value
                } else {
                    let before = previous.and_then(|field| match field.value {
                        Out::Scalar(text) => {
                            super::expr_parse::parse(text.trim_start_matches("${{").trim_end_matches("}}")).ok()
                        }
                        _ => None,
                    });
                    super::value::alternative(value, joined(&conditions), before)
                };
                let value = match value {
                    Expr::Text(text, _) if super::emit::looks_typed(&text) => Out::Scalar(super::emit::quoted(&text)),
                    Expr::Text(text, _) => Out::text(&text),
                    value => Out::text(&format!("${{{{ {} }}}}", value.print())),
                };
                fields.push(Field { lead: self.lead(node.line), ..Field::new(&name, value) });
            }
        }
        fields
    }

    /// `files` of an output: a list, or what to include and to exclude.
    fn files(&mut self, entries: &[&Entry], known: &[Expr]) -> Option<Out> {
        if entries.iter().any(|entry| matches!(entry.value.kind, Kind::Map(_))) {
            let section = Section::of(entries);
            let mut fields = Vec::new();
            for key in ["include", "exclude"] {
                let items = self.texts(&section.all(key), known);
                if !items.is_empty() {
                    fields.push(Field::new(key, Out::List(items)));
                }
            }
            return Some(Out::Map(fields));
        }
        // conda-build takes a folder with all that is in it.
        let items = self.texts(entries, known);
        (!items.is_empty()).then_some(Out::List(items))
    }

    fn python(&mut self, old: &Section<'_>, known: &[Expr]) -> Vec<Field> {
        let mut fields = Vec::new();
        for (key, new) in [("entry_points", "entry_points"), ("skip_compile_pyc", "skip_pyc_compilation")] {
            let entries = old.all(key);
            let items = self.texts(&entries, known);
            if !items.is_empty() {
                fields.push(self.field(new, Out::List(items), &entries));
            }
        }
        for (key, new) in [
            ("osx_is_app", "use_python_app_entrypoint"),
            ("python_version_independent", "version_independent"),
            ("python_site_packages_path", "site_packages_path"),
        ] {
            let entries = old.all(key);
            if let Some(value) = self.single(&entries, known) {
                fields.push(self.field(new, lower(value), &entries));
            }
        }
        fields
    }

    fn dynamic_linking(&mut self, old: &Section<'_>, known: &[Expr]) -> Vec<Field> {
        let mut fields = Vec::new();
        for (keys, new) in [
            (&["rpaths"][..], "rpaths"),
            (&["missing_dso_whitelist", "missing_dso_allowlist"][..], "missing_dso_allowlist"),
            (&["runpath_whitelist", "runpath_allowlist"][..], "rpath_allowlist"),
        ] {
            let entries: Vec<&Entry> = keys.iter().flat_map(|key| old.all(key)).collect();
            let items = self.texts(&entries, known);
            if !items.is_empty() {
                fields.push(self.field(new, Out::List(items), &entries));
            }
        }
        let relocation = old.all("binary_relocation");
        if let Some(field) = self.bool_or_globs("binary_relocation", &relocation, known) {
            fields.push(field);
        }
        for (key, new) in
            [("error_overlinking", "overlinking_behavior"), ("error_overdepending", "overdepending_behavior")]
        {
            if old.all(key).iter().any(|entry| is_true(&entry.value)) {
                fields.push(Field::new(new, Out::text("error")));
            }
        }
        fields
    }

    fn bool_or_globs(&mut self, key: &str, entries: &[&Entry], known: &[Expr]) -> Option<Field> {
        if entries.iter().any(|entry| matches!(entry.value.kind, Kind::List(_))) {
            let items = self.texts(entries, known);
            return (!items.is_empty()).then(|| self.field(key, Out::List(items), entries));
        }
        let value = self.single(entries, known)?;
        let value = match lower(value) {
            // Without the condition of the only entry, the default holds.
            Out::Scalar(text) => Out::Scalar(text.replace(" else \"\"", " else true")),
            value => value,
        };
        Some(self.field(key, value, entries))
    }

    fn prefix_detection(&mut self, old: &Section<'_>, known: &[Expr]) -> Vec<Field> {
        let mut fields = Vec::new();
        let mut forced = Vec::new();
        for (key, new) in [("has_prefix_files", "text"), ("binary_has_prefix_files", "binary")] {
            let entries = old.all(key);
            let items = self.texts(&entries, known);
            if !items.is_empty() {
                forced.push(self.field(new, Out::List(items), &entries));
            }
        }
        if !forced.is_empty() {
            fields.push(Field::new("force_file_type", Out::Map(forced)));
        }
        let ignored = old.all("ignore_prefix_files");
        if ignored.iter().any(|entry| !is_false(&entry.value))
            && let Some(field) = self.bool_or_globs("ignore", &ignored, known)
        {
            fields.push(field);
        }
        let detected = old.all("detect_binary_files_with_prefix");
        if detected.iter().any(|entry| is_false(&entry.value)) {
            let conditions: Vec<Expr> =
                detected.first().map(|entry| self.conditions(entry.line, known)).unwrap_or_default();
            let value = match conditions.as_slice() {
                [] => Out::text("true"),
                _ => Out::text(&format!("${{{{ {} }}}}", joined(&conditions).print())),
            };
            fields.push(Field::new("ignore_binary_files", value));
        }
        fields
    }

    fn variant(&mut self, old: &Section<'_>, known: &[Expr]) -> Vec<Field> {
        let mut fields = Vec::new();
        for (key, new) in [("force_use_keys", "use_keys"), ("force_ignore_keys", "ignore_keys")] {
            let entries = old.all(key);
            let items = self.texts(&entries, known);
            if !items.is_empty() {
                fields.push(self.field(new, Out::List(items), &entries));
            }
        }
        let tracked = old.all("track_features");
        let items = self.texts(&tracked, known);
        if let Some(first) = tracked.first().filter(|_| !items.is_empty()) {
            self.note(
                Note::NeedsReview,
                first.line,
                "`track_features` became `down_prioritize_variant`, which has the same effect under another name",
                None,
            );
            let value = if items.iter().any(|item| item.conditions.is_empty()) {
                Out::text("1")
            } else {
                let all = items.iter().map(|item| joined(&item.conditions)).reduce(Expr::or);
                let condition = all.unwrap_or_else(|| Expr::name("true"));
                Out::text(&format!("${{{{ 1 if {} else 0 }}}}", condition.print()))
            };
            fields.push(Field::new("down_prioritize_variant", value));
        }
        fields
    }

    /// Reports what is in `build` and has no place in v1.
    fn leftovers(&mut self, old: &Section<'_>) {
        self.dropped(
            old,
            &[
                ("features", Note::UnsupportedField, "v1 recipes have no features"),
                ("requires_features", Note::UnsupportedField, "v1 recipes have no features"),
                ("provides_features", Note::UnsupportedField, "v1 recipes have no features"),
                ("pre-link", Note::UnsupportedField, "install the link script into the package with the build script"),
                ("post-link", Note::UnsupportedField, "install the link script into the package with the build script"),
                (
                    "pre-unlink",
                    Note::UnsupportedField,
                    "install the link script into the package with the build script",
                ),
                ("include_recipe", Note::DroppedField, "v1 has no such option"),
                ("preserve_egg_dir", Note::DroppedField, "packages have no eggs any more"),
                ("disable_pip", Note::DroppedField, "v1 has no such option"),
                ("bootstrap", Note::DroppedField, "v1 has no such option"),
                ("overlinking_ignore_patterns", Note::DroppedField, "v1 has no such option"),
                ("activate_in_script", Note::DroppedField, "v1 always activates the environments"),
                ("copy_test_source_files", Note::DroppedField, "v1 has no such option"),
                ("no_move_top_level_workdir_loops", Note::DroppedField, "v1 has no such option"),
                ("rpaths_patcher", Note::DroppedField, "v1 has no such option"),
                ("script_interpreter", Note::NeedsReview, "write it into `script`"),
                ("msvc_compiler", Note::DroppedField, "v1 has no such option"),
                ("track_features_only", Note::DroppedField, "v1 has no such option"),
            ],
        );
        let known = [
            "number",
            "string",
            "noarch",
            "skip",
            "script",
            "script_env",
            "always_copy_files",
            "always_include_files",
            "no_link",
            "merge_build_host",
            "entry_points",
            "skip_compile_pyc",
            "osx_is_app",
            "python_version_independent",
            "python_site_packages_path",
            "rpaths",
            "missing_dso_whitelist",
            "missing_dso_allowlist",
            "runpath_whitelist",
            "runpath_allowlist",
            "binary_relocation",
            "error_overlinking",
            "error_overdepending",
            "has_prefix_files",
            "binary_has_prefix_files",
            "ignore_prefix_files",
            "detect_binary_files_with_prefix",
            "force_use_keys",
            "force_ignore_keys",
            "track_features",
            "features",
            "requires_features",
            "provides_features",
            "pre-link",
            "post-link",
            "pre-unlink",
            "include_recipe",
            "preserve_egg_dir",
            "disable_pip",
            "bootstrap",
            "overlinking_ignore_patterns",
            "activate_in_script",
            "copy_test_source_files",
            "no_move_top_level_workdir_loops",
            "rpaths_patcher",
            "script_interpreter",
            "msvc_compiler",
            "track_features_only",
        ];
        self.unknown(old, "build", &[&known[..], &ELSEWHERE[..]].concat());
    }
}

fn is_true(node: &Node) -> bool {
    node.scalar().is_some_and(|text| matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "on" | "1"))
}

fn is_false(node: &Node) -> bool {
    node.scalar().is_some_and(|text| matches!(text.to_ascii_lowercase().as_str(), "false" | "no" | "off" | "0"))
}

/// `True` → `true`.
fn lower(value: Out) -> Out {
    match value {
        Out::Scalar(text) if matches!(text.to_ascii_lowercase().as_str(), "true" | "false") => {
            Out::Scalar(text.to_ascii_lowercase())
        }
        other => other,
    }
}

fn unquoted_number(text: &str) -> String {
    let inner = text.trim_matches(['"', '\'']);
    if !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_digit()) { inner.to_owned() } else { text.to_owned() }
}
