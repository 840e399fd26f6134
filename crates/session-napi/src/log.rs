//! Events of `tracing`, passed to JavaScript. Off until a listener is added.

use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Once, PoisonError, RwLock};

use napi::Status;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi_derive::napi;
use serde_json::{Map, Value};
use sidewinder_session::redact::redact;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};

/// Events that wait for JavaScript at most; later ones are dropped and counted.
const QUEUE: usize = 1024;
/// Characters of one value.
const MAX_VALUE: usize = 4096;
/// Crates whose events are passed on. Those of HTTP libraries may hold credentials.
const TARGETS: [&str; 2] = ["sidewinder", "rattler"];

type LogCallback = ThreadsafeFunction<String, (), String, Status, false, true, QUEUE>;

struct Listener {
    id: u32,
    level: LevelFilter,
    callback: LogCallback,
    dropped: AtomicU64,
}

static LISTENERS: RwLock<Vec<Arc<Listener>>> = RwLock::new(Vec::new());

/// Adds a listener for events of a level and above (`error`, `warn`, `info`, `debug`, `trace`), each as JSON text. Gives the
/// number to remove it by.
#[napi]
pub fn add_log_listener(level: String, callback: LogCallback) -> napi::Result<u32> {
    static INSTALL: Once = Once::new();
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let level =
        level.parse::<LevelFilter>().map_err(|_| napi::Error::from_reason(format!("unknown level `{level}`")))?;
    // An error means that somebody else has installed one; nothing is passed on then.
    INSTALL.call_once(|| drop(tracing::subscriber::set_global_default(ToJavaScript)));
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let listener = Arc::new(Listener { id, level, callback, dropped: AtomicU64::new(0) });
    LISTENERS.write().unwrap_or_else(PoisonError::into_inner).push(listener);
    tracing::callsite::rebuild_interest_cache();
    Ok(id)
}

/// Removes a listener.
#[napi]
pub fn remove_log_listener(id: u32) {
    LISTENERS.write().unwrap_or_else(PoisonError::into_inner).retain(|listener| listener.id != id);
    tracing::callsite::rebuild_interest_cache();
}

fn listeners() -> Vec<Arc<Listener>> {
    LISTENERS.read().unwrap_or_else(PoisonError::into_inner).clone()
}

fn highest_level() -> LevelFilter {
    listeners().iter().map(|listener| listener.level).max().unwrap_or(LevelFilter::OFF)
}

struct ToJavaScript;

impl ToJavaScript {
    fn is_wanted(metadata: &Metadata<'_>) -> bool {
        let is_target = TARGETS.iter().any(|target| metadata.target().starts_with(target));
        metadata.is_event() && is_target && *metadata.level() <= highest_level()
    }
}

impl Subscriber for ToJavaScript {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if Self::is_wanted(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        Self::is_wanted(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(highest_level())
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        // Spans are not passed on.
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let mut text = None;
        for listener in listeners() {
            if *metadata.level() <= listener.level {
                let text = text.get_or_insert_with(|| json_text(event));
                listener.send(text.clone());
            }
        }
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Listener {
    fn send(&self, text: String) {
        let dropped = self.dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            let notice = format!(
                r#"{{"level":"warn","target":"sidewinder","message":"{dropped} log events were dropped","fields":{{}}}}"#
            );
            if self.callback.call(notice, ThreadsafeFunctionCallMode::NonBlocking) == Status::QueueFull {
                self.dropped.fetch_add(dropped, Ordering::Relaxed);
            }
        }
        match self.callback.call(text, ThreadsafeFunctionCallMode::NonBlocking) {
            Status::Ok => {}
            // The environment that it belongs to has ended.
            Status::Closing => {
                LISTENERS.write().unwrap_or_else(PoisonError::into_inner).retain(|listener| listener.id != self.id);
            }
            _ => drop(self.dropped.fetch_add(1, Ordering::Relaxed)),
        }
    }
}

fn json_text(event: &Event<'_>) -> String {
    let metadata = event.metadata();
    let mut fields = Fields::default();
    event.record(&mut fields);
    let level = match *metadata.level() {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    };
    let record = serde_json::json!({
        "level": level,
        "target": metadata.target(),
        "message": fields.message,
        "fields": fields.others,
    });
    record.to_string()
}

/// The message and the other fields of an event, without secrets.
#[derive(Default)]
struct Fields {
    message: String,
    others: Map<String, Value>,
}

impl Fields {
    fn add(&mut self, field: &Field, value: Value) {
        self.others.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = String::new();
        // Writing to a text cannot fail, except when the value itself does.
        let _ = write!(text, "{value:?}");
        if let Some((end, _)) = text.char_indices().nth(MAX_VALUE) {
            text.truncate(end);
        }
        let text = redact(&text);
        if field.name() == "message" {
            self.message = text;
        } else {
            self.add(field, text.into());
        }
    }
}
