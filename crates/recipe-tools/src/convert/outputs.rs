//! Recipes with `outputs`.

use super::emit::{Field, Item, Out};
use super::expr::Expr;
use super::notes::Note;
use super::section::Section;
use super::tests_section::needs_perl;
use super::tree::{Entry, Kind};
use super::value::Converter;

impl Converter<'_, '_> {
    /// The new outputs, and the build that they share if there is one.
    pub(super) fn outputs(&mut self, top: &Section<'_>) -> Vec<Item> {
        let mut maps: Vec<(&Entry, Section<'_>)> = Vec::new();
        for entry in top.all("outputs") {
            let Kind::List(nodes) = &entry.value.kind else { continue };
            for node in nodes {
                if let Kind::Map(fields) = &node.kind
                    && let Some(first) = fields.first()
                {
                    maps.push((first, Section::new(fields)));
                }
            }
        }
        let package = top.section("package");
        let top_name = package.all("name").first().and_then(|entry| entry.value.scalar()).map(str::to_owned);
        let top_name = top_name.map(|name| self.text(name.trim()));
        let staging = self.staging(top, &maps, top_name.as_deref());
        let staging_name = staging.as_ref().map(|(name, _)| name.clone());
        let mut items: Vec<Item> = staging.into_iter().map(|(_, item)| item).collect();
        let requirements = top.section("requirements");
        let mut has_top = false;
        for (first, section) in &maps {
            let name =
                section.all("name").first().and_then(|entry| entry.value.scalar()).unwrap_or_default().to_owned();
            let name = self.text(name.trim());
            let is_top = Some(&name) == top_name.as_ref();
            has_top |= is_top;
            let own = section.section("requirements");
            // The output that is called like the recipe has the requirements of the recipe, unless it has its own.
            let requirements = if is_top && !section.has("requirements") { requirements.clone() } else { own };
            items.push(self.output(first, section, &requirements, top, is_top, staging_name.as_deref()));
        }
        if !has_top
            && requirements.has("run")
            && let Some(name) = &top_name
        {
            // conda-build makes a package of the recipe's own requirements, too.
            let mut fields = vec![Field::new("package", Out::Map(vec![Field::new("name", Out::text(name))]))];
            let own = self.requirements(&requirements, &Section::default(), &[]);
            let own: Vec<Field> =
                own.into_iter().filter(|field| matches!(field.key.as_str(), "run" | "run_constraints")).collect();
            fields.push(Field::new("requirements", Out::Map(own)));
            let tests = self.tests(&top.section("test"), false, true, &[]);
            if !tests.is_empty() {
                fields.push(Field::new("tests", Out::List(tests)));
            }
            items.push(Item::new(Out::Map(fields)));
        }
        items
    }

    /// The build that all outputs share, which v1 calls a staging output.
    fn staging(
        &mut self,
        top: &Section<'_>,
        outputs: &[(&Entry, Section<'_>)],
        name: Option<&str>,
    ) -> Option<(String, Item)> {
        let build = top.section("build");
        let has_script = build.has("script") || self.files.iter().any(|file| file == "build.sh" || file == "bld.bat");
        let takes_files = outputs.iter().any(|(_, output)| output.has("files") && !output.has("script"));
        let requirements = top.section("requirements");
        if !has_script && !takes_files {
            let environment = ["build", "host"].into_iter().find_map(|key| requirements.all(key).first().copied());
            if let Some(entry) = environment {
                self.note(
                    Note::DroppedField,
                    entry.line,
                    "the requirements of the recipe itself are left out: each output has its own",
                    Some("if the outputs share a build.sh, write a `staging` output for it"),
                );
            }
            return None;
        }
        let name = format!("{}-build", name.unwrap_or("shared"));
        let mut fields = vec![Field::new("staging", Out::Map(vec![Field::new("name", Out::text(&name))]))];
        let own = self.requirements(&requirements, &Section::default(), &[]);
        let own: Vec<Field> = own.into_iter().filter(|field| matches!(field.key.as_str(), "build" | "host")).collect();
        if !own.is_empty() {
            fields.push(Field::new("requirements", Out::Map(own)));
        }
        let script = self.build(&build, None, &[]).into_iter().find(|field| field.key == "script");
        let script = script.unwrap_or_else(|| {
            let file = if self.files.iter().any(|file| file == "bld.bat") {
                "${{ \"bld.bat\" if win else \"build.sh\" }}"
            } else {
                "build.sh"
            };
            Field::new("script", Out::Map(vec![Field::new("file", Out::text(file))]))
        });
        fields.insert(1, Field::new("build", Out::Map(vec![script])));
        if let Some(entry) = top.all("outputs").first() {
            self.note(
                Note::NeedsReview,
                entry.line,
                "the build that the outputs share became a `staging` output",
                Some("check which files each output takes"),
            );
        }
        Some((name, Item::new(Out::Map(fields))))
    }

    fn output(
        &mut self,
        first: &Entry,
        old: &Section<'_>,
        requirements: &Section<'_>,
        top: &Section<'_>,
        is_top: bool,
        staging: Option<&str>,
    ) -> Item {
        // The condition of a whole output becomes a condition to skip it.
        let mut shared: Option<Vec<Expr>> = None;
        for entry in &old.entries {
            let own = self.conditions(entry.line, &[]);
            shared = Some(match shared {
                None => own,
                Some(before) => before.into_iter().filter(|condition| own.contains(condition)).collect(),
            });
        }
        let known = shared.unwrap_or_default();
        let mut fields = Vec::new();
        let mut package = Vec::new();
        for key in ["name", "version"] {
            if let Some(value) = self.single(&old.all(key), &known) {
                package.push(Field::new(key, value));
            }
        }
        let lead = self.lead(first.line);
        fields.push(Field { lead, ..Field::new("package", Out::Map(package)) });
        if let Some(staging) = staging {
            fields.push(Field::new("inherit", Out::text(staging)));
        }
        if let Some(source) = self.sources(&old.all("source"), &known) {
            fields.push(source);
        }
        let old_build = self.merged_build(old);
        let mut build = self.build(&old_build, Some(old), &known);
        if !known.is_empty() {
            let unless = super::emit::joined(&known).negated();
            let text = Out::text(&unless.print());
            match build.iter_mut().find(|field| field.key == "skip") {
                Some(Field { value: Out::List(items), .. }) => items.push(Item::new(text)),
                Some(field) => field.value = Out::List(vec![Item::new(field.value.clone()), Item::new(text)]),
                None => build.push(Field::new("skip", text)),
            }
        }
        if self.has_one_environment(requirements) && !old_build.has("merge_build_host") {
            build.push(Field::new("merge_build_and_host_envs", Out::text("true")));
        }
        // v1 outputs never run a script of the recipe folder by themselves, and neither did those of conda-build.
        if !build.is_empty() {
            fields.push(Field { lead: self.lead_of(old, "build"), ..Field::new("build", Out::Map(build)) });
        }
        let requires = self.requirements(requirements, &old_build, &known);
        if !requires.is_empty() {
            let lead = self.lead_of(old, "requirements");
            fields.push(Field { lead, ..Field::new("requirements", Out::Map(requires)) });
        }
        let test = old.section("test");
        let test = if test.is_empty() && is_top { top.section("test") } else { test };
        let tests = self.tests(&test, needs_perl(requirements), is_top, &known);
        if !tests.is_empty() {
            fields.push(Field { lead: self.lead_of(old, "test"), ..Field::new("tests", Out::List(tests)) });
        }
        let about = self.about(&old.section("about"), &known);
        if !about.is_empty() {
            fields.push(Field { lead: self.lead_of(old, "about"), ..Field::new("about", Out::Map(about)) });
        }
        self.dropped(
            old,
            &[
                ("target", Note::DroppedField, "v1 builds for one platform at a time"),
                ("type", Note::DroppedField, "v1 makes conda packages"),
            ],
        );
        let keys = [
            "name",
            "version",
            "number",
            "string",
            "script",
            "script_interpreter",
            "files",
            "build",
            "requirements",
            "test",
            "about",
            "source",
            "noarch",
            "noarch_python",
            "type",
            "target",
            "run_exports",
            "ignore_run_exports",
            "ignore_run_exports_from",
            "always_include_files",
            "detect_binary_files_with_prefix",
            "track_features",
            "entry_points",
            "extra",
        ];
        self.unknown(old, "outputs", &keys);
        Item::new(Out::Map(fields))
    }

    /// `build` of an output, with the keys that may be given next to it.
    fn merged_build<'s>(&self, old: &Section<'s>) -> Section<'s> {
        let mut build = old.section("build");
        for key in [
            "run_exports",
            "ignore_run_exports",
            "ignore_run_exports_from",
            "always_include_files",
            "detect_binary_files_with_prefix",
            "track_features",
            "entry_points",
        ] {
            build.entries.extend(old.all(key));
        }
        build
    }
}
