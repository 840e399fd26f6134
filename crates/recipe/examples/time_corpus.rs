//! Times parsing and rendering over the jobs of a corpus; prints one line of JSON with CPU seconds.
//!
//! ```text
//! cargo run --release -p sidewinder_recipe --example time_corpus -- ROOT JOBS REPEAT
//! ```
//!
//! Variant files are loaded once and shared by all recipes; loading is timed on its own. A rendered recipe is also
//! written as JSON, as it is when it crosses into another language.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the command line")]

use std::collections::HashMap;
use std::path::Path;
use std::process::ExitCode;

use cpu_time::ProcessTime;
use serde::Deserialize;
use sidewinder_recipe::render::RepodataRevision;
use sidewinder_recipe::variants::VariantFormat;
use sidewinder_recipe::{ParsedRecipe, RenderConfig, VariantConfig};

#[derive(Deserialize)]
struct Job {
    recipe: String,
    platform: String,
    build_platform: Option<String>,
    #[serde(default)]
    config: Vec<String>,
    #[serde(default)]
    experimental: bool,
    #[serde(default)]
    repodata_revision: RepodataRevision,
}

#[derive(Clone, Copy, Default)]
struct Times {
    config: f64,
    parse: f64,
    render: f64,
    variants: usize,
    failed: usize,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [root, jobs, repeat] = arguments.as_slice() else {
        eprintln!("time_corpus: give ROOT JOBS REPEAT");
        return ExitCode::FAILURE;
    };
    match run(Path::new(root), Path::new(jobs), repeat.parse().unwrap_or(1)) {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("time_corpus: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(root: &Path, jobs: &Path, repeat: u32) -> Result<String, String> {
    let text = std::fs::read_to_string(jobs).map_err(|e| format!("{}: {e}", jobs.display()))?;
    let jobs: Vec<Job> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).map_err(|e| e.to_string()))
        .collect::<Result<_, _>>()?;
    let passes: Vec<Times> = (0..repeat.max(1)).map(|_| pass(root, &jobs)).collect::<Result<_, _>>()?;
    let best = passes.into_iter().min_by(|a, b| (a.parse + a.render).total_cmp(&(b.parse + b.render)));
    let Times { config, parse, render, variants, failed } = best.unwrap_or_default();
    Ok(serde_json::json!({"config": config, "parse": parse, "render": render, "variants": variants, "failed": failed})
        .to_string())
}

fn pass(root: &Path, jobs: &[Job]) -> Result<Times, String> {
    let mut times = Times::default();
    let mut configs: HashMap<(String, String, bool, Vec<String>), VariantConfig> = HashMap::new();
    for job in jobs {
        let build = job.build_platform.clone().unwrap_or_else(|| job.platform.clone());
        let config = RenderConfig {
            target_platform: Some(job.platform.clone()),
            host_platform: Some(job.platform.clone()),
            build_platform: Some(build.clone()),
            experimental: job.experimental,
            repodata_revision: job.repodata_revision,
            ..RenderConfig::default()
        };
        let key = (job.platform.clone(), build, job.experimental, job.config.clone());
        if !configs.contains_key(&key) {
            let started = ProcessTime::now();
            let mut variants = VariantConfig::default();
            for path in &job.config {
                let text = std::fs::read_to_string(root.join(path)).map_err(|e| format!("{path}: {e}"))?;
                let file = VariantConfig::from_yaml(&text, VariantFormat::of_path(path), &config, Some(path))
                    .map_err(|failure| format!("{path}: {:?}", failure.diagnostics))?;
                variants = variants.merge(file);
            }
            times.config += started.elapsed().as_secs_f64();
            configs.insert(key.clone(), variants);
        }
        let Some(variants) = configs.get(&key) else { continue };
        let started = ProcessTime::now();
        let text = std::fs::read_to_string(root.join(&job.recipe)).map_err(|e| format!("{}: {e}", job.recipe))?;
        let recipe = ParsedRecipe::parse(&text, Some(&job.recipe), job.repodata_revision);
        times.parse += started.elapsed().as_secs_f64();
        let Ok(recipe) = recipe else {
            times.failed += 1;
            continue;
        };
        let started = ProcessTime::now();
        match recipe.render(variants, &config) {
            Ok(rendered) => {
                times.variants += rendered.len();
                std::hint::black_box(serde_json::to_string(&rendered).map_err(|e| e.to_string())?);
            }
            Err(_) => times.failed += 1,
        }
        times.render += started.elapsed().as_secs_f64();
    }
    Ok(times)
}
