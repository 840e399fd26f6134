//! `requirements`, and what v1 moved into it from `build`.

use super::emit::{Field, Item, Out};
use super::expr::Expr;
use super::notes::Note;
use super::section::Section;
use super::spec::Place;
use super::tree::{Kind, Node};
use super::value::Converter;

impl Converter<'_, '_> {
    /// The new `requirements`, from the old one and the old `build`.
    pub(super) fn requirements(&mut self, old: &Section<'_>, build: &Section<'_>, known: &[Expr]) -> Vec<Field> {
        let mut fields = Vec::new();
        let mut push = |key: &str, items: Vec<Item>, lead: Vec<String>| {
            if !items.is_empty() {
                fields.push(Field { lead, ..Field::new(key, Out::List(items)) });
            }
        };
        if let Some(list) = old.list {
            // A plain list stands for both environments.
            let host = self.list(list, known, &mut |this, node| this.spec(node, Place::Build));
            push("host", host, Vec::new());
            let run = self.list(list, known, &mut |this, node| this.spec(node, Place::Run));
            push("run", run, Vec::new());
        }
        if self.has_one_environment(old)
            && let Some(entry) = old.all("build").first()
        {
            self.note(
                Note::NeedsReview,
                entry.line,
                "without `host` and `compiler()`, conda-build has one environment: `merge_build_and_host_envs` is set",
                Some("move what the package is built against to `host`, and remove `merge_build_and_host_envs`"),
            );
        }
        for (key, new) in [("build", "build"), ("host", "host"), ("run", "run"), ("run_constrained", "run_constraints")]
        {
            let place = if matches!(key, "build" | "host") { Place::Build } else { Place::Run };
            let items = self.lists(&old.all(key), known, &mut |this, node| this.spec(node, place));
            push(new, items, self.lead_of(old, key));
        }
        if let Some(field) = self.run_exports(build, known) {
            fields.push(field);
        }
        if let Some(field) = self.ignored_run_exports(build, known) {
            fields.push(field);
        }
        let known_keys = ["build", "host", "run", "run_constrained", "conflicts"];
        self.unknown(old, "requirements", &known_keys);
        fields
    }

    /// Whether conda-build takes `build` for both environments, as it did before there was `host`.
    pub(super) fn has_one_environment(&self, requirements: &Section<'_>) -> bool {
        let has_build = requirements.all("build").iter().any(|entry| match &entry.value.kind {
            Kind::List(items) => !items.is_empty(),
            _ => !entry.value.is_null(),
        });
        has_build && !requirements.has("host") && !self.uses_compilers
    }

    fn run_exports(&mut self, build: &Section<'_>, known: &[Expr]) -> Option<Field> {
        let entries = build.all("run_exports");
        let first = entries.first()?;
        let lead = self.lead(first.line);
        let maps: Vec<_> = entries.iter().copied().filter(|entry| matches!(entry.value.kind, Kind::Map(_))).collect();
        if maps.is_empty() {
            let items = self.lists(&entries, known, &mut |this, node| this.spec(node, Place::Run));
            return (!items.is_empty()).then(|| Field { lead, ..Field::new("run_exports", Out::List(items)) });
        }
        let section = Section::of(&maps);
        let mut fields = Vec::new();
        for (old, new) in [
            ("weak", "weak"),
            ("strong", "strong"),
            ("noarch", "noarch"),
            ("weak_constrains", "weak_constraints"),
            ("strong_constrains", "strong_constraints"),
        ] {
            let items = self.lists(&section.all(old), known, &mut |this, node| this.spec(node, Place::Run));
            if !items.is_empty() {
                fields.push(Field { lead: self.lead_of(&section, old), ..Field::new(new, Out::List(items)) });
            }
        }
        self.unknown(&section, "run_exports", &["weak", "strong", "noarch", "weak_constrains", "strong_constrains"]);
        (!fields.is_empty()).then(|| Field { lead, ..Field::new("run_exports", Out::Map(fields)) })
    }

    fn ignored_run_exports(&mut self, build: &Section<'_>, known: &[Expr]) -> Option<Field> {
        let mut fields = Vec::new();
        for (old, new) in [("ignore_run_exports", "by_name"), ("ignore_run_exports_from", "from_package")] {
            let items = self.lists(&build.all(old), known, &mut |this, node| this.package_name(node));
            if !items.is_empty() {
                fields.push(Field { lead: self.lead_of(build, old), ..Field::new(new, Out::List(items)) });
            }
        }
        (!fields.is_empty()).then(|| Field::new("ignore_run_exports", Out::Map(fields)))
    }

    /// The name of a dependency.
    fn package_name(&mut self, node: &Node) -> Option<Out> {
        let raw = node.scalar()?.trim();
        let name = if raw.contains(super::template::MARK) { raw } else { raw.split_whitespace().next().unwrap_or(raw) };
        if name != raw {
            self.note(Note::NeedsReview, node.line, format!("only the name of `{raw}` counts here"), None);
        }
        let name = self.text(name);
        Some(Out::text(&name))
    }
}
