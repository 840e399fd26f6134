//! Jobs and records: what is to be rendered and what comes out, in the exchange format of the corpus of recipes.

#![allow(dead_code, reason = "each program that takes this in uses a part of it")]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde::Deserialize;
use serde_json::{Map, Value, json};
use sidewinder_recipe::render::RepodataRevision;
use sidewinder_recipe::variants::VariantFormat;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, RenderedVariant, VariantConfig, VariantValue};

/// One recipe to render. The fields but `recipe` identify the record.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) recipe: String,
    pub(crate) platform: String,
    pub(crate) build_platform: Option<String>,
    #[serde(default)]
    pub(crate) config: Vec<String>,
    #[serde(default)]
    pub(crate) experimental: bool,
    #[serde(default)]
    pub(crate) repodata_revision: RepodataRevision,
}

/// Files, platforms and flags that a configuration is read for.
type ConfigKey = (String, String, String);

/// A configuration, or why it cannot be read.
type ReadConfig = Arc<Result<VariantConfig, String>>;

/// A folder with recipes and variant files; keeps what it read of the latter.
pub(crate) struct Corpus {
    root: PathBuf,
    configs: Mutex<HashMap<ConfigKey, ReadConfig>>,
}

impl Job {
    pub(crate) fn build_platform(&self) -> &str {
        self.build_platform.as_deref().unwrap_or(&self.platform)
    }

    fn render_config(&self) -> RenderConfig {
        RenderConfig {
            target_platform: Some(self.platform.clone()),
            host_platform: Some(self.platform.clone()),
            build_platform: Some(self.build_platform().to_owned()),
            experimental: self.experimental,
            repodata_revision: self.repodata_revision,
            ..RenderConfig::default()
        }
    }
}

impl Corpus {
    pub(crate) fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), configs: Mutex::default() }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Renders all jobs on all processors; records in the order of the jobs.
    pub(crate) fn records(&self, jobs: &[Job]) -> Vec<Value> {
        let next = AtomicUsize::new(0);
        let done: Vec<Mutex<Value>> = jobs.iter().map(|_| Mutex::default()).collect();
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some((job, slot)) = jobs.get(at).zip(done.get(at)) else { break };
                        let record = self.record(job);
                        *slot.lock().unwrap_or_else(|e| e.into_inner()) = record;
                    }
                });
            }
        });
        done.into_iter().map(|slot| slot.into_inner().unwrap_or_else(|e| e.into_inner())).collect()
    }

    /// Renders one job.
    pub(crate) fn record(&self, job: &Job) -> Value {
        let mut record = json!({
            "id": job.id,
            "platform": job.platform,
            "build_platform": job.build_platform(),
            "config": job.config,
            "experimental": job.experimental,
            "repodata_revision": job.repodata_revision,
        });
        match self.render(job) {
            Ok(variants) => {
                record["ok"] = Value::Bool(true);
                record["variants"] = variants.iter().map(|variant| variant_record(variant, &job.platform)).collect();
            }
            Err((kind, message)) => {
                record["ok"] = Value::Bool(false);
                record["error"] = json!({"kind": kind, "message": message});
            }
        }
        record
    }

    fn render(&self, job: &Job) -> Result<Vec<RenderedVariant>, (&'static str, String)> {
        let text =
            std::fs::read_to_string(self.root.join(&job.recipe)).map_err(|e| ("RecipeParseError", e.to_string()))?;
        let recipe = ParsedRecipe::parse(&text, Some(&job.recipe), job.repodata_revision)
            .map_err(|failure| ("RecipeParseError", messages(&failure.diagnostics)))?;
        let config = job.render_config();
        let mut variants = VariantConfig::default();
        for path in &job.config {
            let file = self.variants(path, job, &config);
            variants = variants.merge((*file).clone().map_err(|message| ("VariantError", message))?);
        }
        recipe.render(&variants, &config).map_err(|failure| ("RattlerBuildError", messages(&failure.diagnostics)))
    }

    fn variants(&self, path: &str, job: &Job, config: &RenderConfig) -> Arc<Result<VariantConfig, String>> {
        let key = (path.to_owned(), job.platform.clone(), job.build_platform().to_owned());
        let mut configs = self.configs.lock().unwrap_or_else(|e| e.into_inner());
        let read = || {
            let text = std::fs::read_to_string(self.root.join(path)).map_err(|e| e.to_string())?;
            VariantConfig::from_yaml(&text, VariantFormat::of_path(path), config, Some(path))
                .map_err(|failure| messages(&failure.diagnostics))
        };
        configs.entry(key).or_insert_with(|| Arc::new(read())).clone()
    }
}

