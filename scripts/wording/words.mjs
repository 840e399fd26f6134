// Words and phrases that the project does not use, and what it writes instead.
//
// A pattern is matched against every line of the checked files: messages, help, docs, comments, names and test names.

/** @typedef {{ pattern: RegExp, write: string, files?: RegExp }} Word */

/** @type {Word[]} */
export const WORDS = [
  // Old-fashioned or literal English.
  { pattern: /\banew\b/i, write: "again, from scratch" },
  { pattern: /\bbeside\b/i, write: "next to, alongside" },
  { pattern: /\bbut for\b/i, write: "except, except for" },
  { pattern: /\bwants\b/i, write: "requires, expects" },
  { pattern: /\b(?:stands|stood)\b(?! for\b)/i, write: "is, contains, is written" },
  { pattern: /\bleaves? (?:it|them) standing\b/i, write: "keeps it" },
  { pattern: /\btells\b(?! \w+ apart)/i, write: "says, reports" },
  { pattern: /\b(?:lies|lie) (?:in|at|under|on|outside|there|where|by)\b/i, write: "is" },
  { pattern: /\bt(?:ake|akes|aken|aking|ook) (?:\w+ )?away\b/i, write: "remove, delete" },
  { pattern: /\b(?:is|are|was|were|be|being) not there\b/i, write: "not found, does not exist, missing" },
  { pattern: /\b(?:which|that|what|it|they) (?:is|are|was|were) there\b/i, write: "exists, is present" },
  {
    pattern: /(?<!\bthere )\b(?:is|are) no (?!longer\b|more\b|less\b|fewer\b|such\b)[a-z`]/,
    write: "is not a …",
  },
  {
    pattern:
      /\bthere (?:is|are|was) no (?:such )?(?:`|file|folder|directory|command|program|option|package)/i,
    write: "not found: …, unknown option …, no such directory",
  },
  { pattern: /\bexcludes? each other\b/i, write: "cannot be combined with" },
  { pattern: /\bin the circle\b/i, write: "part of the cycle" },
  { pattern: /\b(?:finds no|is not had|must not be used so)\b/i, write: "could not find, permission denied" },
  { pattern: /\bas it should be\b/i, write: "say what was expected" },
  { pattern: /\bwill not pass\b/i, write: "permanent failure" },
  { pattern: /\bdoes with what\b/i, write: "uses only …" },
  { pattern: /\bits time being over\b/i, write: "timed out after …" },
  { pattern: /\bgiv(?:e|es|en|ing) (?:\w+ ){0,2}back\b/i, write: "return, release, reap" },
  { pattern: /\b(?:by|in) the way(?: of)?\b(?! that\b)/i, write: "pipeline, order" },
  { pattern: /\b(?:order of|on|along) the way\b/i, write: "pipeline, on the path" },
  {
    pattern: /\b(?:language|wasm|native) border\b|\bacross the border\b|\bside of the border\b/i,
    write: "FFI boundary",
  },
  { pattern: /\b(?:the|a|wasm|native) faces?\b/i, write: "binding" },
  { pattern: /\bpatience\b/i, write: "timeout" },
  { pattern: /\bremember(?:ed|s|ing)?\b/i, write: "save, record" },
  { pattern: /\bof (?:its|their) own making\b/i, write: "made for it" },
  { pattern: /\bdo(?:es|ne)? without (?:it|them)\b/i, write: "skip" },
  // Shouting names.
  {
    pattern: /\b(?:MOST|LARGEST|LONGEST|DEEPEST)(?:_[A-Z_]+)?\b/,
    write: "MAX_…",
    files: /\.(?:rs|m?[jt]s)$/,
  },
  // Names that do not say what they hold.
  {
    pattern:
      /\b(?:let|const|let mut) \(?(?:one|told|asked)\b|\bfor (?:const )?(?:one|told|asked) (?:in|of)\b/,
    write: "a name after the value",
    files: /\.(?:rs|m?[jt]s)$/,
  },
  {
    pattern: /\|&?(?:one|told|asked)\||\((?:one|told|asked)\) =>/,
    write: "a name after the value",
    files: /\.(?:rs|m?[jt]s)$/,
  },
  // American spelling, as conda and rattler use it.
  {
    pattern: /behaviour|colour|favour|honour(?!s? )|neighbour/i,
    write: "American spelling: behavior, color …",
  },
  { pattern: /\blicence/i, write: "license" },
  {
    pattern:
      /\b\w*(?:optimi|recogni|initiali|normali|seriali|organi|canonicali|summari|minimi|maximi|customi)s(?:e|ed|es|ing|ation)\b/i,
    write: "American spelling: -ize",
  },
  {
    pattern: /\b(?:artefact|analyse[ds]?|labelled|modelled|grey|centre|dialogue)\b/i,
    write: "American spelling",
  },
];
