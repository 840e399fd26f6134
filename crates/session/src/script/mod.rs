//! The build script: text, interpreters, variables, running it.
