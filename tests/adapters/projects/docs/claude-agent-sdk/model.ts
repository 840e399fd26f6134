/** The page's program starts a scripted command line, which reports the outcome itself. */

export {};
