//! scratch
use sidewinder_session::environment::*;
use sidewinder_session::{Cancel, Progress, SessionOptions};
use std::path::PathBuf;
use std::time::Instant;

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    let variant = serde_json::from_str(&std::fs::read_to_string(&args[1]).unwrap()).unwrap();
    let channel = args[2].clone();
    let cache = PathBuf::from(&args[3]);
    let runs: usize = args.get(4).and_then(|n| n.parse().ok()).unwrap_or(1);
    let progress = Progress::to(|event| {
        if let sidewinder_session::ProgressEvent::Phase { phase, environment, duration_ms: Some(ms), .. } = event {
            eprintln!("  {phase:?} {environment:?} {ms:.1} ms");
        }
    });
    for _ in 0..runs {
        let out = tempfile::tempdir().unwrap();
        let started = Instant::now();
        let options = SessionOptions {
            cache_dir: Some(cache.clone()),
            channels: Some(vec![channel.clone()]),
            ..Default::default()
        };
        let services = Services::shared(&options).unwrap();
        let settings = SolveSettings::from_options(&options, out.path()).unwrap();
        let base = out.path().join("host_env");
        let pad = 255 - base.as_os_str().len();
        let host = PathBuf::from(format!("{}{}", base.display(), &"_placehold".repeat(30)[..pad]));
        let build = out.path().join("build_env");
        let result =
            set_up(&variant, &settings, Prefixes { build: &build, host: &host }, &services, &progress, &Cancel::new())
                .await;
        let took = started.elapsed();
        match result {
            Ok(_) => {
                for (name, prefix) in [("build", &build), ("host", &host)] {
                    for p in packages(prefix).await.unwrap() {
                        println!("{name} {} {} {} {}", p.name, p.version, p.build, p.subdir);
                    }
                }
            }
            Err(e) => println!("{}: {e}", e.code()),
        }
        eprintln!("took {took:?}");
    }
}
