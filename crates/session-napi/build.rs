//! Lets the addon be linked without the symbols that Node.js brings.

fn main() {
    napi_build::setup();
}
