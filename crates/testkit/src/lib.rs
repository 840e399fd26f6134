//! What tests and the demo need from outside, made on the spot: real conda packages, channels, source archives and an
//! HTTP server with faults.
//!
//! ```
//! use sidewinder_testkit::{Channel, Package, RunExport};
//!
//! let folder = tempfile::tempdir()?;
//! let channel = Channel::new()
//!     .add(Package::new("zlib", "1.3").run_export(RunExport::Weak, "zlib >=1.3,<2").file("include/zlib.h", "/* */\n"))
//!     .add(Package::new("libpng", "1.6").depends(["zlib >=1"]))
//!     .write(folder.path())?;
//! assert!(channel.url().starts_with("file://"));
//! # Ok::<(), std::io::Error>(())
//! ```

pub mod archive;
mod channel;
pub mod embedded;
pub mod hostile;
mod package;
pub mod server;
mod synthetic;

pub use channel::{Channel, RunExportsIn, WrittenChannel};
pub use package::{Format, Package, RunExport, placeholder};
pub use synthetic::SyntheticIndex;
