/**
 * The version of the package, as its manifest says: a test compares the two. Not read from there, because a bundler puts
 * this module elsewhere.
 */
export const VERSION = "0.1.0";