fn messages(diagnostics: &[sidewinder_recipe::diagnostic::DiagnosticRecord]) -> String {
    let lines: Vec<String> = diagnostics
        .iter()
        .filter(|d| d.severity == sidewinder_recipe::Severity::Error)
        .map(|d| {
            let place = d.span.map(|s| format!("{}:{}: ", s.line, s.column)).unwrap_or_default();
            format!("{place}{} [{}]", d.message, d.code)
        })
        .collect();
    lines.join("\n")
}

/// `platform` is that of the job, even where a variant file chooses another one.
fn variant_record(variant: &RenderedVariant, platform: &str) -> Value {
    let pins: Map<String, Value> = variant
        .pin_subpackages
        .iter()
        .map(|(key, pin)| {
            let pin = json!({
                "name": pin.name, "version": pin.version, "build_string": pin.build_string, "exact": pin.exact,
            });
            (key.clone(), pin)
        })
        .collect();
    let used: Map<String, Value> = variant.variant.iter().map(|(key, value)| (key.clone(), shown(value))).collect();
    json!({
        "name": variant.name,
        "version": variant.version,
        "build_string": variant.build_string,
        "build_number": variant.recipe.build.number,
        "hash": variant.hash,
        "hash_prefix": variant.hash_prefix,
        "noarch": variant.noarch,
        "subdir": if variant.noarch.is_some() { "noarch" } else { platform },
        "skip": variant.skip,
        "variant": used,
        "pin_subpackages": pins,
        "recipe": variant.recipe,
    })
}

/// A variant value as the reference's interface shows it: fractions and nothing as text.
fn shown(value: &VariantValue) -> Value {
    match value {
        VariantValue::Float(_) | VariantValue::Null(()) => Value::String(value.printed()),
        VariantValue::Other(Value::Array(items)) => {
            items.iter().map(|item| shown(&VariantValue::from_json(item))).collect()
        }
        other => serde_json::to_value(other).unwrap_or_default(),
    }
}

/// Fields of a record that do not tell what was rendered.
const NOT_COMPARED: [&str; 3] = ["seconds", "recipe_sha256", "error"];

/// Where two records differ first; `None` where they are the same. Errors are equal whatever they say, and `skip` is
/// compared only where both know it.
pub(crate) fn difference(expected: &Value, found: &Value) -> Option<String> {
    compare(expected, found, "")
}

fn compare(expected: &Value, found: &Value, path: &str) -> Option<String> {
    match (expected, found) {
        (Value::Object(a), Value::Object(b)) => {
            let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
            keys.sort_unstable();
            keys.dedup();
            keys.into_iter().filter(|key| !NOT_COMPARED.contains(&key.as_str())).find_map(|key| {
                let (a, b) = (a.get(key), b.get(key));
                let path = format!("{path}.{key}");
                match (a, b) {
                    (Some(a), Some(b)) if key == "skip" && (a.is_null() || b.is_null()) => None,
                    (Some(a), Some(b)) => compare(a, b, &path),
                    _ => Some(format!("{path}: expected {}, found {}", text(a), text(b))),
                }
            })
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(index, (a, b))| compare(a, b, &format!("{path}[{index}]")))
        }
        (a, b) if a == b => None,
        (a, b) => Some(format!("{path}: expected {}, found {}", text(Some(a)), text(Some(b)))),
    }
}

fn text(value: Option<&Value>) -> String {
    let text = value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    text.chars().take(160).collect()
}
