//! The WebAssembly bindings of `sidewinder_recipe`: conversion only.
//!
//! Large values cross the FFI boundary once, as JSON text; small ones as plain objects. What a function throws is a plain
//! object too, a [`Thrown`](thrown::Thrown): the SDK makes its error classes from it.

pub mod recipe;
pub mod settings;
mod thrown;
pub mod variants;
pub mod versions;

/// How much memory the module has, in bytes. It never shrinks.
#[wasm_bindgen::prelude::wasm_bindgen(js_name = memoryBytes)]
#[must_use]
pub fn memory_bytes() -> usize {
    #[cfg(target_arch = "wasm32")]
    let pages = core::arch::wasm32::memory_size::<0>();
    #[cfg(not(target_arch = "wasm32"))]
    let pages = 0;
    pages * 65_536
}
